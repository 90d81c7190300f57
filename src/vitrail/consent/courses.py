"""Who had agreed at each of many instants, from one reading of what was said.

The same as asking `consented(purpose, channel)` of each instant (a test compares both), for a course over
time: the last word of each key a customer has; a no wins over a yes of the same instant or of another key,
that of a device until a later yes under a name.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet
from pyroaring import BitMap

from vitrail.engine.canon import Canon, Numbers, canon_of, devices_of
from vitrail.engine.source import Source

COLUMNS = ["profile", "at_us", "purpose", "channel", "state"]

Pair = tuple[str, str]
"""The key of a consent, and a channel."""


def agreed_over_time(
    source: Source, pairs: Sequence[Pair], *, instants_us: Sequence[int]
) -> list[list[BitMap]]:
    """For each pair, who had agreed at each instant."""
    tables = [parquet.read_table(file.path, columns=COLUMNS) for file in source.consents]
    if not tables:
        return [[BitMap() for _ in instants_us] for _ in pairs]
    said, merging = pa.concat_tables(tables), _Merging(canon_of(source), devices_of(source))
    return [_course(said, pair, merging=merging, instants_us=instants_us) for pair in pairs]


class _Merging(msgspec.Struct, frozen=True):
    """Who is part of whom, and which of the parts are devices."""

    canon: Canon
    devices: Numbers


def _course(said: pa.Table, pair: Pair, *, merging: _Merging, instants_us: Sequence[int]) -> list[BitMap]:
    purpose, channel = pair
    on = compute.is_in(said["channel"], value_set=pa.array(["", channel]))
    rows = said.filter(compute.and_(compute.equal(said["purpose"], purpose), on))
    who = rows["profile"].to_numpy()
    at_us = rows["at_us"].to_numpy()
    granted = compute.equal(rows["state"], "granted").to_numpy(zero_copy_only=False)
    order = np.lexsort((~granted, at_us, who))
    who, at_us, granted = who[order], at_us[order], granted[order]
    return [
        _agreed(_Words(who[past], at_us[past], granted[past]), merging)
        for past in (at_us < instant for instant in instants_us)
    ]


class _Words(msgspec.Struct, frozen=True):
    """What was said: by whom, when, and whether it was a yes; in the order of who and when."""

    who: npt.NDArray[np.int32]
    at_us: npt.NDArray[np.int64]
    granted: npt.NDArray[np.bool_]


def _agreed(words: _Words, merging: _Merging) -> BitMap:
    """Who has agreed by the last word of each of their keys."""
    if not len(words.who):
        return BitMap()
    last = np.append(words.who[1:] != words.who[:-1], True)
    who, at_us, yes = words.who[last], words.at_us[last], words.granted[last]
    people = merging.canon.of(who).astype(np.uint32)
    device = np.isin(who, merging.devices)
    named_yes_us = np.full(int(people.max()) + 1, _NEVER_US)
    np.maximum.at(named_yes_us, people[yes & ~device], at_us[yes & ~device])
    outweighed = device & (at_us < named_yes_us[people])
    return BitMap(people[yes]) - BitMap(people[~yes & ~outweighed])


_NEVER_US = np.iinfo(np.int64).min
