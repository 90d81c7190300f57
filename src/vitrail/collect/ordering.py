"""New events put in the order of their shelf and written, one stretch of time after the other.

Whose they are and when they happened is sorted; then one column after the other is read and follows.
While some rows are written, the next ones are put in order. That takes the memory of a stretch, of a column
and of so many bytes of rows, however many stretches there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitrail.collect.ahead import ahead
from vitrail.collect.numbering import Whose
from vitrail.collect.pile import Opened, open_pile
from vitrail.collect.staging import LINE
from vitrail.collect.words import folded_once
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.slices import Slice

Numbers = NDArray[np.int64]
RowNumbers = NDArray[np.int64] | NDArray[np.int32]
Profiles = NDArray[np.int32]

AT_ONCE = 64 << 20
"""Bytes of rows that are put in order before they are written, about."""

FEW_WORDS = ROWS_PER_GROUP // 8
"""A list of so many texts is written with each group of rows as it is."""

LIGHTLY = -1
"""How hard zstd tries: a sixth larger than at 1, and a fifth less work to write."""

LARGE = 1 << 30
SECOND = 1_000_000
BITS = 63


class Waiting(msgspec.Struct, frozen=True):
    """Rows that wait in piles but for some lines, and what they are to be written with.

    `columns` are those that are written as they are, each text followed by its folded form where that is
    wanted; `labels` are those that say the same of all rows.
    """

    piles: Sequence[Path]
    left_out: Numbers
    whose: Whose
    columns: Sequence[str]
    labels: Mapping[str, pa.Array]


class _Places(msgspec.Struct, frozen=True):
    """The rows of a stretch: what the piles hold of it, which rows of that, whose, when."""

    piles: list[Opened]
    held: pa.Table
    rows: RowNumbers
    profiles: Profiles
    times: Numbers


def write_stretches(waiting: Waiting, parts: Sequence[Slice], *, targets: Sequence[Path]) -> None:
    """Write the rows of each stretch of time as a file of their shelf, by profile, time and id."""
    pa.default_memory_pool().release_unused()
    with ahead(_in_order(waiting, parts)) as pieces:
        for number, rows in groupby(pieces, key=itemgetter(0)):
            with _Target(targets[number]) as written:
                for _, some in rows:
                    written.add(some)
    pa.default_memory_pool().release_unused()


def _in_order(waiting: Waiting, parts: Sequence[Slice]) -> Iterator[tuple[int, pa.Table]]:
    """The rows of all stretches, some at a time, each time with the number of their stretch."""
    for number, part in enumerate(parts):
        for rows in _stretch(waiting, part):
            yield number, rows
        pa.default_memory_pool().release_unused()


def _stretch(waiting: Waiting, part: Slice) -> Iterator[pa.Table]:
    places = _places(waiting, part)
    order = _ordered(places)
    step = _rows_at_once(places.held)
    for start in range(0, len(order), step):
        yield _rows(waiting, places, taken=order[start : start + step])


class _Target:
    """The file that is written; how its texts are packed shows when the first rows come."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, rows: pa.Table) -> None:
        """Write some rows."""
        if self._file is None:
            self._file = _opened(self._path, rows)
        self._file.write_table(rows.cast(self._file.schema), row_group_size=ROWS_PER_GROUP)


def _opened(path: Path, rows: pa.Table) -> pq.ParquetWriter:
    """What comes again is listed; of other numbers differences are written, which DuckDB reads fastest.

    A decimal is a whole number there, of ten-thousandths.

    Of texts in no order, the first and the last help no reader to pass over a group of rows.
    """
    listed = [name for name in rows.column_names if name not in _UNLIKE and _comes_again(rows[name])]
    numbers = [name for name in rows.column_names if name not in listed and _is_whole(rows[name])]
    return pq.ParquetWriter(
        path,
        rows.schema,
        **PACKED,
        compression_level=LIGHTLY,
        use_dictionary=listed or False,
        column_encoding=dict.fromkeys(numbers, "DELTA_BINARY_PACKED"),
        store_decimal_as_integer=True,
        write_statistics=[name for name in rows.column_names if name == "id" or not _is_text(rows[name])],
        store_schema=False,
    )


