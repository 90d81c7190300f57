"""What the pages keep at hand between two visits, so that the same thing is not worked out twice."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from vitrail.app.renewing import Renewer
from vitrail.app.web.settled import Settled
from vitrail.app.workspace import Workspace
from vitrail.ledger import runs
from vitrail.ledger.purposes import register_version

Found = TypeVar("Found")
KEPT = 64


class Desk:
    """A workspace, and the last things that were worked out of it. Safe to use from several threads.

    `settled` counts conditions; `renewer` brings segments up to date where no worker does.
    """

    def __init__(self, ws: Workspace) -> None:
        self.ws = ws
        self.settled = Settled(ws)
        self.renewer = Renewer(ws)
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = threading.Lock()
        self._turns: dict[Hashable, threading.Lock] = {}

    def state(self) -> Hashable:
        """What everything depends on: facts, catalogue, definitions, purposes and the last refresh."""
        with self.ws.store.ledger.reading() as connection:
            last, register = runs.last_run(connection), register_version(connection)
        refreshed = None if last is None else last.id
        return self.ws.store.version.number, self.ws.store.stamp(), register, refreshed

    def keep(self, key: Hashable, work_out: Callable[[], Found]) -> Found:
        """What was worked out for a key, or work it out now; who asks meanwhile waits for that."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return cast(Found, self._kept[key])
            turn = self._turns.setdefault(key, threading.Lock())
        with turn:
            return self._worked_out(key, work_out)

    def _worked_out(self, key: Hashable, work_out: Callable[[], Found]) -> Found:
        with self._lock:
            if key in self._kept:
                return cast(Found, self._kept[key])
        try:
            found = work_out()
        except BaseException:
            with self._lock:
                self._turns.pop(key, None)
            raise
        with self._lock:  # the turn ends when the answer is there to be found, not before
            self._turns.pop(key, None)
            self._kept[key] = found
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found
