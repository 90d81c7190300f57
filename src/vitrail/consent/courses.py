"""Who had agreed at each of many instants, from one reading of what was said.

The same as asking `consented(purpose, channel)` of each instant (a test compares both), for a course over
time: the last word of each key a customer has; a no wins over a yes of the same instant or of another key.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet
from pyroaring import BitMap

from vitrail.engine.canon import Canon, canon_of
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
    said, canon = pa.concat_tables(tables), canon_of(source)
    return [_course(said, pair, canon=canon, instants_us=instants_us) for pair in pairs]


def _course(said: pa.Table, pair: Pair, *, canon: Canon, instants_us: Sequence[int]) -> list[BitMap]:
    purpose, channel = pair
    on = compute.is_in(said["channel"], value_set=pa.array(["", channel]))
    rows = said.filter(compute.and_(compute.equal(said["purpose"], purpose), on))
    who = rows["profile"].to_numpy()
    at_us = rows["at_us"].to_numpy()
    granted = compute.equal(rows["state"], "granted").to_numpy(zero_copy_only=False)
    order = np.lexsort((~granted, at_us, who))
    who, at_us, granted = who[order], at_us[order], granted[order]
    return [
        _agreed(who[past], granted[past], canon=canon)
        for past in (at_us < instant for instant in instants_us)
    ]


def _agreed(who: npt.NDArray[np.int32], granted: npt.NDArray[np.bool_], *, canon: Canon) -> BitMap:
    """Who has agreed by the last word of each of their keys; `who` is ordered, its last words last."""
    if not len(who):
        return BitMap()
    last = np.append(who[1:] != who[:-1], True)
    people, yes = canon.of(who[last]).astype(np.uint32), granted[last]
    return BitMap(people[yes]) - BitMap(people[~yes])
