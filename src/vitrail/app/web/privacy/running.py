"""A run of retention beside the pages: it takes long, and whoever started it need not wait for the answer."""

from __future__ import annotations

import threading
from typing import Literal

import msgspec
import structlog

from vitrail.app.workspace import Workspace
from vitrail.consent.retention.planning import RetentionPlan
from vitrail.consent.retention.running import Retained
from vitrail.model.access import Actor
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

State = Literal["idle", "running", "done", "failed"]


class RunTold(msgspec.Struct, frozen=True):
    """How the last run goes or went: what it did, or why it could not."""

    state: State = "idle"
    done: Retained | None = None
    error: UserError | None = None


class RetentionRunner:
    """Runs one plan at a time, in a thread and a workspace of its own.

    If the program is killed on the way, the journal of erasures finishes at the next refresh what was begun.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._told = RunTold()

    @property
    def told(self) -> RunTold:
        """How it goes."""
        return self._told

    def start(self, plan: RetentionPlan, *, actor: Actor) -> bool:
        """Begin, unless a run is under way; answers whether it began."""
        with self._lock:
            if self._told.state == "running":
                return False
            self._told = RunTold("running")
        threading.Thread(target=self._run, args=(plan, actor), name="retention").start()
        return True

    def _run(self, plan: RetentionPlan, actor: Actor) -> None:
        ws = Workspace(self._store)
        try:
            self._told = RunTold("done", ws.retention.run(plan, actor=actor))
        except UserError as error:
            self._told = RunTold("failed", error=error)
        except Exception as error:
            structlog.get_logger().error("retention_failure", reason=type(error).__name__)
            self._told = RunTold("failed")
        finally:
            ws.database.close()
