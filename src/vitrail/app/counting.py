"""How many, as those who ask may know it: every page, address of the API and report counts through here."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Mapping, Set
from weakref import WeakKeyDictionary, ref

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.app.instants import instant
from vitrail.app.respect_settings import respect_of
from vitrail.app.workspace import Rule, Workspace
from vitrail.consent.small_groups import Figure, Memory, plain, series
from vitrail.engine.canon import canon_of
from vitrail.ledger.database import Ledger
from vitrail.model.access import Permission
from vitrail.warehouse import memberships
from vitrail.warehouse.refresh import bitmap, defined
from vitrail.warehouse.store import Store

SEES_SMALL: Permission = "view_people"
"""Who may see people may count them; to all others small groups are not told."""

_memories: WeakKeyDictionary[Store, dict[int, Memory]] = WeakKeyDictionary()
_lock = threading.Lock()


class Past(msgspec.Struct, frozen=True):
    """The size of a segment at one refresh, as it may be shown."""

    at: dt.datetime
    figure: Figure


class Counts:
    """The counts of a workspace for somebody with these permissions.

    Those who may not see people get `< 20` for small groups, and figures that do not change for fewer.
    """

    def __init__(self, ws: Workspace, permissions: Set[Permission]) -> None:
        self._ws = ws
        self._store = ws.store
        self.exact = SEES_SMALL in permissions

    def rule(self, rule: Rule, as_of: dt.datetime | None = None) -> Figure:
        """How many meet a condition."""
        return self.rules({"": rule}, as_of)[""]

    def rules(self, rules: Mapping[str, Rule], as_of: dt.datetime | None = None) -> dict[str, Figure]:
        """How many meet each of many conditions, in one pass."""
        found = self._ws.sets(rules, as_of)
        everybody = bitmap(found.population, found.size)
        return {
            name: self.people(bitmap(members, found.size), everybody)
            for name, members in found.members.items()
        }

    def people(self, people: BitMap, everybody: BitMap | None = None) -> Figure:
        """How many a set of profiles has; `everybody` is the population, by default all customers."""
        if self.exact:
            return plain(len(people))
        return self._memory().figure(people, _customers(self._store) if everybody is None else everybody)

    def table(self, cells: Mapping[str, BitMap], everybody: BitMap | None = None) -> dict[str, Figure]:
        """How many each part of a whole has, where the parts are told side by side."""
        if self.exact:
            return {name: plain(len(people)) for name, people in cells.items()}
        population = _customers(self._store) if everybody is None else everybody
        figures = self._memory().figures(list(cells.values()), population)
        return dict(zip(cells, figures, strict=True))

    def everybody(self) -> Figure:
        """How many customers there are."""
        return self.people(_customers(self._store))

    def segments(self) -> dict[str, Figure]:
        """The size of every segment and class at the last refresh; nothing for those never evaluated."""
        document = defined(self._store)[1].document
        present = memberships.current_members(self._store)
        everybody = _customers(self._store)
        told = {
            each.key: self.people(present[each.key], everybody)
            for each in document.segments
            if each.key in present
        }
        for grouped in document.segmentations:
            parts = [part.key for part in grouped.classes] + [grouped.otherwise.key]
            keys = [f"{grouped.key}.{part}" for part in parts]
            told |= self.table({key: present[key] for key in keys if key in present}, everybody)
        return told

    def history(self, key: str) -> tuple[Past, ...]:
        """The size of a segment at each refresh; steps of fewer than `k` people are not shown."""
        table = memberships.history(self._store, key)
        instants = table["at_us"].to_pylist()
        if self.exact:
            figures = tuple(map(plain, table["members"].to_pylist()))
        else:
            steps = [memberships.as_of(self._store, key, at_us=at_us) for at_us in instants]
            figures = series(steps, self._memory().k)
        return tuple(Past(instant(at_us), each) for at_us, each in zip(instants, figures, strict=True))

    def _memory(self) -> Memory:
        k, store = respect_of(self._store).smallest_group, ref(self._store)

        def shared() -> Ledger:
            """What the programs that serve the workspace share; who asks holds the storage."""
            opened = store()
            assert opened is not None
            return opened.shared

        with _lock:
            return _memories.setdefault(self._store, {}).setdefault(k, Memory(k, shared=shared))


def _customers(store: Store) -> BitMap:
    source = store.source()
    merged = BitMap(canon_of(source).profiles.astype(np.uint32))
    return BitMap(range(source.profiles)) - merged