def _comes_again(column: pa.ChunkedArray) -> bool:
    """Whether the first rows show so few values that a list of them is worth it."""
    if pa.types.is_dictionary(column.type) or pa.types.is_nested(column.type):
        return True
    first = column.slice(0, FEW_WORDS)
    return bool(pc.count_distinct(first).as_py() <= len(first) // 2)


def _is_whole(column: pa.ChunkedArray) -> bool:
    kind = column.type
    return bool(pa.types.is_integer(kind) or pa.types.is_decimal(kind) or pa.types.is_date32(kind))


def _is_text(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_dictionary(column.type) or pa.types.is_string(column.type))


def _places(waiting: Waiting, part: Slice) -> _Places:
    piles = [open_pile(path) for path in waiting.piles]
    pieces = [_piece(each, part) for each in piles]
    held = pa.concat_tables(pile.rows.slice(*piece) for pile, piece in zip(piles, pieces, strict=True))
    times = held["at_us"].to_numpy()
    wanted = (times >= part.start_us) & (times < part.end_us)
    if len(waiting.left_out):
        wanted &= ~np.isin(held[LINE].to_numpy(), waiting.left_out)
    rows = _small(np.flatnonzero(wanted), most=len(times))
    whose = [waiting.whose.profiles(pile, start, rows=count) for pile, (start, count) in enumerate(pieces)]
    profiles = np.concatenate(whose).take(rows)
    for pile in piles:
        pile.let_go()
    return _Places(piles, held, rows, profiles, times.take(rows))


def _small(places: NDArray[np.int64], *, most: int) -> RowNumbers:
    """RowNumbers among so many, in half the memory where they have room in it."""
    return places.astype(np.int32) if most <= np.iinfo(np.int32).max else places


def _piece(pile: Opened, part: Slice) -> tuple[int, int]:
    """Where those rows of a pile begin, and how many, that hold a stretch of time and little else."""
    times = pile.rows["at_us"].to_numpy()
    inside = np.flatnonzero((times >= part.start_us) & (times < part.end_us))
    pile.let_go()
    return (int(inside[0]), int(inside[-1] + 1 - inside[0])) if len(inside) else (0, 0)


def _ordered(places: _Places) -> RowNumbers:
    """The order of the rows by profile, time and id; ids are only read where the others are the same."""
    if not len(places.times):
        return _small(np.zeros(0, dtype=np.int64), most=0)
    numbers = _as_one(places.profiles, places.times)
    order = _small(_by_digits(numbers), most=len(numbers))
    sorted_ = numbers.take(order)
    same = sorted_[1:] == sorted_[:-1]
    if not same.any():
        return order
    tied = np.zeros(len(order), dtype=np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    rows = order[tied]
    ids = _column(places, "id", rows=places.rows[rows])
    ties = pa.table({"profile": places.profiles[rows], "at_us": places.times[rows], "id": ids})
    by = [(name, "ascending") for name in ties.column_names]
    order[tied] = rows[pc.sort_indices(ties, by).to_numpy()]
    return order


def _as_one(profiles: Profiles, times: Numbers) -> Numbers:
    """Profile and time as one number to sort by; the last bits of the time are left out that have no room."""
    since = times - times.min()
    seconds = since // SECOND
    if (seconds * SECOND == since).all():
        since = seconds
    width = int(since.max()).bit_length()
    spare = max(0, width + int(profiles.max()).bit_length() - BITS)
    numbers: Numbers = (profiles.astype(np.int64) << (width - spare)) | (since >> spare)
    return numbers


def _by_digits(numbers: Numbers) -> Numbers:
    """The order of numbers from 0 on, found 16 bits at a time: twice as fast as by comparing them."""
    order = np.argsort(numbers.astype(np.uint16), kind="stable")
    for bits in range(16, int(numbers.max()).bit_length(), 16):
        digits = (numbers >> bits).astype(np.uint16).take(order)
        order = order.take(np.argsort(digits, kind="stable"))
    return order


def _rows_at_once(held: pa.Table) -> int:
    """How many rows fit in memory: whole groups of rows, one at least."""
    room = AT_ONCE * int(held.num_rows) // max(1, int(held.nbytes))
    return max(1, room // ROWS_PER_GROUP) * ROWS_PER_GROUP


def _rows(waiting: Waiting, places: _Places, *, taken: RowNumbers) -> pa.Table:
    """Some rows in their order, with all their columns."""
    rows = places.rows.take(taken)
    columns: dict[str, pa.Array] = {
        "profile": pa.array(places.profiles.take(taken)),
        "at_us": pa.array(places.times.take(taken)),
    }
    for name in waiting.columns:
        if name.endswith(FOLDED):
            continue
        column = _column(places, name, rows=rows)
        columns[name] = _for_writing(column)
        if name + FOLDED in waiting.columns:
            columns[name + FOLDED] = _for_writing(folded_once(column))
    for name, label in waiting.labels.items():
        columns[name] = label.take(pa.array(np.zeros(len(rows), dtype=np.int32)))
    return pa.table(columns)


def _column(places: _Places, name: str, *, rows: RowNumbers) -> pa.Array:
    column = _whole(places.held[name])
    for pile in places.piles:
        pile.let_go()
    return pc.take(column, pa.array(rows), boundscheck=False)


def _whole(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece; texts that are too long for that are counted with larger numbers."""
    if pa.types.is_dictionary(column.type):
        column = column.unify_dictionaries()
    elif pa.types.is_string(column.type) and column.nbytes > LARGE:
        column = column.cast(pa.large_string())
    return column.combine_chunks()


def _for_writing(column: pa.Array) -> pa.Array:
    """Texts as a list of them only where it is short: it is written once in each group of rows."""
    if pa.types.is_dictionary(column.type) and len(column.dictionary) > FEW_WORDS:
        return column.cast(pa.string())
    return column.cast(pa.string()) if pa.types.is_large_string(column.type) else column


_UNLIKE = frozenset({"profile", "at_us", "id"})
