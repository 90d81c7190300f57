"""Counting every segment under new definitions without making anybody wait for it.

Definitions are in force as soon as they are applied. Their members follow: the worker counts them,
or a server without a worker does so in a thread. What still waits is told by the ledger alone (the last
refresh was made under older definitions), so that it is lost neither by an error nor by a kill: the next
start finishes it.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import msgspec
import structlog

from vitrail.app.accounts.acting import note
from vitrail.app.instants import instant
from vitrail.app.workspace import Workspace
from vitrail.ledger import audit, runs
from vitrail.ledger.audit import Act, Asked, Subject
from vitrail.model.access import SYSTEM
from vitrail.model.errors import UserError
from vitrail.warehouse.refresh import Refresh
from vitrail.warehouse.store import Store

CHANGING = (
    "definitions.apply",
    "segment.archive",
    "segment.bring_back",
    "segment.remove",
    "segment.rename",
    "segment.restore",
    "segment.tag",
)
"""The acts that put definitions in force."""

MOST_CAUSES = 100


class Waiting(msgspec.Struct, frozen=True):
    """Definitions in force that no refresh has counted yet, and since when."""

    definitions: int
    since: dt.datetime


def waiting(store: Store) -> Waiting | None:
    """What the last refresh did not know of; None where every segment is counted as it is defined."""
    with store.ledger.reading() as connection:
        present, last = runs.current_definitions(connection), runs.last_run(connection)
    if present is None or (last is not None and last.definitions >= present.version):
        return None
    return Waiting(present.version, instant(present.applied_at_us))


def renew_all(ws: Workspace) -> Refresh:
    """Bring every segment up to date; where definitions waited for it, the trail says whose.

    Vitrail refreshes by itself then: `by` names who saved what it refreshes for, `after` what they did.
    """
    since_us = _first_waiting(ws.store)
    done = ws.refresh()
    if since_us is not None:
        causes = _causes(ws.store, since_us)
        by = dict.fromkeys(act.actor.id if act.actor.kind != "cli" else "cli" for act in causes)
        after = dict.fromkeys(f"{act.name} {act.subject.id or act.subject.kind}" for act in causes)
        details = {"by": tuple(by), "after": tuple(after)} if causes else {}
        note(ws.store, Act("segments.refresh", SYSTEM, Subject("run", str(done.run)), details=details))
    return done


def _first_waiting(store: Store) -> int | None:
    """When the first definitions came into force that no refresh has counted; None where all are."""
    if waiting(store) is None:
        return None
    with store.ledger.reading() as connection:
        last = runs.last_run(connection)
        first = runs.definitions_at(connection, 1 if last is None else last.definitions + 1)
    return None if first is None else first.applied_at_us


def _causes(store: Store, since_us: int) -> tuple[Act, ...]:
    """Who put definitions in force since an instant, and how; the first of them first."""
    with store.ledger.reading() as connection:
        asked = [Asked(act=name, since_us=since_us) for name in CHANGING]
        found = [each for one in asked for each in audit.acts(connection, one, limit=MOST_CAUSES)]
    newest = sorted(found, key=lambda each: each.position)[-MOST_CAUSES:]
    return tuple(each.act for each in newest)


class Renewer:
    """Brings segments up to date in a thread when asked; what is asked meanwhile is done right after.

    `trouble` is why the last try failed, empty where it did not.
    """

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._lock = threading.Lock()
        self._wanted = False
        self._thread: threading.Thread | None = None
        self.trouble = ""

    @property
    def is_busy(self) -> bool:
        """Whether a refresh is under way."""
        return self._thread is not None

    def ask(self) -> None:
        """Have segments counted, as soon as it can be."""
        with self._lock:
            self._wanted = True
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="renewer", daemon=True)
                self._thread.start()

    def resume(self) -> None:
        """Finish what was left waiting by a server that ended."""
        if waiting(self._ws.store) is not None:
            self.ask()

    def wait(self, seconds: float = 30.0) -> None:
        """Wait until nothing is under way, for tests and for an orderly end."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _work(self) -> None:
        while self._is_wanted():
            try:
                self._refresh()
                self.trouble = ""
            except Exception as error:
                self.trouble = str(error) if isinstance(error, UserError) else type(error).__name__
                structlog.get_logger().error("renewal_failure", reason=type(error).__name__)

    def _is_wanted(self) -> bool:
        with self._lock:
            wanted, self._wanted = self._wanted, False
            if not wanted:
                self._thread = None
            return wanted

    def _refresh(self) -> None:
        """With a database of its own: that of the pages goes on answering."""
        beside = Workspace(self._ws.store)
        try:
            renew_all(beside)
        finally:
            beside.database.close()


def in_thread(work: Callable[[], object], name: str) -> threading.Thread:
    """Do something once beside everything else; a failure is told in the log and stops nothing."""

    def once() -> None:
        try:
            work()
        except Exception as error:
            structlog.get_logger().error("background_failure", reason=type(error).__name__)

    thread = threading.Thread(target=once, name=name, daemon=True)
    thread.start()
    return thread
