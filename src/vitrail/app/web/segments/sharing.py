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
    found: list[tuple[float, Pair]] = []
    for other, people in members.items():
        common = own & people
        if other == key or not common or key.partition(".")[0] == other.partition(".")[0] != other:
            continue
        likeness = len(common) / len(own | people)
        figure = eyes.text(eyes.counts.people(common))
        of_this, of_other = len(common) / len(own), len(common) / len(people)
        shares = (of_this, of_other, likeness) if eyes.counts.exact else (None, None, None)
        found.append((likeness, Pair(other, figure, *shares)))
    found.sort(key=lambda each: -each[0])
    return tuple(pair for _, pair in found[:ROWS])


def _rows(sets: Sequence[BitMap], keys: Sequence[str], *, eyes: Eyes) -> tuple[Row, ...]:
    combinations = _combinations(sets)
    largest = max((len(people) for people in combinations.values()), default=0)
    told = eyes.counts.table({str(pattern): people for pattern, people in combinations.items()})
    rows = []
    for pattern, people in sorted(combinations.items(), key=lambda item: -len(item[1]))[:ROWS]:
        inside = tuple(bool(pattern >> place & 1) for place in range(len(sets)))
        words = [eyes.names.get(each, each) for each, is_in in zip(keys, inside, strict=True) if is_in]
        text = eyes.text(told[str(pattern)])
        share = len(people) / largest if eyes.counts.exact else 0.0
        rows.append(Row(inside, eyes.speech.listed(words), text, share))
    return tuple(rows)


def _combinations(sets: Sequence[BitMap]) -> dict[int, BitMap]:
    """The people of each combination of sets and of no other set, by the bits of the sets."""
    everybody = BitMap.union(*sets) if sets else BitMap()
    numbers = np.array(everybody, dtype=np.uint32)
    pattern = np.zeros(len(numbers), dtype=np.int64)
    for place, people in enumerate(sets):
        inside = np.isin(numbers, np.array(people, dtype=np.uint32), assume_unique=True)
        pattern |= inside.astype(np.int64) << place
    return {int(each): BitMap(numbers[pattern == each]) for each in np.unique(pattern)}
