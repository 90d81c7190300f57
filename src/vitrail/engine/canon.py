"""Which profiles are part of another one: the same customer, met under several keys."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from vitrail.engine.source import Source
from vitrail.model.identities import ANONYMOUS

Numbers = npt.NDArray[np.int64]


class Canon(msgspec.Struct, frozen=True):
    """`profiles`, ascending, each with the canonical profile it is part of; the others are their own.

    `erased` is the number of those that are nobody any more.
    """

    profiles: Numbers
    canonicals: Numbers
    erased: int = 0

    def of(self, profiles: npt.NDArray[np.integer]) -> Numbers:
        """The canonical profile of each of some profiles."""
        found = profiles.astype(np.int64)
        if len(self.profiles) and len(found):
            place = np.searchsorted(self.profiles, found)
            place[place == len(self.profiles)] = 0
            merged = self.profiles[place] == found
            found[merged] = self.canonicals[place[merged]]
        return found

    def parts(self, canonical: int) -> tuple[int, ...]:
        """All profiles that are one with a canonical one, ascending, itself included."""
        others = self.profiles[self.canonicals == canonical].tolist()
        return tuple(sorted((canonical, *others)))

    def customers(self, profiles: int) -> int:
        """How many customers the first so many profiles are."""
        return max(0, profiles - int(np.searchsorted(self.profiles, profiles)) - self.erased)


def canon_of(source: Source) -> Canon:
    """Who is part of whom in a snapshot."""
    read = _read(tuple(file.path for file in source.canon))
    return msgspec.structs.replace(read, erased=source.erased) if source.erased else read


def devices_of(source: Source) -> Numbers:
    """The devices that were found to be somebody's: profiles without a name, part of another one."""
    return _devices(tuple(file.path for file in source.canon), tuple(file.path for file in source.keys))


@lru_cache(maxsize=8)
def _devices(canon: tuple[str, ...], keys: tuple[str, ...]) -> Numbers:
    merged, found = pa.array(_read(canon).profiles, pa.int32()), [np.zeros(0, np.int64)]
    for path in keys if len(merged) else ():
        table = parquet.read_table(path, columns=["profile", "key"])
        theirs = pc.and_(
            pc.is_in(table["profile"], value_set=merged),
            pc.starts_with(table["key"], ANONYMOUS),
        )
        found.append(table["profile"].filter(theirs).to_numpy().astype(np.int64))
    return np.concatenate(found)


@lru_cache(maxsize=8)
def _read(paths: tuple[str, ...]) -> Canon:
    tables = [parquet.read_table(path, columns=["profile", "canonical"]) for path in paths]
    if not tables:
        nobody = np.zeros(0, np.int64)
        return Canon(nobody, nobody)
    profiles = np.concatenate([table["profile"].to_numpy() for table in tables]).astype(np.int64)
    canonicals = np.concatenate([table["canonical"].to_numpy() for table in tables]).astype(np.int64)
    order = np.argsort(profiles)
    return Canon(profiles[order], canonicals[order])
