"""Pulling sources: one or all when somebody asks, those that are due when the time has come."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self

import msgspec

from vitrail.app.workspace import Workspace
from vitrail.collect.sources.definition import Source
from vitrail.collect.sources.kept import defined_sources, find_source
from vitrail.collect.sources.portion import Progress
from vitrail.collect.sources.pull import How, Pulled, pull
from vitrail.ledger import sources as ledger
from vitrail.ledger.sources import PAUSED_US, Pull, SourceProgress
from vitrail.model.errors import Problem
from vitrail.warehouse.rehearsal import rehearse
from vitrail.warehouse.store import Store

AT_ONCE = 3
"""How many sources are pulled at the same time."""

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Standing(msgspec.Struct, frozen=True):
    """A source and how it stands: when it was last pulled well, when it is next, what went wrong."""

    key: str
    kind: str
    schedule: str
    succeeded_at: dt.datetime | None = None
    tried_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    failures: int = 0
    problems: tuple[Problem, ...] = ()
    is_paused: bool = False


def pull_one(
    ws: Workspace, key: str, *, full: bool = False, dry_run: bool = False, progress: Progress | None = None
) -> Pulled:
    """Pull a source now; `dry_run` does it on a copy that is thrown away."""
    source = find_source(ws.store, key)
    how = How(full=full, progress=progress or _silent, home=ws.store.path)
    if not dry_run:
        return pull(ws.store, source, how=how)
    with rehearse(ws.store) as copy:
        return pull(copy, source, how=how)


def run_due(ws: Workspace, now: dt.datetime) -> tuple[Pulled, ...]:
    """Pull every source whose time has come, one after the other."""
    return tuple(pull(ws.store, source) for source in due_sources(ws.store, now))


def due_sources(store: Store, now: dt.datetime) -> tuple[Source, ...]:
    """The sources that have a schedule and whose time has come."""
    return tuple(source for source, progress in _with_progress(store) if _is_due(source, progress, now=now))


class Puller:
    """Pulls what is due beside other work, a few sources at once; it owns the threads that do."""

    def __init__(self, store: Store, *, ended: threading.Event) -> None:
        self._store = store
        self._ended = ended
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="pull")
        self._running: dict[str, Future[Pulled]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=True, cancel_futures=True)

    def look(self, now: dt.datetime) -> None:
        """Begin to pull every source that is due and not being pulled; told to end, each stops soon."""
        self._running = {key: future for key, future in self._running.items() if not future.done()}
        for source in due_sources(self._store, now):
            if source.key not in self._running:
                how = How(ended=self._ended.is_set)
                self._running[source.key] = self._threads.submit(pull, self._store, source, how=how)


def source_standings(ws: Workspace) -> tuple[Standing, ...]:
    """Every source that pulls, by key, and how it stands."""
    return tuple(_standing(source, progress) for source, progress in _with_progress(ws.store))


def pause(store: Store, key: str) -> None:
    """Pull a source no more in time, until it is resumed; whoever asks may still pull it."""
    find_source(store, key)
    _due_at(store, key, at_us=PAUSED_US)


def resume(store: Store, key: str) -> None:
    """Pull a source in time again, beginning now. One that is not paused stays as it is."""
    find_source(store, key)
    if is_paused(store, key):
        _due_at(store, key, at_us=None)


def is_paused(store: Store, key: str) -> bool:
    """Whether a source waits for somebody to resume it."""
    with store.ledger.reading() as connection:
        return ledger.progress_of(connection, key).next_at_us == PAUSED_US


def _due_at(store: Store, key: str, *, at_us: int | None) -> None:
    with store.ledger.writing() as connection:
        progress = ledger.progress_of(connection, key)
        ledger.save_progress(connection, msgspec.structs.replace(progress, next_at_us=at_us))


def source_history(ws: Workspace, key: str) -> tuple[Pull, ...]:
    """The last pulls of a source, newest first."""
    with ws.store.ledger.reading() as connection:
        return ledger.pulls_of(connection, key)


def _with_progress(store: Store) -> Iterable[tuple[Source, SourceProgress]]:
    sources = defined_sources(store)
    with store.ledger.reading() as connection:
        return [(source, ledger.progress_of(connection, key)) for key, source in sources.items()]


def _is_due(source: Source, progress: SourceProgress, *, now: dt.datetime) -> bool:
    due = progress.next_at_us is None or progress.next_at_us <= (now - _EPOCH) // dt.timedelta(microseconds=1)
    return bool(source.schedule) and due


def _standing(source: Source, progress: SourceProgress) -> Standing:
    return Standing(
        key=source.key,
        kind=str(type(source).__struct_config__.tag),
        schedule=source.schedule,
        succeeded_at=_instant(progress.succeeded_at_us),
        tried_at=_instant(progress.tried_at_us),
        next_at=None if progress.next_at_us == PAUSED_US else _instant(progress.next_at_us),
        is_paused=progress.next_at_us == PAUSED_US,
        failures=progress.failures,
        problems=msgspec.json.decode(progress.problems, type=tuple[Problem, ...])
        if progress.problems
        else (),
    )


def _instant(at_us: int | None) -> dt.datetime | None:
    return None if at_us is None else _EPOCH + dt.timedelta(microseconds=at_us)


def _silent(_done: int, _total: int | None) -> None:
    """Tell nobody how far the pull is."""
