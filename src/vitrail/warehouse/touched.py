"""Of whom facts have changed since a refresh, and of whom no more than the events of some collections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
from pyroaring import BitMap

from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.canon import canon_of
from vitrail.engine.renewal import Touched
from vitrail.engine.source import File, Source

MANY_ROWS = 5_000_000
"""Beyond so many new rows it is not worth looking who is in which."""


def names(source: Source) -> frozenset[str]:
    """The names of all files of a snapshot."""
    return frozenset(file.path for file in (*_of_events(source), *_of_people(source), *source.canon))


def touched(profiles: BitMap, source: Source, *, before: frozenset[str]) -> Touched:
    """What changed of these profiles, out of the files that came since a snapshot of so many files.

    When a file is gone, rows may have gone with it; when the customers were put together in another
    way, rows have changed hands: then anything may have changed. So it may for those in no new file.
    """
    everyone = _with_canonicals(profiles, source)
    new = [file for file in (*_of_events(source), *_of_people(source)) if file.path not in before]
    gone = before - names(source)
    regrouped = any(file.path not in before for file in source.canon)
    if gone or regrouped or sum(file.rows for file in new) > MANY_ROWS:
        return Touched(everyone)
    events = {
        name: _profiles(file for file in files if file.path not in before) & profiles
        for name, files in source.events.items()
    }
    elsewhere = _profiles(file for file in _of_people(source) if file.path not in before)
    anything = (profiles & elsewhere) | (profiles - BitMap.union(BitMap(), *events.values()))
    return Touched(
        _with_canonicals(anything, source),
        {name: _with_canonicals(each, source) for name, each in events.items() if each},
    )


def _of_events(source: Source) -> Iterator[File]:
    for files in source.events.values():
        yield from files


def _of_people(source: Source) -> Iterator[File]:
    """All files of rows about profiles that are not events."""
    yield from source.keys
    yield from source.first_seen
    yield from source.traits.snapshots
    yield from source.traits.observations
    for files in (*source.records.values(), *source.scores.values()):
        yield from files
    yield from source.consents


def _profiles(files: Iterable[File]) -> BitMap:
    found = BitMap()
    for file in files:
        column: pa.ChunkedArray = parquet.read_table(file.path, columns=["profile"])["profile"]
        found |= BitMap(np.unique(column.to_numpy()).astype(np.uint32))
    return found


def _with_canonicals(profiles: BitMap, source: Source) -> Bits:
    """The profiles and those they are part of."""
    raw = np.array(profiles, dtype=np.int64)
    size = source.profiles
    return bits.of_profiles(raw, size) | bits.of_profiles(canon_of(source).of(raw), size)
