"""Where questions are computed: a few workspaces over one storage, each used by one thread at a time."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import TypeVar

from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from litestar.exceptions import ServiceUnavailableException

from vitrail.app.workspace import Workspace
from vitrail.warehouse.store import Store

T = TypeVar("T")
PLACES = 2
QUEUE = 100
MEMORY = "1GB"


class Bench:
    """So many places, and a bounded queue before them."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._free: queue.SimpleQueue[Workspace] = queue.SimpleQueue()
        for _ in range(PLACES):
            self._free.put(Workspace(store, memory=MEMORY))
        self._places: CapacityLimiter | None = None

    async def ask(self, work: Callable[[Workspace], T]) -> T:
        """Compute something when a place is free. Too long a queue answers 503."""
        if self._places is None:
            self._places = CapacityLimiter(PLACES)
        if self._places.statistics().tasks_waiting >= QUEUE:
            raise ServiceUnavailableException(headers={"Retry-After": "5"})
        return await run_sync(self._computed, work, limiter=self._places)

    async def look(self, work: Callable[[Store], T]) -> T:
        """Read or change the ledger alone, which needs no place."""
        return await run_sync(work, self.store)

    def _computed(self, work: Callable[[Workspace], T]) -> T:
        ws = self._free.get()
        try:
            return work(ws)
        finally:
            self._free.put(ws)
