"""Where long work is kept: a folder for each task, with the file it is about and how far it is.

Each document of a task has one writer and is replaced whole, so that a server that is killed at any instant
finds it as it was before or after. `said.json` is what the person said, `look.json` what the file holds,
`step.json` how the last step goes. A file that was brought in is deleted once it is loaded, or after a day.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Literal, TypeVar

import msgspec

from vitrail.app.accounts.acting import By
from vitrail.app.import_recipes import Kind
from vitrail.collect.proposal import Proposal
from vitrail.model.access import Actor
from vitrail.model.errors import Problem, UserError, refuse
from vitrail.model.reports import LoadReport
from vitrail.warehouse import folder

PLACE = folder.TASKS
DAY_US = 86_400_000_000
KEPT = 40
"""Tasks that have ended and are still told of."""

Act = Literal["look", "try", "load", "shop", "segments", "pull", "replay", "discard", "undo"]
State = Literal["waiting", "running", "done", "failed", "stopped"]
"""`stopped` is a step that a restart of the server cut off: nothing of it is half done."""

T = TypeVar("T")


class ColumnSaid(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """What a person says of a column: what it becomes, under which name; for consents, of which purpose."""

    becomes: str = ""
    name: str = ""
    purpose: str = ""
    channel: str = ""


class Said(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """All that a person says of a file: what it holds, where it comes from, what it serves, its columns."""

    kind: Kind | None = None
    name: str = ""
    source: str = ""
    answers: dict[str, str] = {}
    columns: dict[str, ColumnSaid] = {}
    purposes: tuple[str, ...] = ()


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """How one step of a task goes: how far it is (`total` 0: nobody knows), or how it ended.

    `reports` are the loads it made, in order; `problems` why it failed; `facts` what else it tells.
    """

    act: Act
    state: State
    at_us: int
    done: int = 0
    total: int = 0
    label: str = ""
    ended_us: int = 0
    reports: tuple[LoadReport, ...] = ()
    problems: tuple[Problem, ...] = ()
    facts: dict[str, str] = {}

    @property
    def is_under_way(self) -> bool:
        """Whether it still goes on."""
        return self.state in ("waiting", "running")


class Task(msgspec.Struct, frozen=True, omit_defaults=True):
    """One piece of long work: by whom and when it was begun; `file` is the name of what was brought in."""

    id: str
    at_us: int
    by: str = ""
    file: str = ""
    size: int = 0
    whole: bool = True


class Tasks:
    """The tasks of a workspace, on disk."""

    def __init__(self, root: Path) -> None:
        self._place = root / PLACE

    def begin(self, *, at_us: int, by: str, file: str = "", id: str = "", whole: bool = True) -> Task:
        """A new task, with a folder of its own that only the owner of the workspace can read."""
        self._place.mkdir(mode=0o700, exist_ok=True)
        task = Task(id or secrets.token_hex(8), at_us, by, file, 0, whole)
        folder = self.folder(task.id)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(mode=0o700)
        self.write(task.id, task=task)
        return task

    def folder(self, id: str) -> Path:
        """The folder of a task. Raises `UserError` for what is no name of one."""
        if not re.fullmatch(r"[a-z0-9]{2,32}", id):
            raise unknown_task(id)
        return self._place / id

    def find(self, id: str) -> Task:
        """The task of that name. Raises `UserError` when there is none."""
        found = self.read(id, "task", kind=Task)
        if found is None:
            raise unknown_task(id)
        return found

    def all(self) -> tuple[Task, ...]:
        """Every task, newest first."""
        found = (self.read(each.name, "task", kind=Task) for each in self._folders())
        return tuple(sorted((each for each in found if each), key=lambda task: -task.at_us))

    def file_of(self, task: Task) -> Path:
        """Where the file that was brought in is kept, until it is loaded."""
        return self.folder(task.id) / "content" / (task.file or "file")

    def read(self, id: str, name: str, *, kind: type[T]) -> T | None:
        """A document of a task; None when there is none."""
        try:
            return msgspec.json.decode((self.folder(id) / f"{name}.json").read_bytes(), type=kind)
        except FileNotFoundError:
            return None

    def write(self, id: str, **documents: object) -> None:
        """Replace documents of a task, by their names, each whole."""
        for name, document in documents.items():
            path = self.folder(id) / f"{name}.json"
            temporary = path.with_name(f"{name}.{secrets.token_hex(4)}")
            with temporary.open("wb") as file:
                file.write(msgspec.json.encode(document))
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, path)

    def said(self, id: str) -> Said:
        """What was said of a file."""
        return self.read(id, "said", kind=Said) or Said()

    def look(self, id: str) -> Proposal | None:
        """What the file holds, once it was looked at."""
        return self.read(id, "look", kind=Proposal)

    def step(self, id: str) -> Step | None:
        """How the last step goes."""
        return self.read(id, "step", kind=Step)

    def forget(self, id: str, name: str) -> None:
        """Delete a document that no longer holds."""
        (self.folder(id) / f"{name}.json").unlink(missing_ok=True)

    def drop_file(self, id: str) -> None:
        """Delete the file that was brought in: its rows are where they belong."""
        shutil.rmtree(self.folder(id) / "content", ignore_errors=True)

    def remove(self, id: str) -> None:
        """Forget a task with all that is kept of it."""
        shutil.rmtree(self.folder(id), ignore_errors=True)

    def sweep(self, now_us: int) -> None:
        """Delete files that nobody loaded within a day, and what is told of tasks long ended.

        What is still being brought in stays, however long it takes: a piece of it came within a day.
        """
        for place, task in enumerate(self.all()):
            step = self.step(task.id)
            if step.is_under_way if step is not None else self._comes(task, now_us):
                continue
            if now_us - task.at_us > DAY_US:
                self.drop_file(task.id)
                self.forget(task.id, "look")
            if place >= KEPT:
                self.remove(task.id)

    def _comes(self, task: Task, now_us: int) -> bool:
        """Whether a file was begun, or a piece of it came, within a day."""
        try:
            last_us = self.file_of(task).stat().st_mtime_ns // 1000
        except FileNotFoundError:
            last_us = task.at_us
        return now_us - last_us <= DAY_US

    def _folders(self) -> Iterator[Path]:
        if self._place.is_dir():
            yield from (each for each in self._place.iterdir() if re.fullmatch(r"[a-z0-9]{2,32}", each.name))


def asked_by(by: By) -> dict[str, str]:
    """Who asked for a task, as it is kept with it."""
    return {"kind": by.actor.kind, "actor": by.actor.id, "origin": by.origin}


def by_asked(asked: dict[str, str]) -> By:
    """Who asked for a task."""
    return By(Actor("key" if asked["kind"] == "key" else "user", asked["actor"]), asked["origin"])


def pull_task(key: str) -> str:
    """The name of the task that pulls a source now."""
    return "pull" + sha256(key.encode()).hexdigest()[:16]


def unknown_task(id: str) -> UserError:
    """There is no such task, or no more."""
    return refuse(
        "unknown_task",
        path=id,
        fr="Cet import n’est plus gardé\u00a0: les fichiers jamais chargés sont effacés après un jour.",
        en="This import is no longer kept: files that were never loaded are deleted after a day.",
    )
