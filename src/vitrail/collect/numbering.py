"""Whose the rows of a load are: each key gets its place in a list once, and each of the list its profile.

The places lie beside the piles, row by row, so that whose a row is need not be looked up by its text again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitrail.collect.coding import code
from vitrail.collect.pile import TIME, Opened, open_pile
from vitrail.collect.settling import Intake, number_profiles, numbers_of
from vitrail.collect.staging import LINE

Numbers = NDArray[np.int64]
Profiles = NDArray[np.int32]

TOGETHER = 5_000_000
"""Rows whose keys are listed together, about."""

NEVER = np.iinfo(np.int64).max


class Whose(msgspec.Struct, frozen=True):
    """By pile, where the places of its keys are and which list they are places of; by list, the profiles."""

    places: tuple[Path, ...]
    lists: tuple[int, ...]
    numbers: tuple[Profiles, ...]

    def profiles(self, pile: int, start: int, *, rows: int) -> Profiles:
        """The profiles of some rows of a pile that lie together."""
        places = np.fromfile(self.places[pile], np.int32, rows, offset=4 * start)
        return self.numbers[self.lists[pile]].take(places)


class _Listed(msgspec.Struct, frozen=True):
    """The keys of some piles, where each appeared first and when; how many piles."""

    keys: pa.Array
    lines: Numbers
    times: Numbers
    piles: int


def number_rows(intake: Intake, piles: Sequence[Path], *, left_out: Numbers) -> Whose:
    """Give a number to each key nobody had met, and tell whose each row is.

    What was left out gives no number. The working database shows `first_times` (profile, at_us) then: when
    each profile appeared first, once for each list it is in.
    """
    paths = tuple(path.with_suffix(".places") for path in piles)
    found = list(_listed(piles, paths, left_out=left_out))
    keys = [pa.table({"key": each.keys, LINE: each.lines}) for each in found]
    intake.scratch.register("appeared", pa.concat_tables(map(_without_never, keys)))
    number_profiles(intake, "appeared")
    numbers = tuple(numbers_of(intake, each.keys) for each in found)
    times = [pa.table({"profile": of, TIME: each.times}) for of, each in zip(numbers, found, strict=True)]
    intake.scratch.register("first_times", pa.concat_tables(map(_without_never, times)))
    lists = tuple(number for number, each in enumerate(found) for _ in range(each.piles))
    return Whose(paths, lists, numbers)


def _without_never(rows: pa.Table) -> pa.Table:
    """The rows whose last column tells of something that happened."""
    return rows.filter(pa.array(rows.column(rows.num_columns - 1).to_numpy() < NEVER))


def _listed(piles: Sequence[Path], paths: Sequence[Path], *, left_out: Numbers) -> Iterator[_Listed]:
    """The keys, some piles at a time; the places of their rows are written."""
    waiting: list[Opened] = []
    first = 0
    for number, path in enumerate(piles, 1):
        waiting.append(open_pile(path))
        if sum(each.rows.num_rows for each in waiting) >= TOGETHER or number == len(piles):
            yield _list_keys(waiting, paths[first:number], left_out=left_out)
            waiting, first = [], number


def _list_keys(piles: Sequence[Opened], paths: Sequence[Path], *, left_out: Numbers) -> _Listed:
    coded = code(
        pa.chunked_array([chunk for pile in piles for chunk in pile.rows["key"].chunks], pa.string())
    )
    lines, times = (np.full(len(coded.keys), NEVER) for _ in range(2))
    start = 0
    for pile, path in zip(piles, paths, strict=True):
        rows = pile.rows.num_rows
        places = coded.places[start : start + rows]
        places.tofile(path)
        here, when = pile.rows[LINE].to_numpy(), pile.rows[TIME].to_numpy()
        if len(left_out):
            stays = ~np.isin(here, left_out)
            places, here, when = places[stays], here[stays], when[stays]
        np.minimum.at(lines, places, here)
        np.minimum.at(times, places, when)
        pile.let_go()
        start += rows
    return _Listed(coded.keys, lines, times, len(piles))
