"""Acknowledging many requests with one write to disk: they wait together for the same commit."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

import msgspec

from vitrail.ledger.inbox import Backlog, Inbox, NewRequest, NotKept

GROUP_REQUESTS = 500
GROUP_BYTES = 8 * 1024**2


class Bounds(msgspec.Struct, frozen=True):
    """How much may wait before senders are asked to slow down: in memory, and in the inbox to be filed."""

    memory_bytes: int = 32 * 1024**2
    inbox_bytes: int = 16 * 1024**3


class Busy(Exception):
    """More is waiting than may; the sender should come back in so many seconds."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"come back in {seconds} s")
        self.seconds = seconds


class Waiting(msgspec.Struct):
    """A request and who waits for it to be on disk."""

    request: NewRequest
    kept: asyncio.Future[None]


class Committer:
    """The one thread that writes to the inbox. `keep` is called from the event loop, and from there alone."""

    def __init__(self, inbox: Inbox, bounds: Bounds) -> None:
        self._inbox = inbox
        self._bounds = bounds
        self._queue: deque[Waiting] = deque()
        self._bytes = 0
        self._ready = threading.Condition()
        self._stopping = False
        self._overfull = False
        self._thread = threading.Thread(target=self._run, name="inbox")
        self.trouble: NotKept | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread.start()

    def stop(self) -> None:
        """Write what waits, then end."""
        with self._ready:
            self._stopping = True
            self._ready.notify()
        self._thread.join()

    def measured(self, backlog: Backlog) -> None:
        """Learn how much waits to be filed."""
        self._overfull = backlog.bytes > self._bounds.inbox_bytes

    def recover(self) -> None:
        """After trouble, see whether writing works again: who asks before they send would else never send."""
        if self.trouble is not None:
            with suppress(NotKept):
                self._inbox.try_out()
                self.trouble = None

    async def keep(self, request: NewRequest) -> None:
        """Return once the request is on disk.

        Raises `Busy` when too much waits, and `NotKept` when it cannot be written.
        """
        if self._overfull:
            raise Busy(10)
        size = len(request.body)
        if self._bytes + size > self._bounds.memory_bytes:
            raise Busy(1)
        kept = asyncio.get_running_loop().create_future()
        self._bytes += size
        try:
            with self._ready:
                self._queue.append(Waiting(request, kept))
                self._ready.notify()
            await kept
        finally:
            self._bytes -= size

    def _run(self) -> None:
        while group := self._next_group():
            try:
                self._inbox.append([each.request for each in group])
                self.trouble = None
            except NotKept as trouble:
                self.trouble = trouble
            except Exception as error:
                self.trouble = NotKept("failing", repr(error))
            with suppress(RuntimeError):  # the loop has ended: nobody waits any more
                group[0].kept.get_loop().call_soon_threadsafe(_release, group, self.trouble)

    def _next_group(self) -> list[Waiting]:
        """What waits now, within measure; an empty list once there is nothing more to come."""
        group: list[Waiting] = []
        size = 0
        with self._ready:
            self._ready.wait_for(lambda: self._queue or self._stopping)
            while self._queue and len(group) < GROUP_REQUESTS and size < GROUP_BYTES:
                group.append(self._queue.popleft())
                size += len(group[-1].request.body)
        return group


def _release(group: Sequence[Waiting], trouble: NotKept | None) -> None:
    """Tell those who wait; who gave up waiting is passed over."""
    for each in group:
        if each.kept.done():
            continue
        if trouble is None:
            each.kept.set_result(None)
        else:
            each.kept.set_exception(NotKept(trouble.reason, str(trouble)))
