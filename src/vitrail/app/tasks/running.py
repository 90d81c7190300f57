"""The process that does one step of a task beside the server: tries a load, loads, makes the shop, segments.

`python -m vitrail.app.tasks.running DIR TASK ACT` works until it is done, or until its standard input
ends, which is when the server ends, however that happens: each load is seen whole or not at all, so
nothing is half done.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import assert_never

import msgspec

from vitrail.app.accounts.acting import By
from vitrail.app.import_recipes import Recipe, run_import
from vitrail.app.logs import configure_logs, told
from vitrail.app.pulling import pull_one
from vitrail.app.ready import ready
from vitrail.app.segment_acts import defining
from vitrail.app.shop.load import define_ready, load_shop
from vitrail.app.taking_back import undo_load
from vitrail.app.tasks.kept import Act, Step, Tasks, by_asked
from vitrail.app.tasks.mapping import ConsentColumn, Mapped, mapped
from vitrail.app.tasks.recipes import keep_recipe
from vitrail.app.workspace import Workspace
from vitrail.collect.consents import Meant
from vitrail.collect.files.asking import Unanswered
from vitrail.collect.filing.replay import discard, replay
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.reports import LoadReport
from vitrail.warehouse import store as stores
from vitrail.warehouse.rehearsal import rehearse

SECONDS = 0.25
"""How often progress is written, at most."""

CUSTOMERS = 5_000
"""Customers of the sample shop made on the pages: enough for every figure, ready in less than a minute."""

WEEKS = 8


class Teller:
    """Writes how far a step is, not too often."""

    def __init__(self, tasks: Tasks, id: str, *, act: Act) -> None:
        self._tasks, self._id = tasks, id
        self.step = Step(act, "running", _now_us())
        self._at = 0.0
        self.label = ""

    def tell(self, done: int, total: int | None) -> None:
        """So much is done of so much."""
        if time.monotonic() - self._at >= SECONDS:
            self._at = time.monotonic()
            self.put(done=done, total=total or 0, label=self.label)

    def put(self, **changed: object) -> None:
        """Write the step as it is now."""
        self.step = msgspec.structs.replace(self.step, **changed)
        self._tasks.write(self._id, step=self.step)

    def end(self, **changed: object) -> None:
        """Write how it ended."""
        self.put(ended_us=_now_us(), label="", **changed)


def main(folder: Path, id: str, *, act: Act) -> None:
    """Do one step of a task, and write how it went."""
    _end_with_the_server()
    os.nice(5)
    configure_logs()
    tasks = Tasks(folder.absolute())
    teller = Teller(tasks, id, act=act)
    teller.put()
    try:
        with stores.open(folder) as store:
            _do(tasks, id, act=act, ws=Workspace(store), teller=teller)
    except Unanswered as error:
        teller.end(state="failed", problems=error.problems)
    except UserError as error:
        teller.end(state="failed", problems=error.problems)
    except Exception as error:
        sys.stderr.write(f"{told(error)}\n")
        teller.end(state="failed", problems=(_broken(error),))


def _do(tasks: Tasks, id: str, *, act: Act, ws: Workspace, teller: Teller) -> None:
    match act:
        case "try" | "load":
            _import(tasks, id, ws=ws, teller=teller, for_good=act == "load")
        case "shop":
            _shop(ws, teller, end=_first_begun(tasks, id))
        case "segments":
            mapping = tasks.read(id, "mapping", kind=dict[str, str]) or {}
            _segments(ws, mapping, teller=teller, by=by_asked(asked_of(tasks, id)))
        case "pull":
            _pull(ws, str(asked_of(tasks, id)["source"]), teller=teller)
        case "replay" | "discard":
            _put_right(ws, str(asked_of(tasks, id)["group"]), teller=teller)
        case "undo":
            _undo(ws, asked_of(tasks, id), teller=teller)
        case "look":
            return
        case _:
            assert_never(act)


def _import(tasks: Tasks, id: str, *, ws: Workspace, teller: Teller, for_good: bool) -> None:
    found, said = tasks.look(id), tasks.said(id)
    assert found is not None
    file = tasks.file_of(tasks.find(id))
    plan = mapped(found, said, catalogue=ws.store.catalogue)
    with _place(ws, for_good=for_good) as target:
        reports = list(_loads(target, file, plan=plan, teller=teller))
        if not for_good:
            kept = tuple(_without_path(each) for each in reports)
            _keep_rejects(reports, tasks.folder(id))
            teller.end(state="done", reports=kept)
            return
    keep_recipe(ws.store.path, plan, said=said, header=tuple(each.name for each in found.columns))
    teller.end(state="done", reports=tuple(reports))
    tasks.drop_file(id)


def _loads(ws: Workspace, file: Path, *, plan: Mapped, teller: Teller) -> Iterator[LoadReport]:
    teller.label = "rows"
    yield run_import(ws, plan.recipe, file=file, progress=teller.tell)
    teller.label = "consents"
    for each in plan.consents:
        yield _load_consents(ws, file, recipe=plan.recipe, consent=each)


def _load_consents(ws: Workspace, file: Path, *, recipe: Recipe, consent: ConsentColumn) -> LoadReport:
    key = recipe.columns.key or recipe.columns.profile or ""
    keeps = {key, consent.column}
    answers = {name: said for name, said in recipe.answers.items() if _about(name, keeps)}
    return ws.load_consents(
        file,
        profile=key,
        state=consent.column,
        source=recipe.source,
        answers=answers,
        about=Meant(consent.purpose, consent.channel),
    )


def _about(question: str, columns: set[str]) -> bool:
    return ":" not in question or question.partition(":")[2] in columns


@contextmanager
def _place(ws: Workspace, *, for_good: bool) -> Iterator[Workspace]:
    """The workspace or, to see what would happen, a copy of it that is thrown away."""
    if for_good:
        yield ws
        return
    with rehearse(ws.store) as copy:
        yield Workspace(copy)


def _keep_rejects(reports: list[LoadReport], folder: Path) -> None:
    """The refused rows of a trial, which would go with the copy."""
    for number, each in enumerate(reports):
        kept = folder / f"refused-{number}.parquet"
        kept.unlink(missing_ok=True)
        if each.rejects_path:
            kept.write_bytes(Path(each.rejects_path).read_bytes())


def _without_path(report: LoadReport) -> LoadReport:
    return msgspec.structs.replace(report, rejects_path="")


def _shop(ws: Workspace, teller: Teller, *, end: dt.datetime) -> None:
    """The sample shop with its segments and eight weeks of history; begun again, nothing is doubled."""

    def told(name: str, *steps: int) -> None:
        teller.put(done=steps[0], total=steps[1] + WEEKS + 2, label=name)

    load_shop(ws, customers=CUSTOMERS, end=end, progress=told)
    steps = teller.step.total - WEEKS - 1
    teller.put(done=steps, label="segments")
    define_ready(ws)
    for weeks in range(WEEKS, 0, -1):
        ws.refresh(end - dt.timedelta(weeks=weeks), full=True, recut=True)
        teller.put(done=steps + WEEKS - weeks + 1, label="segments")
    ws.refresh(full=True, recut=True)
    teller.end(state="done", facts={"customers": str(CUSTOMERS)})


def _first_begun(tasks: Tasks, id: str) -> dt.datetime:
    """When the shop was first begun: its data end then, however often it is begun again."""
    return dt.datetime.fromtimestamp(tasks.find(id).at_us // 1_000_000, dt.UTC)


def _segments(ws: Workspace, mapping: dict[str, str], *, teller: Teller, by: By) -> None:
    """The ready-made segments that fit, defined and evaluated."""
    teller.put(total=2, label="segments")
    fitted = ready(mapping, ws.catalogue.current())
    plan = ws.plan(fitted.definitions)
    ws.apply(plan, acts=defining(plan, by, subject=Subject("definitions", "ready")))
    teller.put(done=1, label="segments")
    ws.refresh()
    definitions = fitted.definitions
    number = len(definitions.segments) + sum(len(each.classes) + 1 for each in definitions.segmentations)
    teller.end(state="done", done=2, facts={"segments": str(number)})


def asked_of(tasks: Tasks, id: str) -> dict[str, str]:
    """What the task is about."""
    return tasks.read(id, "asked", kind=dict[str, str]) or {}


def _pull(ws: Workspace, key: str, *, teller: Teller) -> None:
    """Read a source now; one that is paused stays so."""
    teller.label = "rows"
    found = pull_one(ws, key, progress=teller.tell)
    failed = found.outcome == "failed"
    teller.end(state="failed" if failed else "done", problems=found.problems if failed else ())


def _put_right(ws: Workspace, group: str, *, teller: Teller) -> None:
    """File again what waits, or discard it."""
    chosen = frozenset({group}) if group else None
    if teller.step.act == "discard":
        teller.end(state="done", facts={"discarded": str(discard(ws.store, chosen))})
        return
    found = replay(ws.store, chosen)
    facts = {name: str(getattr(found, name)) for name in ("filed", "known", "waiting", "lost")}
    teller.end(state="done", facts=facts)


def _undo(ws: Workspace, asked: dict[str, str], *, teller: Teller) -> None:
    """Take a load back, in the name of who asked, and let segments follow."""
    found = undo_load(ws.store, int(asked["load"]), by=by_asked(asked))
    facts = {"load": asked["load"], "concerned": str(found.concerned), "forgotten": str(found.forgotten)}
    teller.end(state="done", facts=facts)


def _broken(error: Exception) -> Problem:
    if isinstance(error, OSError) and error.errno in (28, 122):
        return problem(
            "disk_full",
            fr="Il n’y a plus de place sur le disque. Rien n’a été chargé\u00a0: libérez de la place, puis "
            "recommencez.",
            en="The disk is full. Nothing was loaded: free some room, then start again.",
        )
    return problem(
        "failure",
        fr="L’erreur est la nôtre, et notée. Rien n’a été chargé à moitié.",
        en="The error is ours, and noted. Nothing was half loaded.",
    )


def _end_with_the_server() -> None:
    def watch() -> None:
        while os.read(0, 1024):
            pass
        os._exit(3)

    threading.Thread(target=watch, daemon=True).start()


def _now_us() -> int:
    return time.time_ns() // 1000


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], act=sys.argv[3])  # type: ignore[arg-type]
