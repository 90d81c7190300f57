"""What is in order in the protection of people, and what is not: each point with its number."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from vitrail.app.instants import instant
from vitrail.app.record.gathering import gather_record
from vitrail.app.retention import retention_problems
from vitrail.app.rights.requests import list_requests
from vitrail.app.workspace import Workspace
from vitrail.consent.rights import erasing
from vitrail.consent.sensitive.permitting import unmarked
from vitrail.ledger import audit, consents, respect
from vitrail.ledger.audit import Asked

Tone = Literal["right", "warn", "wrong"]
VERIFIED_DAYS = 31
"""Older than so many days, a check of the seals is worth doing again."""

Code = Literal[
    "purposes",
    "controller",
    "segments",
    "traits",
    "sources",
    "chain",
    "requests",
    "retention_rules",
    "retention_due",
    "sensitive",
    "erasures",
]


class Point(msgspec.Struct, frozen=True):
    """One thing that was looked at; `number` is how many await something, `at` when it was last done."""

    code: Code
    tone: Tone
    number: int = 0
    at: dt.datetime | None = None
    names: tuple[str, ...] = ()


def privacy_order(ws: Workspace) -> tuple[Point, ...]:
    """Every point, those that are wrong first."""
    points = (*_register(ws), _chain(ws), _requests(ws), *_retention(ws), _sensitive(ws), _erasures(ws))
    return tuple(sorted(points, key=lambda each: ("wrong", "warn", "right").index(each.tone)))


def last_act(ws: Workspace, name: str) -> audit.Entry | None:
    """The last act of a name in the audit trail."""
    with ws.store.ledger.reading() as connection:
        found = audit.acts(connection, Asked(act=name), limit=1)
    return found[0] if found else None


def _register(ws: Workspace) -> tuple[Point, ...]:
    record = gather_record(ws.store)
    count = len(record.activities)
    alone = {
        kind: tuple(each.key for each in record.without_purpose if each.kind == kind)
        for kind in ("segment", "trait", "source")
    }
    return (
        Point("purposes", "right" if count else "wrong", count),
        Point("controller", "right" if record.controller else "wrong"),
        _alone("segments", alone["segment"]),
        _alone("traits", alone["trait"]),
        _alone("sources", alone["source"]),
    )


def _alone(code: Code, keys: tuple[str, ...]) -> Point:
    return Point(code, "warn" if keys else "right", len(keys), names=keys)


def _chain(ws: Workspace) -> Point:
    with ws.store.ledger.reading() as connection:
        entries = consents.head(connection).entries
    last = last_act(ws, "consents.verify")
    if last is None:
        return Point("chain", "warn" if entries else "right", entries)
    if last.act.details.get("whole") is not True:
        return Point("chain", "wrong", entries, instant(last.at_us))
    old = ws.store.now_us() - last.at_us > VERIFIED_DAYS * 86_400_000_000
    return Point("chain", "warn" if old and entries else "right", entries, instant(last.at_us))


def _requests(ws: Workspace) -> Point:
    waiting = [each for each in list_requests(ws.store) if each.is_open]
    late = [each for each in waiting if each.urgency == "late"]
    soon = [each for each in waiting if each.urgency == "soon"]
    tone: Tone = "wrong" if late else "warn" if soon else "right"
    first = min((each.due for each in waiting), default=None)
    return Point("requests", tone, len(late or soon or waiting), first)


def _retention(ws: Workspace) -> tuple[Point, ...]:
    with ws.store.ledger.reading() as connection:
        rules, due = respect.retention_rules(connection), respect.retention_due(connection)
    count = len(rules.people) + len(rules.data)
    overdue = tuple(each.path.partition(".")[2] for each in retention_problems(ws.store))
    kept = Point("retention_rules", "right" if count else "warn", count)
    if not count:
        return (kept,)
    return (
        kept,
        Point(
            "retention_due",
            "wrong" if overdue else "warn" if due is None else "right",
            len(overdue),
            None if due is None else instant(due.at_us),
            overdue,
        ),
    )


def _sensitive(ws: Workspace) -> Point:
    found = tuple(each.path for each in unmarked(ws.catalogue.current()))
    return Point("sensitive", "warn" if found else "right", len(found), names=found)


def _erasures(ws: Workspace) -> Point:
    waiting = len(erasing.pending(ws.store))
    return Point("erasures", "wrong" if waiting else "right", waiting)
