"""The files in which typed rows wait: piles of them, each cut into stretches of time.

So what is needed of a pile lies close together, and is read without reading the rest. The files are laid out
as in memory (Arrow): they are read a few times and thrown away, so time matters more than their size.
"""

from __future__ import annotations

import mmap
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitrail.warehouse.columns import FOLDED

ROWS = 1 << 19
BYTES = 96 << 20
"""How much a pile holds before it is written."""

GROUP = 1 << 15
"""Rows that are found together."""

MANY_WORDS = 1 << 13
"""A list of more texts is no gain, since it is put together from all piles again and again; nor is one of
more than half as many texts as there are rows."""

STRETCHES = 32
"""Into so many stretches of time a pile is cut at least; the more piles there are, the finer each is cut."""

SAMPLE = 1 << 13
SPANS = 1 << 14
TIME = "at_us"


class Pile:
    """Rows on their way to files, which it names; texts come as places in a list of them (dictionaries).

    `plain` names the columns whose texts hardly ever come twice, which is known after the first pile:
    from then on they had better come as they are.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.plain: frozenset[str] = frozenset()
        self.paths: tuple[Path, ...] = ()
        self._path = path
        self._empty = schema.empty_table()
        self._waiting: list[pa.Table] = []
        self._rows = self._bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None and (self._waiting or not self.paths):
            self._write()

    def add(self, rows: pa.Table) -> None:
        """Put some rows on the pile."""
        if not rows.num_rows:
            return
        self._waiting.append(_spelled_out(rows, self.plain))
        self._rows += rows.num_rows
        self._bytes += rows.nbytes
        if self._rows >= ROWS or self._bytes >= BYTES:
            self._write()

    def _write(self) -> None:
        rows = pa.concat_tables(self._waiting or [self._empty]).unify_dictionaries().combine_chunks()
        self._waiting, self._rows, self._bytes = [], 0, 0
        if not self.paths:
            rarely = [name for name in rows.column_names if _hardly_repeats(rows[name])]
            self.plain = frozenset(rarely) | {name + FOLDED for name in rarely}
            rows = _spelled_out(rows, self.plain)
        path = self._path.with_name(f"{self._path.name}-{len(self.paths):06d}.arrow")
        with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, rows.schema) as written:
            fine = max(STRETCHES, 4 * len(self.paths))
            written.write_table(_by_time(rows, fine), max_chunksize=GROUP)
        self.paths = (*self.paths, path)


class Opened(msgspec.Struct, frozen=True):
    """The rows of a pile; what is looked at comes into memory, and stays there until it is let go."""

    rows: pa.Table
    laid: mmap.mmap

    def let_go(self) -> None:
        """Give the memory back; what is looked at again comes again."""
        self.laid.madvise(mmap.MADV_DONTNEED)


def open_pile(path: Path) -> Opened:
    """Open the file of a pile."""
    with path.open("rb") as file:
        laid = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    return Opened(pa.ipc.open_file(pa.BufferReader(pa.py_buffer(laid))).read_all(), laid)


def _hardly_repeats(column: pa.ChunkedArray) -> bool:
    if not pa.types.is_dictionary(column.type):
        return False
    words = max((len(chunk.dictionary) for chunk in column.chunks), default=0)
    return words > min(MANY_WORDS, int(len(column) - column.null_count) // 2)


def _spelled_out(rows: pa.Table, names: frozenset[str]) -> pa.Table:
    """The rows with the texts of some columns as they are."""
    for place, field in enumerate(rows.schema):
        if field.name in names and pa.types.is_dictionary(field.type):
            rows = rows.set_column(place, field.name, rows[field.name].cast(pa.string()))
    return rows


def _by_time(rows: pa.Table, stretches: int) -> pa.Table:
    """The rows, the earlier stretches of time first; those of one stretch stay as they came.

    Rows that are taken from few places at a time are taken faster than in their whole order.
    """
    if TIME not in rows.column_names or not rows.num_rows:
        return rows
    times = rows[TIME].to_numpy()
    if (times[1:] >= times[:-1]).all():
        return rows
    place = _stretches(times, stretches)
    order = pa.array(np.argsort(place, kind="stable"))
    columns = [pc.take(column.chunk(0), order, boundscheck=False) for column in rows.columns]
    return pa.table(columns, schema=rows.schema)


def _stretches(times: NDArray[np.int64], stretches: int) -> NDArray[np.uint16]:
    """The stretch each time falls into, of which each holds about as many; their edges are rough.

    Time is cut into many equal spans, and each span is in one stretch, so that none has to be searched for.
    """
    sample = np.sort(times[:: -(-len(times) // SAMPLE)])
    edges = sample[:: -(-len(sample) // stretches)]
    first = int(times.min())
    span = (int(times.max()) - first) // SPANS + 1
    starts = first + span * np.arange(SPANS)
    stretch = np.searchsorted(edges, starts, side="right").astype(np.uint16)
    return stretch.take((times - first) // span)
