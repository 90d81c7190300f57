"""Small groups: a count that could point at a person is not shown to those who may not see persons.

Two counts that are each harmless can still single somebody out: 57 loyal customers, 56 of whom do not live in
Brest. So a `Memory` keeps the sets whose counts were shown. A set that differs by fewer than `k` people from
one of them gets the count of that one: the answer is the same whether the few are none, one or nineteen.

What holds, and what does not, is in docs/concepts/respect.md; the idea is the control of overlap between
sets of answers (D. Dobkin, A. Jones, R. Lipton, *Secure databases: protection against user influence*, 1979),
and for tables complementary suppression (L. Cox, *Suppression methodology*, 1980).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import msgspec
from pyroaring import BitMap

from vitrail.ledger.database import Ledger
from vitrail.ledger.shared import add_shown, forget_shown, shown_after

DEFAULT = 20
"""The fewest people of whom a number is told, unless the workspace says otherwise."""

MOST = 4096
"""So many sets are remembered at most; beyond, the oldest are forgotten."""

BYTES = 128_000_000
"""Sets are remembered up to so much memory: a thousand of the largest, for a million people."""


class Figure(msgspec.Struct, frozen=True, omit_defaults=True):
    """A count as it may be shown: a number, `under` so many, or neither where it is withheld.

    It is withheld where it would give away another one of the same table.
    """

    value: int | None = None
    under: int | None = None

    def text(self, language: str = "fr", *, number: Callable[[int], str] = str) -> str:
        """The figure as people read it: `1234`, `< 20`, `masqué`; `number` writes numbers."""
        if self.value is not None:
            return number(self.value)
        if self.under is not None:
            return f"<\u00a0{number(self.under)}"
        return "masqué" if language == "fr" else "withheld"


def plain(count: int) -> Figure:
    """The figure of a count for somebody who may see small groups."""
    return Figure(value=count)


def alone(count: int, k: int = DEFAULT) -> Figure:
    """A count that stands by itself, of things that no other question can be compared with."""
    return Figure(under=k) if count < k else Figure(value=count)


class Memory:
    """The sets whose counts were shown, of one workspace, to those who may not see small groups.

    Any two of them differ by `k` people or more, so two true counts never differ by a smaller group; the
    same set always has the same answer. Any thread may ask. `shared` is where all programs that serve
    the workspace keep them, in one order: a set is looked up there when it is near none that is known here.
    """

    def __init__(
        self, k: int = DEFAULT, *, most: int = MOST, shared: Callable[[], Ledger] | None = None
    ) -> None:
        self.k = k
        self._most = most
        self._shared = shared
        self._lock = threading.Lock()
        self._order = 0
        self._bytes = 0
        self._near: dict[int, dict[int, BitMap]] = {}
        """Sets by the order they were shown in, within `k` of one size."""

    def figure(self, people: BitMap, everybody: BitMap) -> Figure:
        """How many people a set has, as it may be shown; `everybody` is the population it is part of."""
        with self._lock:
            if len(people) < self.k:
                return Figure(under=self.k)
            if len(everybody) >= self.k:
                self._shown(everybody)
            return Figure(value=self._shown(people))

    def figures(self, cells: Sequence[BitMap], everybody: BitMap) -> tuple[Figure, ...]:
        """The counts of sets that share out a total: none can be had from the total and the others."""
        return withheld(tuple(self.figure(each, everybody) for each in cells), cells=cells, k=self.k)

    def __len__(self) -> int:
        """How many sets are remembered."""
        return sum(map(len, self._near.values()))

    def _shown(self, people: BitMap) -> int:
        """The count of the first shown set that is near enough; where there is none, this one is shown."""
        known = self._known(people)
        if known is not None:
            return known
        if self._shared is None:
            self._remember(self._order + 1, people.serialize())
            return len(people)
        with self._shared().writing() as connection:
            for number, content in shown_after(connection, self._order, k=self.k):
                self._remember(number, content)
            known = self._known(people)
            if known is not None:
                return known
            content = people.serialize()
            self._remember(add_shown(connection, content, k=self.k), content)
            forget_shown(connection, before=self._oldest()[0], k=self.k)
        return len(people)

    def _known(self, people: BitMap) -> int | None:
        """The count of the first set that was shown and is near enough."""
        place = len(people) // self.k
        near = [item for each in (place - 1, place, place + 1) for item in self._near.get(each, {}).items()]
        for _, known in sorted(near, key=lambda item: item[0]):
            if known.symmetric_difference_cardinality(people) < self.k:
                return len(known)
        return None

    def _remember(self, number: int, content: bytes) -> None:
        """Remember one more set, at its place in the order, and forget the oldest of too many."""
        if number <= self._order:  # what was shared was lost: it began anew
            self._near, self._bytes = {}, 0
        people = BitMap.deserialize(content)
        self._order = number
        self._near.setdefault(len(people) // self.k, {})[number] = people
        self._bytes += len(content)
        while len(self) > self._most or (self._bytes > BYTES and len(self) > 1):
            self._forget()

    def _oldest(self) -> tuple[int, int]:
        """The number of the set that was shown first, and its place."""
        return min((min(sets), place) for place, sets in self._near.items() if sets)

    def _forget(self) -> None:
        oldest, place = self._oldest()
        self._bytes -= len(self._near[place].pop(oldest).serialize())


def series(steps: Sequence[BitMap], k: int = DEFAULT) -> tuple[Figure, ...]:
    """The sizes of one segment over time: the number moves when `k` people have come or gone.

    It follows from the steps alone, so that a restart of the server changes nothing.
    """
    told: list[Figure] = []
    held: BitMap | None = None
    for people in steps:
        if held is None or held.symmetric_difference_cardinality(people) >= k:
            held = people
        told.append(alone(len(held), k))
    return tuple(told)


def withheld(figures: Sequence[Figure], *, cells: Sequence[BitMap], k: int = DEFAULT) -> tuple[Figure, ...]:
    """The figures of a table whose total is known, with others withheld so that a hidden one stays hidden.

    Shown cells are withheld from the end, where the remainder stands, until each hidden one may be anything
    from 0 to `k - 1` for who knows the total, the other cells and this rule. Which are taken does not
    depend on their sizes, which would tell something. Where even all do not suffice, none says it is small.
    """
    small = [place for place, each in enumerate(figures) if each.under is not None]
    hidden = sum(len(cells[place]) for place in small)
    also: list[int] = []
    shown = [place for place, each in enumerate(figures) if each.value is not None]
    while small and shown and not _is_open(hidden, len(small), also=len(also), k=k):
        also.append(shown.pop())
        hidden += len(cells[also[-1]])
    told = bool(shown or also) or hidden >= k
    gone = {*also} if not told or _is_open(hidden, len(small), also=len(also), k=k) else {*also, *small}
    return tuple(Figure() if place in gone else each for place, each in enumerate(figures))


def _is_open(hidden: int, small: int, *, also: int, k: int) -> bool:
    """Whether each of some small cells may be anything under `k`, when all hidden ones sum up to `hidden`."""
    if also:
        return hidden >= k * also + k - 1
    return k - 1 <= hidden <= (k - 1) * (small - 1)
