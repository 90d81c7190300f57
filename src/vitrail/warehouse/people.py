"""The keys people gave to profiles, by their dense numbers, and back."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source


def all_keys(source: Source) -> pa.Array:
    """The key of every profile, in the order of the dense numbers."""
    return _keys(tuple(file.path for file in source.keys), source.profiles)


@lru_cache(maxsize=4)
def _keys(paths: tuple[str, ...], size: int) -> pa.Array:
    tables = [parquet.read_table(path, columns=["profile", "key"]) for path in paths]
    if not tables:
        return pa.array([], pa.string())
    table = pa.concat_tables(tables).combine_chunks()
    profiles = table["profile"].to_numpy()
    place = np.empty(size, dtype=np.int64)
    place[profiles] = np.arange(len(profiles))
    return table["key"].combine_chunks().take(pa.array(place))


def customers(source: Source) -> int:
    """How many customers there are: profiles that are part of another one do not count."""
    return canon_of(source).customers(source.profiles)


def keys_of(source: Source, profiles: npt.NDArray[np.integer]) -> list[str]:
    """The keys of some profiles, in the order given."""
    keys: list[str] = all_keys(source).take(pa.array(profiles)).to_pylist()
    return keys


def sorted_keys(source: Source, profiles: npt.NDArray[np.integer]) -> pa.Array:
    """The keys of some profiles in the order of their code points, whatever order they were loaded in."""
    keys = all_keys(source).take(pa.array(profiles))
    return keys.take(compute.sort_indices(keys))


def number_of(source: Source, key: str) -> int | None:
    """The dense number of the profile a key leads to, merged or not; None for a key nobody has."""
    position = compute.index(all_keys(source), key).as_py()
    return None if position < 0 else int(canon_of(source).of(np.array([position]))[0])


def numbers_of(source: Source, keys: Sequence[str]) -> npt.NDArray[np.int64]:
    """The dense numbers of the profiles that keys lead to, for the keys that somebody has."""
    found = compute.index_in(pa.array(keys, pa.string()), value_set=all_keys(source))
    return canon_of(source).of(found.drop_null().to_numpy())
