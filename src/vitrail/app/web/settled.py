"""How many meet each part of a condition: every node at once, and what was settled before is used again."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable, Mapping

import msgspec
import numpy as np

from vitrail.app.workspace import Workspace
from vitrail.engine import bits
from vitrail.engine.algebra import Algebra
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked, Atom, atoms
from vitrail.engine.source import Source
from vitrail.model.tree import Condition, Truth

KEPT_BYTES = 256 * 1024**2
"""So much memory holds tests that were settled."""

RECENT_US = 60_000_000
"""While nothing new came in, a page opened within a minute asks as of the same instant as the one before."""


class Counted(msgspec.Struct, frozen=True):
    """The members of each part of a condition, by its path, among so many profiles."""

    size: int
    everybody: int
    members: dict[str, Bits]

    def count(self, path: str) -> int:
        """How many meet a part."""
        return bits.count(self.members[path])


class Answers:
    """Elementary tests whose members are known; the oldest make room for the newest.

    An edit of one condition asks the engine for that condition alone: the rest is algebra on sets of bits.
    """

    def __init__(self, *, most_bytes: int = KEPT_BYTES) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[tuple[Hashable, Atom], Bits] = OrderedDict()
        self._people: dict[Hashable, tuple[int, Bits]] = {}
        self._lock = threading.Lock()

    def counted(
        self,
        conditions: Mapping[str, Condition],
        asked: Asked,
        *,
        stamp: Hashable,
        source: Source,
        database: DuckDB,
    ) -> Counted:
        """The members of each condition; `stamp` says what the answers depend on, the instant included."""
        segments = asked.catalogue.segments
        wanted = atoms(conditions.values(), segments)
        with self._lock:
            missing = [each for each in wanted if (stamp, each) not in self._kept]
            if missing or stamp not in self._people:
                self._settle(missing, asked, stamp=stamp, source=source, database=database)
                self._make_room({(stamp, each) for each in wanted})
            size, population = self._people[stamp]
            algebra = Algebra(bits.everybody(size), segments)
            algebra.atoms = {each: self._kept[stamp, each] for each in wanted}
        members = {
            path: np.bitwise_and(algebra.holds(condition), population)
            for path, condition in conditions.items()
        }
        return Counted(size, bits.count(population), members)

    def knows(self, stamp: Hashable) -> bool:
        """Whether something was settled under a stamp, the last one."""
        with self._lock:
            return stamp in self._people

    def _settle(
        self, missing: list[Atom], asked: Asked, *, stamp: Hashable, source: Source, database: DuckDB
    ) -> None:
        found = evaluate(
            {str(number): each for number, each in enumerate(missing)} or {"": Truth(True)},
            asked,
            source=source,
            database=database,
        )
        self._people = {stamp: (found.size, found.population)}
        for atom, members in found.atoms.items():
            self._kept[stamp, atom] = members

    def _make_room(self, needed: set[tuple[Hashable, Atom]]) -> None:
        used = sum(each.nbytes for each in self._kept.values())
        for key in list(self._kept):
            if used <= self._most:
                return
            if key not in needed:
                used -= self._kept.pop(key).nbytes


class Settled:
    """The answers of one workspace, as long as neither its facts nor its definitions change."""

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._answers = Answers()
        self._last: tuple[Hashable, int] = ("", 0)

    def counted(self, conditions: Mapping[str, Condition], at_us: int) -> Counted:
        """The members of each condition as of an instant; they have been checked before."""
        state, source = self._state(), self._ws.store.source()
        while (again := self._state()) != state:
            state, source = again, self._ws.store.source()
        found = self._answers.counted(
            conditions,
            Asked(self._ws.catalogue.current(), at_us),
            stamp=(state, at_us),
            source=source,
            database=self._ws.database,
        )
        self._last = (state, at_us)
        return found

    def instant(self) -> int:
        """The instant a page asks at: now, or that of a moment ago where the same answers still hold."""
        now_us = self._ws.store.now_us()
        state, at_us = self._last
        recent = 0 <= now_us - at_us <= RECENT_US and state == self._state()
        return at_us if recent and self._answers.knows((state, at_us)) else now_us

    def _state(self) -> Hashable:
        return self._ws.store.version.number, self._ws.store.stamp()
