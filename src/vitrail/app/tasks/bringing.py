"""What is done to a file that was brought in, the same on the pages and over the API."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from vitrail.app.accounts.acting import By, note
from vitrail.app.purposes import propose_purposes, purposes_in_force, put_in_force
from vitrail.app.tasks.kept import Act, Said, Step, Task
from vitrail.app.tasks.mapping import ABOUT_THE_FILE, Mapped, mapped
from vitrail.app.tasks.runner import Runner
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem, UserError, problem, refuse
from vitrail.model.purposes import PurposeFile
from vitrail.warehouse.store import Store

QUICK = 1.5
"""Seconds to wait for what is usually quick, before a page of progress is shown."""


def looked_at(runner: Runner, store: Store, *, task: Task, by: By) -> None:
    """A file has come whole: note it, and look at it."""
    with runner.at_rest(task.id) as start:
        runner.tasks.write(task.id, task=task)
        note(store, by.act("file.bring", Subject("task", task.id), details={"bytes": task.size}))
        start("look")
    runner.wait(task.id, QUICK)


def say(runner: Runner, id: str, *, said: Said) -> None:
    """Keep what is said of a file, and look again where the answer changes what is read."""
    with not_loaded(runner, id) as start:
        before, step = runner.tasks.said(id), runner.tasks.step(id)
        runner.tasks.write(id, said=said)
        if (said.answers, said.kind) != (before.answers, before.kind) or (step and step.state == "failed"):
            start("look")
        elif step is not None and step.act == "try":
            runner.tasks.write(id, step=Step("look", "done", step.at_us))
    runner.wait(id, QUICK)


def plan_of(runner: Runner, store: Store, *, id: str) -> Mapped:
    """How the file is imported, once all is told. Raises `UserError` with what is not."""
    found = runner.tasks.look(id)
    if found is None or not found.columns or any(q.key not in ABOUT_THE_FILE for q in found.questions):
        raise refuse(
            "not_told",
            path=id,
            fr="Répondez d’abord aux questions que pose ce fichier.",
            en="First answer the questions that this file leaves open.",
        )
    plan = mapped(found, runner.tasks.said(id), catalogue=store.catalogue)
    if plan.recipe.kind is None or plan.missing:
        raise UserError(tuple(_missing(each) for each in plan.missing or ("kind",)))
    return plan


def _missing(part: str) -> Problem:
    fr, en = _PARTS.get(part, (f"Dites ce qu’est «\u00a0{part}\u00a0».", f"Say what “{part}” is."))
    return problem("part_missing", path=part, fr=fr, en=en)


_PARTS = {
    "key": ("Dites quelle colonne est la clé de la ligne.", "Say which column is the key of the row."),
    "profile": (
        "Dites quelle colonne est la clé du client.",
        "Say which column is the key of the customer.",
    ),
    "at": ("Dites quelle colonne donne le moment.", "Say which column tells when."),
    "value": ("Dites quelle colonne est le score.", "Say which column is the score."),
    "kind": ("Dites ce qu’est une ligne de ce fichier.", "Say what a row of this file is."),
}
"""What is still to be told, as a sentence."""


def begin(runner: Runner, store: Store, *, id: str, act: Act, by: By) -> None:
    """Try a load, or load for good; what the data serve is written in the register first."""
    with not_loaded(runner, id) as start:
        plan = plan_of(runner, store, id=id)
        if act == "load":
            name_purposes(
                store,
                plan.recipe.source or runner.tasks.find(id).file,
                purposes=runner.tasks.said(id).purposes,
            )
            note(store, by.act("file.load", Subject("task", id), details={"kind": str(plan.recipe.kind)}))
        start(act)
    runner.wait(id, QUICK)


@contextmanager
def not_loaded(runner: Runner, id: str) -> Iterator[Callable[[Act], None]]:
    """A file that rests and is not loaded yet, to be changed; gives what begins its next step."""
    runner.tasks.find(id)
    with runner.at_rest(id) as start:
        step = runner.tasks.step(id)
        if step is not None and step.act == "load" and step.state == "done":
            raise refuse(
                "task_over",
                path=id,
                fr="Ce fichier est chargé\u00a0: apportez-en un autre.",
                en="This file is loaded: bring another one.",
            )
        yield start


def name_purposes(store: Store, source: str, *, purposes: tuple[str, ...]) -> None:
    """Write in the register what the data of a source serve, unless it says so already (GDPR 5(1)(b))."""
    present = purposes_in_force(store).document
    if not purposes or present.sources.get(source) == purposes:
        return
    known = {each.key for each in present.purposes}
    kept = tuple(each for each in purposes if each in known)
    if kept:
        put_in_force(store, propose_purposes(store, PurposeFile(2026, sources={source: kept})).plan)


def drop(runner: Runner, store: Store, *, id: str, by: By) -> None:
    """Forget a file that was brought in, with all that was said of it; what was loaded stays."""
    runner.tasks.find(id)
    runner.stop(id)
    runner.wait(id, 2.0)
    runner.tasks.remove(id)
    note(store, by.act("file.drop", Subject("task", id)))


def is_empty(store: Store) -> bool:
    """Whether nothing was ever loaded or declared in a workspace."""
    catalogue = store.catalogue
    return store.version.profiles == 0 and not catalogue.traits and not catalogue.collections
