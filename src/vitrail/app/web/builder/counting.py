"""How many meet each part of a condition: every node at once, and what was settled before is used again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import reduce

import msgspec
import numpy as np

from vitrail.app.web.desk import Desk
from vitrail.engine import bits
from vitrail.engine.algebra import Algebra
from vitrail.engine.bits import Bits
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked, Atom, atoms
from vitrail.model.tree import All, AnyOf, Condition, Truth

KEPT_BYTES = 256 * 1024**2
"""So much memory holds tests that were settled."""


class Counted(msgspec.Struct, frozen=True):
    """The members of each part of a condition, by its path, among so many profiles."""

    size: int
    everybody: int
    members: dict[str, Bits]

    def count(self, path: str) -> int:
        """How many meet a part."""
        return bits.count(self.members[path])


class Settled:
    """Elementary tests whose members are known, of one workspace; the oldest make room for the newest."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._kept: OrderedDict[tuple[object, Atom], Bits] = OrderedDict()
        self._people: dict[object, tuple[int, Bits]] = {}
        self._lock = threading.Lock()

    def counted(self, conditions: Mapping[str, Condition], at_us: int) -> Counted:
        """The members of each condition as of an instant; they have been checked before."""
        store = self._desk.ws.store
        catalogue = self._desk.ws.catalogue.current()
        asked = Asked(catalogue, at_us)
        stamp = (store.version.number, store.stamp(), at_us)
        wanted = atoms(conditions.values(), catalogue.segments)
        self._settle(wanted, asked, stamp=stamp)
        with self._lock:
            size, population = self._people[stamp]
            algebra = Algebra(bits.everybody(size), catalogue.segments)
            algebra.atoms = {each: self._kept[stamp, each] for each in wanted}
        members = {
            path: np.bitwise_and(algebra.holds(condition), population)
            for path, condition in conditions.items()
        }
        return Counted(size, bits.count(population), members)

    def _settle(self, wanted: list[Atom], asked: Asked, *, stamp: object) -> None:
        """Settle the tests that are not known yet, all in one pass."""
        with self._lock:
            missing = [each for each in wanted if (stamp, each) not in self._kept]
            if not missing and stamp in self._people:
                return
            ws = self._desk.ws
            found = evaluate(
                {str(number): each for number, each in enumerate(missing)} or {"": Truth(True)},
                asked,
                source=ws.store.source(),
                database=ws.database,
            )
            self._people = {stamp: (found.size, found.population)}
            for atom, members in found.atoms.items():
                self._kept[stamp, atom] = members
            self._make_room({(stamp, each) for each in wanted})

    def _make_room(self, needed: set[tuple[object, Atom]]) -> None:
        used = sum(each.nbytes for each in self._kept.values())
        for key in list(self._kept):
            if used <= KEPT_BYTES:
                return
            if key not in needed:
                used -= self._kept.pop(key).nbytes


def idle(condition: All | AnyOf, members: Mapping[int, Bits]) -> list[int]:
    """Which parts of a group change nothing: without them, the same people meet it."""
    join = np.bitwise_and if isinstance(condition, All) else np.bitwise_or
    every = [members[index] for index in range(len(condition.conditions))]
    whole = reduce(join, every)
    found = []
    for index in range(len(every)):
        others = every[:index] + every[index + 1 :]
        if np.array_equal(reduce(join, others), whole):
            found.append(index)
    return found
