"""New events put in the order of their shelf and written, one stretch of time after the other.

Whose they are and when they happened is sorted; then one column after the other is read and follows.
That takes the memory of a column and of so many bytes of rows, however long the stretch is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitrail.collect.staging import LINE
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.slices import Slice

Numbers = NDArray[np.int64]
Profiles = NDArray[np.int32]
Numbering = Callable[[pa.Array], Profiles]
"""The numbers of profiles by their keys."""

AT_ONCE = 384 << 20
"""Bytes of rows in memory before they are written, about."""

FEW_WORDS = ROWS_PER_GROUP // 8
"""A list of so many texts is written with each group of rows as it is."""

LARGE = 1 << 30
BITS = 63


class Waiting(msgspec.Struct, frozen=True):
    """Rows that wait in a file but for some lines, and what they are to be written with.

    `columns` are those that are written as they are, `labels` those that say the same of all rows.
    """

    path: Path
    left_out: Numbers
    numbers: Numbering
    columns: Sequence[str]
    labels: Mapping[str, pa.Array]


class _Places(msgspec.Struct, frozen=True):
    """The rows of a stretch: in which groups of the file, where in them taken together, whose, when."""

    groups: list[int]
    rows: Numbers
    profiles: Profiles
    times: Numbers


def write_stretch(waiting: Waiting, part: Slice, *, target: Path) -> None:
    """Write the rows of a stretch of time as a file of their shelf, by profile, time and id."""
    with pq.ParquetFile(waiting.path, read_dictionary=_listed(waiting.path)) as file:
        places = _places(file, waiting, part=part)
        pa.default_memory_pool().release_unused()
        order = _ordered(file, places)
        step = _rows_at_once(file.metadata)
        with _Target(target) as written:
            for start in range(0, len(order), step):
                taken = order[start : start + step]
                written.add(_rows(file, waiting, places=places, taken=taken))
    pa.default_memory_pool().release_unused()


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
    """Profiles and times are written as differences, ids as they are; what comes again is listed."""
    listed = [name for name in rows.column_names if name not in _UNLIKE and _comes_again(rows[name])]
    differences = {"profile": "DELTA_BINARY_PACKED", "at_us": "DELTA_BINARY_PACKED"}
    return pq.ParquetWriter(
        path,
        rows.schema,
        compression="zstd",
        use_dictionary=listed or False,
        column_encoding=differences,
        store_schema=False,
    )


def _comes_again(column: pa.ChunkedArray) -> bool:
    """Whether the first rows show so few values that a list of them is worth it."""
    if pa.types.is_dictionary(column.type) or pa.types.is_nested(column.type):
        return True
    first = column.slice(0, FEW_WORDS)
    return bool(pc.count_distinct(first).as_py() <= len(first) // 2)


def _listed(path: Path) -> list[str]:
    """The columns of a file whose texts are listed in it."""
    with pq.ParquetFile(path) as file:
        group = file.metadata.row_group(0)
        columns = [group.column(place) for place in range(group.num_columns)]
    return [
        each.path_in_schema
        for each in columns
        if each.physical_type == "BYTE_ARRAY" and each.has_dictionary_page and "." not in each.path_in_schema
    ]


def _places(file: pq.ParquetFile, waiting: Waiting, *, part: Slice) -> _Places:
    groups = [number for number in range(file.num_row_groups) if _may_hold(file.metadata, number, part=part)]
    found = file.read_row_groups(groups, columns=[LINE, "key", "at_us"], use_threads=False)
    times = found["at_us"].to_numpy()
    wanted = (times >= part.start_us) & (times < part.end_us)
    if len(waiting.left_out):
        wanted &= ~np.isin(found[LINE].to_numpy(), waiting.left_out)
    rows = np.flatnonzero(wanted)
    keys = _whole(found["key"])
    coded = keys if pa.types.is_dictionary(keys.type) else pc.dictionary_encode(keys)
    profiles = waiting.numbers(coded.dictionary)[coded.indices.to_numpy()[rows]]
    return _Places(groups, rows, profiles, times[rows])


def _may_hold(metadata: pq.FileMetaData, number: int, *, part: Slice) -> bool:
    """Whether a group of rows has some of a stretch of time, as far as its statistics tell."""
    group = metadata.row_group(number)
    place = next(n for n in range(group.num_columns) if group.column(n).path_in_schema == "at_us")
    seen = group.column(place).statistics
    return seen is None or not seen.has_min_max or (seen.min < part.end_us and seen.max >= part.start_us)


def _ordered(file: pq.ParquetFile, places: _Places) -> Numbers:
    """The order of the rows by profile, time and id; ids are only read where the others are the same."""
    order = _by_two(places.profiles, places.times)
    profiles, times = places.profiles[order], places.times[order]
    same = (profiles[1:] == profiles[:-1]) & (times[1:] == times[:-1])
    if not same.any():
        return order
    tied = np.zeros(len(order), dtype=np.bool_)
    tied[1:] |= same
    tied[:-1] |= same
    ids = _column(file, "id", groups=places.groups, rows=places.rows[order[tied]])
    ties = pa.table({"profile": profiles[tied], "at_us": times[tied], "id": ids})
    by = [(name, "ascending") for name in ties.column_names]
    order[tied] = order[tied][pc.sort_indices(ties, by).to_numpy()]
    return order


def _by_two(profiles: Profiles, times: Numbers) -> Numbers:
    """The order by two numbers, which are sorted as one where they have room in it."""
    if not len(times):
        return np.zeros(0, dtype=np.int64)
    first = int(times.min())
    width = (int(times.max()) - first).bit_length()
    if width + int(profiles.max()).bit_length() > BITS:
        return np.lexsort((times, profiles))
    return np.argsort((profiles.astype(np.int64) << width) | (times - first))


def _rows_at_once(metadata: pq.FileMetaData) -> int:
    """How many rows fit in memory: whole groups of rows, one at least."""
    size = sum(int(metadata.row_group(number).total_byte_size) for number in range(metadata.num_row_groups))
    room = AT_ONCE * int(metadata.num_rows) // max(1, 2 * size)
    return max(1, room // ROWS_PER_GROUP) * ROWS_PER_GROUP


def _rows(file: pq.ParquetFile, waiting: Waiting, *, places: _Places, taken: Numbers) -> pa.Table:
    """Some rows in their order, with all their columns."""
    rows = places.rows[taken]
    columns: dict[str, pa.Array] = {
        "profile": pa.array(places.profiles[taken]),
        "at_us": pa.array(places.times[taken]),
    }
    for name in waiting.columns:
        columns[name] = _for_writing(_column(file, name, groups=places.groups, rows=rows))
        pa.default_memory_pool().release_unused()
    for name, label in waiting.labels.items():
        columns[name] = label.take(pa.array(np.zeros(len(rows), dtype=np.int32)))
    return pa.table(columns)


def _column(file: pq.ParquetFile, name: str, *, groups: list[int], rows: Numbers) -> pa.Array:
    found = file.read_row_groups(groups, columns=[name], use_threads=False).column(0)
    return _whole(found).take(pa.array(rows))


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
