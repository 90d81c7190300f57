"""Long work that needs no file: a source read now, what waits in quarantine filed again or discarded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from vitrail.app.accounts.acting import By, note
from vitrail.app.taking_back import check_can_undo
from vitrail.app.tasks.bringing import QUICK
from vitrail.app.tasks.kept import Act, asked_by, pull_task
from vitrail.app.tasks.runner import Runner
from vitrail.collect.filing.quarantine import groups
from vitrail.collect.sources.kept import find_source
from vitrail.ledger.audit import Subject
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

QUARANTINE, UNDO_TASK = "quarantine", "undo"


def pull_now(runner: Runner, store: Store, *, key: str, by: By) -> str:
    """Read a source now, whether it is due or paused; answers the name of the task."""
    find_source(store, key)
    task = pull_task(key)
    with _begun_anew(runner, store, task=task, by=by) as start:
        runner.tasks.write(task, asked={"source": key})
        note(store, by.act("source.pull", Subject("source", key)))
        start("pull")
    runner.wait(task, QUICK)
    return task


def put_right(runner: Runner, store: Store, *, act: Literal["replay", "discard"], group: str, by: By) -> None:
    """File again what waits in one group of the quarantine, or in all (no name); or discard it for good."""
    if group and group not in {each.id for each in groups(store)}:
        raise refuse(
            "unknown_group",
            path=group,
            fr="Ce groupe n’attend plus\u00a0: il a été classé ou écarté entre-temps.",
            en="This group no longer waits: it was filed or discarded in the meantime.",
        )
    with _begun_anew(runner, store, task=QUARANTINE, by=by) as start:
        runner.tasks.write(QUARANTINE, asked={"group": group})
        note(store, by.act(f"quarantine.{act}", Subject("quarantine", group or "all")))
        start(act)
    runner.wait(QUARANTINE, QUICK)


def take_back(runner: Runner, store: Store, *, load: int, by: By) -> None:
    """Take a load of events back, beside the server. Raises `UserError` for what cannot be."""
    check_can_undo(store, load)
    asked = {"load": str(load)} | asked_by(by)
    with _begun_anew(runner, store, task=UNDO_TASK, by=by) as start:
        runner.tasks.write(UNDO_TASK, asked=asked)
        start("undo")
    runner.wait(UNDO_TASK, QUICK)


@contextmanager
def _begun_anew(runner: Runner, store: Store, *, task: str, by: By) -> Iterator[Callable[[Act], None]]:
    """A task that is done again and again, under its one name; gives what begins its step."""
    with runner.at_rest(task) as start:
        runner.tasks.begin(at_us=store.now_us(), by=by.actor.id, id=task)
        yield start
