"""What needs attention: inputs that are stale or broken, sources that fail, what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Literal

import msgspec

from vitrail.app.health import recent_health
from vitrail.app.pulling import source_standings
from vitrail.app.rights.requests import list_requests
from vitrail.app.workspace import Workspace
from vitrail.collect.filing.quarantine import groups
from vitrail.model.access import Permission
from vitrail.model.errors import Message

Kind = Literal["data", "segments", "source", "quarantine", "request"]


class Concern(msgspec.Struct, frozen=True):
    """One thing to look at, in a sentence; `grave` where waiting harms."""

    kind: Kind
    message: Message
    grave: bool = False
    address: str = ""


def concerns_of(ws: Workspace, can: Set[Permission]) -> tuple[Concern, ...]:
    """What somebody with these permissions should look at, the gravest first."""
    found = [*_data(ws)]
    if can & {"manage_sources", "import_data"}:
        found += [*_sources(ws), *_quarantine(ws)]
    if "serve_rights" in can:
        found += [*_requests(ws)]
    return tuple(sorted(found, key=lambda each: not each.grave))


def _data(ws: Workspace) -> Iterator[Concern]:
    health = recent_health(ws.store, ws.catalogue.current(), database=ws.database)
    for each in health.problems:
        yield Concern("data", each.message, grave=each.severity == "error")
    touched = len(health.segments)
    if touched:
        yield Concern(
            "segments",
            Message(
                fr=f"Segments à lire avec prudence, à cause de ces données : {touched}.",
                en=f"Segments to be read with care, because of these data: {touched}.",
            ),
            address="/segments",
        )


def _sources(ws: Workspace) -> Iterator[Concern]:
    for source in source_standings(ws):
        if source.failures:
            yield Concern(
                "source",
                Message(
                    fr=f"La source « {source.key} » ne répond plus : {source.failures} essais de suite.",
                    en=f"The source “{source.key}” no longer answers: {source.failures} tries in a row.",
                ),
                grave=True,
            )


def _requests(ws: Workspace) -> Iterator[Concern]:
    """Requests of people whose legal deadline is near, or past (GDPR, article 12(3))."""
    every = list_requests(ws.store)
    late = sum(each.urgency == "late" for each in every)
    soon = sum(each.urgency == "soon" for each in every)
    if late:
        yield Concern(
            "request",
            Message(
                fr=f"Demandes de droits dont le délai légal est passé : {late}.",
                en=f"Requests of people past their legal deadline: {late}.",
            ),
            grave=True,
            address="/privacy/requests",
        )
    if soon:
        yield Concern(
            "request",
            Message(
                fr=f"Demandes de droits à traiter sous sept jours : {soon}.",
                en=f"Requests of people to be answered within seven days: {soon}.",
            ),
            grave=True,
            address="/privacy/requests",
        )


def _quarantine(ws: Workspace) -> Iterator[Concern]:
    waiting = groups(ws.store)
    if waiting:
        number = sum(each.messages for each in waiting)
        yield Concern(
            "quarantine",
            Message(
                fr=f"Messages mis de côté, qui attendent une correction : {number}.",
                en=f"Messages set aside, waiting for a correction: {number}.",
            ),
        )
