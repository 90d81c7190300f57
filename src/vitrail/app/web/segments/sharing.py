"""What several segments share: every combination of them, and how many are in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.app.counting import Counts
from vitrail.app.web.desk import Desk
from vitrail.app.web.speech import Speech
from vitrail.consent.small_groups import Figure
from vitrail.warehouse.memberships import current_members

MOST = 6
ROWS = 24
NEAREST = 3


class Eyes(msgspec.Struct, frozen=True):
    """Whose eyes look: the counts they may see, their language, and what segments are called in it."""

    counts: Counts
    speech: Speech
    names: Mapping[str, str]

    def text(self, figure: Figure) -> str:
        """A figure as it is written."""
        return figure.text(self.speech.language, number=self.speech.count)


class Pair(msgspec.Struct, frozen=True):
    """Another segment beside this one: in common, in share of each, and likeness (Jaccard).

    Shares are None where a small group may not be told.
    """

    key: str
    common: str
    of_this: float | None
    of_other: float | None
    jaccard: float | None


class Row(msgspec.Struct, frozen=True):
    """One combination: in which sets its people are and in no other, its words, how many, in share of all."""

    inside: tuple[bool, ...]
    name: str
    text: str
    share: float
    address: str = ""


class Shared(msgspec.Struct, frozen=True):
    """The segments that are compared, the combinations from the largest on, and the other segments."""

    keys: tuple[str, ...]
    rows: tuple[Row, ...]
    pairs: tuple[Pair, ...]


def shared(desk: Desk, key: str, *, others: Sequence[str], eyes: Eyes) -> Shared:
    """A segment with others (those most like it, when none is named): who is in which of them."""
    members = desk.keep(("members", desk.state()), lambda: current_members(desk.ws.store))
    own = members.get(key, BitMap())
    pairs = _pairs(key, own, members=members, eyes=eyes)
    chosen = [each for each in dict.fromkeys(others) if each in members and each != key]
    keys = (key, *(chosen or [pair.key for pair in pairs[:NEAREST]])[: MOST - 1])
    rows = _rows([members.get(each, BitMap()) for each in keys], keys, eyes=eyes)
    return Shared(keys, rows, pairs)


def _pairs(key: str, own: BitMap, *, members: Mapping[str, BitMap], eyes: Eyes) -> tuple[Pair, ...]:
    """The other segments, the most like it first; to who sees nobody, in an order that tells no more."""
    exact = eyes.counts.exact
    found: list[tuple[tuple[float, str], Pair]] = []
    for other, people in members.items():
        common = own & people
        if other == key or key.partition(".")[0] == other.partition(".")[0] != other:
            continue
        if exact and not common:
            continue
        figure, name = eyes.counts.people(common), eyes.names.get(other, other)
        shares = _shares(common, own, people=people) if exact else (None, None, None)
        likeness = shares[2] if shares[2] is not None else figure.value or 0
        found.append(((-likeness, name), Pair(other, eyes.text(figure), *shares)))
    found.sort(key=lambda each: each[0])
    return tuple(pair for _, pair in found[:ROWS])


def _shares(common: BitMap, own: BitMap, *, people: BitMap) -> tuple[float, float, float]:
    """What two segments share, in share of the one, of the other, and of both."""
    return len(common) / len(own), len(common) / len(people), len(common) / len(own | people)


def _rows(sets: Sequence[BitMap], keys: Sequence[str], *, eyes: Eyes) -> tuple[Row, ...]:
    exact, combinations = eyes.counts.exact, _combinations(sets)
    if not exact:
        combinations = {each: combinations.get(each, BitMap()) for each in range(1, 1 << len(sets))}
    largest = max((len(people) for people in combinations.values()), default=0)
    told = eyes.counts.table({str(pattern): people for pattern, people in combinations.items()})
    rows: list[tuple[tuple[int, str], Row]] = []
    for pattern, people in combinations.items():
        inside = tuple(bool(pattern >> place & 1) for place in range(len(sets)))
        words = [eyes.names.get(each, each) for each, is_in in zip(keys, inside, strict=True) if is_in]
        figure, name = told[str(pattern)], eyes.speech.listed(words)
        share = len(people) / largest if exact else 0.0
        rows.append(((-(figure.value or 0), name), Row(inside, name, eyes.text(figure), share)))
    rows.sort(key=lambda each: each[0])
    return tuple(row for _, row in rows[:ROWS])


def _combinations(sets: Sequence[BitMap]) -> dict[int, BitMap]:
    """The people of each combination of sets and of no other set, by the bits of the sets."""
    everybody = BitMap.union(*sets) if sets else BitMap()
    numbers = np.array(everybody, dtype=np.uint32)
    pattern = np.zeros(len(numbers), dtype=np.int64)
    for place, people in enumerate(sets):
        inside = np.isin(numbers, np.array(people, dtype=np.uint32), assume_unique=True)
        pattern |= inside.astype(np.int64) << place
    return {int(each): BitMap(numbers[pattern == each]) for each in np.unique(pattern)}
