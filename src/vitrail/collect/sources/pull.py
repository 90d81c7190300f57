"""Pulling a source: one portion after the other, each kept with its bookmark in one step."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, assert_never

import msgspec
import pyarrow as pa

from vitrail.collect.sources import api, database, files, tryton
from vitrail.collect.sources.definition import Bucket, Columns, Database, Folder, Http, Source, Target, Tryton
from vitrail.collect.sources.kept import fingerprint
from vitrail.collect.sources.loading import latest, load_portion
from vitrail.collect.sources.portion import ROWS, Portion, Progress, Reading
from vitrail.collect.sources.secrets import KEPT, Secrets, read_secrets
from vitrail.collect.sources.timing import after_failure, after_success
from vitrail.ledger import sources as ledger
from vitrail.ledger.database import Transaction
from vitrail.ledger.manifest import Load
from vitrail.ledger.secrets import unseal_all
from vitrail.ledger.sources import Outcome, SeenFile, SourceProgress
from vitrail.model.catalogue import Catalogue, Type
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.reports import LoadReport
from vitrail.warehouse.store import Store

PULLS = "pulls"
"""The folder of a workspace with the lock and the temporary files of each source."""


class How(msgspec.Struct, frozen=True):
    """How a source is pulled: from its bookmark or all of it, and who wants to know how far it is.

    `ended` is asked between two portions whether to stop there; the next pull goes on from it.
    `home` is the folder whose lock is taken, when the workspace is a copy that is thrown away; `rows`
    is how many are loaded in one step.
    """

    full: bool = False
    rows: int = ROWS
    progress: Progress = lambda _done, _total: None
    ended: Callable[[], bool] = lambda: False
    home: Path | None = None


class Pulled(msgspec.Struct, frozen=True):
    """The account of one pull.

    `partial` when some files could not be loaded, `stopped` when it was told to end, `busy` when another
    pull of the same source was running; `waiting` names the files that may still be written to;
    `replaced` counts the rows that a later row about the same profile or record took the place of.
    """

    source: str
    outcome: Outcome
    accepted: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    files: int = 0
    waiting: tuple[str, ...] = ()
    replaced: int = 0
    problems: tuple[Problem, ...] = ()
    reports: tuple[LoadReport, ...] = ()
    seconds: float = 0.0


def pull(store: Store, source: Source, *, how: How | None = None) -> Pulled:
    """Pull a source; what fails is told and noted, and what was loaded before is kept."""
    how = how or How()
    with (
        store.ledger.alone(f"{PULLS} {source.key}", wait=False) as first,
        _alone((how.home or store.path) / PULLS, source.key, first=first) as scratch,
    ):
        if scratch is None:
            return Pulled(source.key, "busy", problems=(_busy(source.key),))
        started_us, started = store.now_us(), time.monotonic()
        run = _Run(store, source, how=how, scratch=scratch)
        try:
            run.go()
        except UserError as error:
            run.problems += error.problems
            outcome: Outcome = "failed"
        except OSError as error:
            run.problems.append(_failed(source.key, str(error)))
            outcome = "failed"
        except Exception as error:
            run.problems.append(_failed(source.key, f"{type(error).__name__}: {error}"))
            failed = run.account("failed", seconds=time.monotonic() - started)
            _note(store, source, found=failed, started_us=started_us)
            raise
        else:
            outcome = "stopped" if run.stopped else "partial" if run.problems else "done"
        found = run.account(outcome, seconds=time.monotonic() - started)
        _note(store, source, found=found, started_us=started_us)
        return found


class _Run:
    """One pull under way: what was loaded, and what went wrong."""

    def __init__(self, store: Store, source: Source, *, how: How, scratch: Path) -> None:
        self.store = store
        self.source = source
        self.how = how
        self.scratch = scratch
        self.reports: list[LoadReport] = []
        self.problems: list[Problem] = []
        self.files = 0
        self.waiting: list[str] = []
        self.stopped = False
        self.replaced = 0

    def go(self) -> None:
        """Load portion after portion."""
        with self.store.ledger.reading() as connection:
            kept = unseal_all(connection, prefix=KEPT)
        secrets = read_secrets(workspace=self.how.home or self.store.path, kept=kept)
        with closing(_portions(self.source, self._reading(secrets))) as portions:
            for portion in portions:
                self._load(portion)
                if self.how.ended():
                    self.stopped = True
                    return

    def account(self, outcome: Outcome, *, seconds: float) -> Pulled:
        """What became of the rows."""
        counts = {
            name: sum(getattr(report, name) for report in self.reports)
            for name in ("accepted", "rejected", "created", "updated", "unchanged")
        }
        return Pulled(
            source=self.source.key,
            outcome=outcome,
            problems=tuple(self.problems),
            reports=tuple(self.reports),
            files=self.files,
            waiting=tuple(self.waiting),
            replaced=self.replaced,
            seconds=seconds,
            **counts,
        )

    def _reading(self, secrets: Secrets) -> Reading:
        with self.store.ledger.reading() as connection:
            progress = ledger.progress_of(connection, self.source.key)
            seen = ledger.seen_files(connection, self.source.key)
        kept = _bookmark(progress, self.source)
        return Reading(
            bookmark={} if self.how.full else kept.get("at", {}),
            secrets=secrets,
            scratch=self.scratch,
            now_us=self.store.now_us(),
            progress=self.how.progress,
            seen={} if self.how.full else seen,
            types=_types(self.store.catalogue, self.source.load),
            rows=self.how.rows,
        )

    def _load(self, portion: Portion) -> None:
        self.problems += portion.failed
        self.waiting += [portion.waits] if portion.waits else []
        try:
            self._load_rows(portion)
        except UserError as error:
            if portion.file is None:
                raise
            self._fail_file(portion.file, error.problems)

    def _load_rows(self, portion: Portion) -> None:
        if isinstance(portion.data, pa.Table) and not portion.data.num_rows:
            with self.store.ledger.writing() as connection:
                self._keep(connection, portion)
            return
        store = self.store.alongside(lambda connection, load: self._keep(connection, portion, load=load))
        target = portion.target or getattr(self.source, "load", None)
        assert target is not None, "a source without a target gives one with each portion"
        kept = latest(portion, target)
        report = load_portion(store, kept, target=target, source=self.source.key, progress=_silent)
        if isinstance(portion.data, pa.Table) and isinstance(kept.data, pa.Table):
            self.replaced += portion.data.num_rows - kept.data.num_rows
        self.reports.append(report)

    def _keep(self, connection: Transaction, portion: Portion, *, load: Load | None = None) -> None:
        """Note the bookmark, and the file, in the step that keeps the rows."""
        if portion.still is not None and portion.file is not None and not portion.still():
            raise files.changed_meanwhile(portion.file.name)
        if portion.bookmark is not None:
            kept = {"of": fingerprint(self.source), "at": portion.bookmark}
            state = msgspec.json.encode(kept).decode()
            progress = ledger.progress_of(connection, self.source.key)
            ledger.save_progress(connection, msgspec.structs.replace(progress, state=state))
        if portion.file is not None:
            number = portion.file.load if load is None else load.id
            ledger.save_file(connection, msgspec.structs.replace(portion.file, load=number))
            self.files += portion.still is not None

    def _fail_file(self, file: SeenFile, problems: tuple[Problem, ...]) -> None:
        """Tell what is wrong with a file, and look at it again once it has changed."""
        told = files.file_problems(file.name, problems)
        self.problems += told
        if problems[0].code == "file_changed":
            return
        written = msgspec.json.encode(told).decode()
        with self.store.ledger.writing() as connection:
            ledger.save_file(connection, msgspec.structs.replace(file, problems=written))


def _portions(source: Source, reading: Reading) -> Generator[Portion, None, None]:
    match source:
        case Database():
            return database.portions(source, reading)
        case Http():
            return api.portions(source, reading)
        case Folder() | Bucket():
            return files.portions(source, reading)
        case Tryton():
            return tryton.portions(source, reading)
        case _:
            assert_never(source)


def _types(catalogue: Catalogue, target: Target | None) -> Callable[[str], Mapping[str, Type]]:
    """The types of the columns of a collection, by their names in the source."""
    told = target or Target("events", Columns())
    back = {new: old for old, new in told.rename.items()}

    def types(name: str) -> Mapping[str, Type]:
        collection = catalogue.collections.get(name)
        fields = catalogue.traits if told.kind == "profiles" else collection.properties if collection else {}
        known: dict[str, Type] = {name: field.type for name, field in fields.items()} | told.types
        return {back.get(name, name): kind for name, kind in known.items()}

    return types


def _bookmark(progress: SourceProgress, source: Source) -> dict[str, Any]:
    """What was kept of the last pull; nothing when what is read is not the same any more."""
    kept: dict[str, Any] = msgspec.json.decode(progress.state) if progress.state else {}
    return kept if kept.get("of") == fingerprint(source) else {}


def _note(store: Store, source: Source, *, found: Pulled, started_us: int) -> None:
    """Note how the pull went, and when the next one is due."""
    problems = msgspec.json.encode(found.problems).decode() if found.problems else ""
    failed, now_us = found.outcome == "failed", store.now_us()
    with store.ledger.writing() as connection:
        progress = ledger.progress_of(connection, source.key)
        failures = progress.failures + 1 if failed else 0
        following = _next(store, source, found=found, started_us=started_us, failures=failures)
        changed = msgspec.structs.replace(
            progress,
            tried_at_us=started_us,
            succeeded_at_us=now_us if found.outcome in ("done", "partial") else progress.succeeded_at_us,
            next_at_us=progress.next_at_us if progress.next_at_us == ledger.PAUSED_US else following,
            failures=failures,
            problems=problems,
        )
        ledger.save_progress(connection, changed)
        row = ledger.Pull(
            source=source.key,
            started_at_us=started_us,
            seconds=found.seconds,
            outcome=found.outcome,
            accepted=found.accepted,
            rejected=found.rejected,
            problems=problems,
        )
        ledger.add_pull(connection, row)


def _next(store: Store, source: Source, *, found: Pulled, started_us: int, failures: int) -> int | None:
    """When the source is due again; at once when it was told to end."""
    match found.outcome:
        case "failed":
            return after_failure(source.schedule, store.now_us(), failures=failures)
        case "done" | "partial":
            return after_success(source.schedule, started_us, zone=store.zone)
        case "stopped" | "busy":
            return None
        case _:
            assert_never(found.outcome)


@contextmanager
def _alone(folder: Path, key: str, *, first: bool) -> Iterator[Path | None]:
    """An empty folder for temporary files, while no other process pulls the source; None when one does."""
    if not first:
        yield None
        return
    folder.mkdir(exist_ok=True)
    with (folder / f"{key}.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield None
            return
        scratch = folder / key
        shutil.rmtree(scratch, ignore_errors=True)
        os.mkdir(scratch)
        try:
            yield scratch
        finally:
            shutil.rmtree(scratch, ignore_errors=True)


def _busy(key: str) -> Problem:
    return problem(
        "source_busy",
        path=key,
        fr=f"La source « {key} » est déjà en cours de lecture. Rien n’a été fait une seconde fois.",
        en=f"The source “{key}” is being pulled already. Nothing was done twice.",
    )


def _failed(key: str, error: str) -> Problem:
    return problem(
        "source_failed",
        path=key,
        fr=f"La lecture s’est arrêtée : {error}. Ce qui était déjà chargé est gardé.",
        en=f"The pull stopped: {error}. What was loaded before is kept.",
    )


def _silent(_done: int, _total: int | None) -> None:
    """The pull tells how far it is; its loads do not."""
