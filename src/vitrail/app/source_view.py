"""Every source of a workspace and how it stands: what is pulled, what sends, and what came by file."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.instants import instant
from vitrail.app.pulling import Standing, source_standings
from vitrail.app.tasks.kept import Tasks, pull_task
from vitrail.app.workspace import Workspace
from vitrail.collect.filing.quarantine import groups
from vitrail.ledger.filing import TRACKING
from vitrail.ledger.manifest import Load, all_loads
from vitrail.ledger.write_keys import TrackingSource, tracking_sources


class Pulled(msgspec.Struct, frozen=True):
    """A source that is read in time; `running` while somebody has it read now."""

    standing: Standing
    task: str
    running: bool


class Sending(msgspec.Struct, frozen=True):
    """A site, an app or a till that sends: how much today, when last, how much waits in quarantine."""

    source: TrackingSource
    today: int
    refused: int
    last: dt.datetime | None
    waiting: int


class Brought(msgspec.Struct, frozen=True):
    """A source that came by file or by program: how often, when last, and how the last load went."""

    name: str
    loads: int
    last: dt.datetime
    accepted: int
    rejected: int


class AllSources(msgspec.Struct, frozen=True):
    """All sources, by how they come in."""

    pulled: tuple[Pulled, ...]
    sending: tuple[Sending, ...]
    brought: tuple[Brought, ...]


def all_sources(ws: Workspace, tasks: Tasks) -> AllSources:
    """Every source, and how it stands."""
    store = ws.store
    with store.ledger.reading() as connection:
        loads, senders = all_loads(connection), tracking_sources(connection)
    waiting: dict[str, int] = {}
    for each in groups(store) if senders else ():
        waiting[each.source] = waiting.get(each.source, 0) + each.messages
    standings = source_standings(ws)
    names = {each.name for each in senders} | {each.key for each in standings}
    return AllSources(
        pulled=tuple(_pulled(each, tasks) for each in standings),
        sending=tuple(_sending(each, loads, waiting=waiting.get(each.name, 0)) for each in senders),
        brought=_brought([each for each in loads if each.kind != TRACKING and each.source not in names]),
    )


def _pulled(standing: Standing, tasks: Tasks) -> Pulled:
    task = pull_task(standing.key)
    step = tasks.step(task)
    return Pulled(standing, task, step is not None and step.is_under_way)


def _sending(source: TrackingSource, loads: tuple[Load, ...], *, waiting: int) -> Sending:
    mine = [each for each in loads if (each.kind, each.source) == (TRACKING, source.name)]
    last = max(mine, key=lambda load: load.received_at_us, default=None)
    return Sending(
        source=source,
        today=last.accepted if last else 0,
        refused=last.rejected if last else 0,
        last=instant(last.received_at_us) if last else None,
        waiting=waiting,
    )


def _brought(loads: list[Load]) -> tuple[Brought, ...]:
    found: dict[str, list[Load]] = {}
    for each in loads:
        found.setdefault(each.source, []).append(each)
    lines = [
        Brought(name, len(some), instant(some[-1].received_at_us), some[-1].accepted, some[-1].rejected)
        for name, some in found.items()
    ]
    return tuple(sorted(lines, key=lambda line: line.last, reverse=True))
