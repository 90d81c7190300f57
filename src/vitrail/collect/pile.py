"""The file in which typed rows wait: piles of them, each in order of time.

So a stretch of time is found in few places of the file, and is read without reading the rest.
"""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.warehouse.columns import FOLDED

ROWS = 1 << 19
BYTES = 96 << 20
"""How much a pile holds before it is written."""

GROUP = 1 << 15
"""Rows that are found together."""

MANY_WORDS = GROUP // 4
"""A list of more texts is no gain, since it is written with each group of rows; nor is one of more than
half as many texts as there are rows."""

TIME = "at_us"


class Pile:
    """Rows on their way to a file, which it owns; texts come as places in a list of them (dictionaries).

    `plain` names the columns whose texts hardly ever come twice, which is known after the first pile:
    from then on they are to come as they are.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.plain: frozenset[str] = frozenset()
        self._path = path
        self._empty = schema.empty_table()
        self._waiting: list[pa.Table] = []
        self._rows = self._bytes = 0
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and (self._waiting or self._file is None):
            self._write()
        if self._file is not None:
            self._file.close()

    def add(self, rows: pa.Table) -> None:
        """Put some rows on the pile."""
        if not rows.num_rows:
            return
        self._waiting.append(rows)
        self._rows += rows.num_rows
        self._bytes += rows.nbytes
        if self._rows >= ROWS or self._bytes >= BYTES:
            self._write()

    def _write(self) -> None:
        rows = pa.concat_tables(self._waiting or [self._empty]).unify_dictionaries().combine_chunks()
        self._waiting, self._rows, self._bytes = [], 0, 0
        if self._file is None:
            rarely = [name for name in rows.column_names if _hardly_repeats(rows[name])]
            self.plain = frozenset(rarely) | {name + FOLDED for name in rarely}
            rows = _spelled_out(rows, self.plain)
            self._file = _opened(self._path, rows.schema)
        self._file.write_table(_by_time(rows), row_group_size=GROUP)


def _hardly_repeats(column: pa.ChunkedArray) -> bool:
    if not pa.types.is_dictionary(column.type):
        return False
    words = max((len(chunk.dictionary) for chunk in column.chunks), default=0)
    return words > min(MANY_WORDS, int(len(column) - column.null_count) // 2)


def _spelled_out(rows: pa.Table, names: frozenset[str]) -> pa.Table:
    """The rows with the texts of some columns as they are."""
    for name in names & set(rows.column_names):
        rows = rows.set_column(rows.column_names.index(name), name, rows[name].cast(pa.string()))
    return rows


def _by_time(rows: pa.Table) -> pa.Table:
    if TIME not in rows.column_names or not rows.num_rows:
        return rows
    times = rows[TIME].to_numpy()
    if (times[1:] >= times[:-1]).all():
        return rows
    order = pa.array(np.argsort(times))
    columns = [column.chunk(0).take(order) for column in rows.columns]
    return pa.table(columns, schema=rows.schema)


def _opened(path: Path, schema: pa.Schema) -> pq.ParquetWriter:
    """The file is read a few times and thrown away: time matters more than its size."""
    return pq.ParquetWriter(
        path,
        schema,
        compression="none",
        use_dictionary=[each.name for each in schema if pa.types.is_dictionary(each.type)] or False,
        write_statistics=[TIME] if TIME in schema.names else False,
        store_schema=False,
    )
