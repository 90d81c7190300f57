"""Some events of a file without reading the others: columns laid open beside it.

A Parquet file is packed: to read the events of a few profiles, whole columns are unpacked, and the few
are spread over all of it. So a column is written once more when it is first asked for, one value after
the other, as an Arrow file that is mapped into memory. Files never change, nor do their open columns:
they may be deleted at any time and are made again. Small files, and those that have no room for it, are
read whole.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from vitrail.engine.canon import Canon
from vitrail.engine.source import File
from vitrail.engine.sql.footers import are_numbered, read_footer, says_something
from vitrail.engine.sql.sources import FOLDED, Column

SMALL = 50_000
"""A file of so few events is read whole: that is as quick."""

ROOM = 10
"""Columns are laid open where so many times the size of the file is free."""

BLOCK = 32_768
"""So many instants stay in the nearest cache of a processor while they are compared."""

Rows = npt.NDArray[np.int64]
"""Numbers of rows of a file, ascending."""

Ranges = Sequence[tuple[int, int]]
"""Instants from the first, up to and without the last, of each pair."""

_TYPES: dict[str, pa.DataType] = {
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
    "BOOLEAN": pa.bool_(),
    "DATE": pa.date32(),
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "DECIMAL(18, 4)": pa.decimal128(18, 4),
}


class Runs(msgspec.Struct, frozen=True):
    """The profiles of a file in the order of its rows: each with the row after its last one."""

    profiles: npt.NDArray[np.int32]
    ends: Rows

    def rows_of(self, whom: npt.NDArray[np.bool_]) -> Rows:
        """The rows of those flagged."""
        theirs = np.flatnonzero(whom[self.profiles])
        first = np.where(theirs > 0, self.ends[theirs - 1], 0)
        lengths = self.ends[theirs] - first
        before = np.cumsum(lengths) - lengths
        return np.repeat(first - before, lengths) + np.arange(lengths.sum())

    def at(self, rows: Rows) -> npt.NDArray[np.int32]:
        """The profile of each of some rows."""
        return self.profiles[np.searchsorted(self.ends, rows, side="right")]


class Opened:
    """One file of events, its columns read where they are laid open."""

    def __init__(self, file: File) -> None:
        self.file = file

    def column(self, name: str) -> pa.Array:
        """All values of a column; texts may be numbers of a dictionary, whole numbers narrower than said."""
        return self._kept(name, lambda: {"value": _narrow(_read(self.file.path, name))})["value"]

    @cached_property
    def instants(self) -> Rows:
        """The instant of each row."""
        kept = self._kept("at_us", lambda: {"value": _read(self.file.path, "at_us")})
        instants: Rows = kept["value"].to_numpy()
        return instants

    @cached_property
    def runs(self) -> Runs:
        """Whose the rows are."""
        kept = self._kept("profile", lambda: _runs(_read(self.file.path, "profile").to_numpy()))
        return Runs(kept["profile"].to_numpy(), kept["end"].to_numpy())

    def within(self, ranges: Ranges) -> Rows:
        """The rows whose instant lies in any of the ranges."""
        found = [np.zeros(0, np.int64)]
        for start in range(0, len(self.instants), BLOCK):
            block = self.instants[start : start + BLOCK]
            inside = [(block - low).view(np.uint64) < high - low for low, high in ranges]
            found.append(np.flatnonzero(np.logical_or.reduce(inside)) + start)
        return np.concatenate(found)

    def _kept(self, name: str, make: Callable[[], dict[str, pa.Array]]) -> pa.RecordBatch:
        if not self.file.columns or self.file.rows <= SMALL:
            return pa.RecordBatch.from_pydict(make())
        place = Path(self.file.columns) / f"{name}.arrow"
        try:
            return _mapped(place)
        except (OSError, pa.ArrowInvalid):
            made = pa.RecordBatch.from_pydict(make())
            _lay_open(made, place, of=Path(self.file.path))
            return made


def _mapped(place: Path) -> pa.RecordBatch:
    with pa.memory_map(str(place)) as held:
        return pa.ipc.open_file(held).get_batch(0)


def _lay_open(made: pa.RecordBatch, place: Path, *, of: Path) -> None:
    """Write it for the next time; where that fails, the next time is slow and nothing else.

    Where its file was deleted meanwhile, its column goes too.
    """
    temporary = place.with_suffix(f".{secrets.token_hex(8)}")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(place.parent).free < ROOM * of.stat().st_size:
            return
        with temporary.open("wb") as file:
            with pa.ipc.new_file(file, made.schema) as writer:
                writer.write_batch(made)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, place)
        if not of.exists():
            place.unlink(missing_ok=True)
    except OSError:
        temporary.unlink(missing_ok=True)


def _read(path: str, name: str) -> pa.Array:
    texts = [name] if are_numbered(path, name) else None
    with parquet.ParquetFile(path, metadata=read_footer(path), read_dictionary=texts) as file:
        read: pa.ChunkedArray = file.read(columns=[name])[name]
    return (read.unify_dictionaries() if texts else read).combine_chunks()


def _runs(profiles: npt.NDArray[np.int32]) -> dict[str, pa.Array]:
    last = np.append(np.flatnonzero(profiles[1:] != profiles[:-1]), len(profiles) - 1)[: len(profiles)]
    return {"profile": pa.array(profiles[last], pa.int32()), "end": pa.array(last + 1, pa.int64())}


def _narrow(values: pa.Array) -> pa.Array:
    """The same whole numbers, or numbers of texts, in as few bytes as they need."""
    if isinstance(values, pa.DictionaryArray):
        narrow = _fewest_bytes(values.indices)
        return pa.DictionaryArray.from_arrays(narrow, values.dictionary)
    return _fewest_bytes(values) if values.type == pa.int64() else values


def _fewest_bytes(numbers: pa.Array) -> pa.Array:
    bounds = compute.min_max(numbers).as_py()
    for kind, limit in ((pa.int8(), 2**7), (pa.int16(), 2**15), (pa.int32(), 2**31)):
        if bounds["min"] is None or (-limit <= bounds["min"] and bounds["max"] < limit):
            return numbers.cast(kind)
    return numbers


# --- some rows of many files ------------------------------------------------------------------


class Whom:
    """The profiles that are asked about, with those that are part of them."""

    def __init__(self, profiles: npt.NDArray[np.integer], *, size: int, canon: Canon) -> None:
        self.canon = canon
        self.flags = np.zeros(size, dtype=np.bool_)
        self.flags[profiles] = True
        self.flags[canon.profiles] = self.flags[canon.canonicals]


def cut(files: Sequence[File], columns: Sequence[Column], *, whom: Whom, start: int, end: int) -> pa.Table:
    """The events of some profiles in `[start, end)`, out of all files that reach into it."""
    parts = [
        _part(Opened(file), columns, whom=whom, start=start, end=end)
        for file in files
        if file.rows and file.last_us >= start and file.first_us < end
    ]
    names = [each.name for each in columns]
    chunks = [_alike([part[place] for part in parts], each) for place, each in enumerate(columns)]
    return pa.table(chunks, names=names)


def _part(file: Opened, columns: Sequence[Column], *, whom: Whom, start: int, end: int) -> list[pa.Array]:
    rows = file.runs.rows_of(whom.flags)
    instants = file.instants[rows]
    if file.file.first_us < start or file.file.last_us >= end:
        inside = (instants >= start) & (instants < end)
        rows, instants = rows[inside], instants[inside]
    taken: dict[str, pa.Array] = {
        "profile": pa.array(whom.canon.of(file.runs.at(rows)).astype(np.int32)),
        "at_us": pa.array(instants),
    }
    return [_values(file, each, rows=pa.array(rows), taken=taken) for each in columns]


def _values(file: Opened, wanted: Column, *, rows: pa.Array, taken: dict[str, pa.Array]) -> pa.Array:
    """The values of a column; of folded texts, the texts where folding changes nothing."""
    text = wanted.name.removesuffix(FOLDED)
    if text not in taken:
        told = says_something(file.file.path, text)
        taken[text] = file.column(text).take(rows) if told else pa.nulls(len(rows), _TYPES[wanted.type])
    if text == wanted.name or not says_something(file.file.path, wanted.name):
        return taken[text]
    folded = _plain(file.column(wanted.name).take(rows), pa.string())
    return compute.coalesce(folded, _plain(taken[text], pa.string()))


def _alike(chunks: Sequence[pa.Array], wanted: Column) -> pa.ChunkedArray:
    """The values of all files as one column; texts stay numbers of dictionaries where all are."""
    if chunks and all(isinstance(each, pa.DictionaryArray) for each in chunks):
        return pa.chunked_array(
            [
                pa.DictionaryArray.from_arrays(each.indices.cast(pa.int32()), each.dictionary)
                for each in chunks
            ]
        )
    kind = _TYPES[wanted.type]
    return pa.chunked_array([_plain(each, kind) for each in chunks], kind)


def _numbered(texts: pa.DictionaryArray) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(texts.indices.cast(pa.int32()), texts.dictionary)


def _plain(values: pa.Array, kind: pa.DataType) -> pa.Array:
    return values if values.type == kind else values.cast(kind)
