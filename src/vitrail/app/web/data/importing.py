"""How the import of a file stands: what is shown next, how far it is, what became of its rows."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from vitrail.app.instants import instant
from vitrail.app.tasks.kept import Said, Step, Task, Tasks
from vitrail.app.web.pages import later
from vitrail.collect.proposal import Proposal
from vitrail.model.errors import Message
from vitrail.model.reports import LoadReport, RefusalGroup

Shows = Literal["progress", "refused", "mapping", "tried", "loaded", "stopped", "gone"]

LABELS = {
    "rows": later("Reading and checking the rows"),
    "consents": later("Writing the consents in the ledger"),
    "segments": later("Evaluating the segments"),
}
REPAIRS: dict[str, tuple[tuple[str, str], ...]] = {
    "day-month": (
        ("day", later("the day comes first: 31/12/2025")),
        ("month", later("the month comes first: 12/31/2025")),
    ),
    "decimal": (
        ("comma", later("a comma before the decimals: 1 234,50")),
        ("point", later("a point before the decimals: 1,234.50")),
    ),
    "empty-words": (("yes", later("these words mean an empty cell")),),
}
"""The answers that make refused rows right, by their question."""


class ImportView(msgspec.Struct, frozen=True):
    """One import as a page shows it."""

    task: Task
    at: dt.datetime
    said: Said
    step: Step | None
    found: Proposal | None
    shows: Shows


class Progress(msgspec.Struct, frozen=True):
    """How far a step is: a share of 1, where it is known, and what is done."""

    share: float | None
    done: int
    total: int
    what: str


class Lately(msgspec.Struct, frozen=True):
    """A file that waits to be finished."""

    task: Task
    at: dt.datetime
    state: str


def import_view(tasks: Tasks, id: str, *, wants: str = "") -> ImportView:
    """How an import stands; `wants` is what the person asks to see again. Raises `UserError`."""
    task, step = tasks.find(id), tasks.step(id)
    found = tasks.look(id)
    return ImportView(
        task=task,
        at=instant(task.at_us),
        said=tasks.said(id),
        step=step,
        found=found,
        shows=_shows(task, step, found=found, here=tasks.file_of(task).exists(), wants=wants),
    )


def _shows(task: Task, step: Step | None, *, found: Proposal | None, here: bool, wants: str) -> Shows:
    if step is not None and step.is_under_way:
        return "progress"
    if step is not None and step.act == "load" and step.state == "done":
        return "loaded"
    if not here or not task.whole:
        return "gone"
    if step is not None and step.state == "stopped":
        return "stopped"
    if found is None or (step is not None and step.act == "look" and step.state == "failed"):
        return "refused"
    if step is not None and step.act in ("try", "load") and wants != "mapping":
        return "tried" if step.state == "done" else "refused"
    return "mapping"


def progress_of(step: Step) -> Progress:
    """How far a step is."""
    share = min(1.0, step.done / step.total) if step.total else None
    return Progress(share, step.done, step.total, LABELS.get(step.label, ""))


def repairs_of(group: RefusalGroup) -> tuple[tuple[str, str], ...]:
    """The answers that would make the refused rows of a group right."""
    return REPAIRS.get(group.answer.partition(":")[0], ()) if group.answer else ()


def message_of(report: LoadReport) -> Message | None:
    """What a load that is no one's but consents' tells of itself."""
    return Message("consentements", "consents") if report.kind == "consent" else None


def lately(tasks: Tasks) -> tuple[Lately, ...]:
    """The files that were brought in and wait for somebody to finish."""
    found = []
    for each in tasks.all():
        step = tasks.step(each.id)
        over = step is not None and step.act == "load" and step.state == "done"
        if each.file and each.whole and not over and tasks.file_of(each).exists():
            state = "running" if step is not None and step.is_under_way else "waiting"
            found.append(Lately(each, instant(each.at_us), state))
    return tuple(found)
