"""The versions of a segment or a segmentation: what each changed, when, and who put it in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Literal

import msgspec

from vitrail.app.instants import instant
from vitrail.ledger import audit, runs, sessions, users
from vitrail.ledger.audit import Act, Asked
from vitrail.ledger.database import Transaction
from vitrail.ledger.runs import Definitions
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.warehouse.store import Store

LOOKED = 200
"""So many versions back, changes are looked for."""

SOON_US = 60 * 1_000_000
"""Acts of older programs do not name their version: they follow it within a minute."""

DEFINING = ("definitions.", "segment.")
ACTS = 2_000
VERSION = "version"

Part = Segment | Segmentation


class Maker(msgspec.Struct, frozen=True):
    """Who put a version in force: somebody or a program by name, the command line, or nobody who is known."""

    kind: Literal["user", "key", "cli", "unknown"] = "unknown"
    name: str = ""


class Made(msgspec.Struct, frozen=True):
    """One version of a segment or segmentation; None before it was first defined, and after its removal."""

    number: int
    at: dt.datetime
    note: str
    by: Maker
    before: Part | None
    now: Part | None


def history_of(store: Store, key: str) -> tuple[Made, ...]:
    """The versions of a segment or segmentation, the newest first."""
    with store.ledger.reading() as connection:
        last = runs.current_version(connection)
        kept = [
            each
            for number in range(max(1, last - LOOKED), last + 1)
            if (each := runs.definitions_at(connection, number)) is not None
        ]
        turned: list[tuple[Definitions, Part | None, Part | None]] = []
        before: Part | None = None
        for each in kept:
            now = _named(each.document, key)
            if now != before:
                turned.append((each, before, now))
            before = now
        by = makers(connection, [each for each, _, _ in turned])
    return tuple(
        Made(each.version, instant(each.applied_at_us), each.note, by[each.version], before, now)
        for each, before, now in reversed(turned)
    )


def makers(connection: Transaction, versions: Sequence[Definitions]) -> Mapping[int, Maker]:
    """Who put some versions of the definitions in force, as the audit trail says."""
    if not versions:
        return {}
    since_us = min(each.applied_at_us for each in versions)
    told = [
        entry
        for act in DEFINING
        for entry in audit.acts(connection, Asked(act=act, since_us=since_us), limit=ACTS)
    ]
    told.sort(key=lambda entry: entry.position, reverse=True)
    named = {entry.act.details[VERSION]: entry.act for entry in told if VERSION in entry.act.details}
    unnamed = [entry for entry in told if VERSION not in entry.act.details]
    names = _names(connection)
    found = {}
    for each in versions:
        near = (e.act for e in reversed(unnamed) if 0 <= e.at_us - each.applied_at_us <= SOON_US)
        found[each.version] = _maker(named.get(each.version) or next(near, None), names)
    return found


def telling(store: Store, acts: Sequence[Act]) -> Callable[[Transaction, int], None]:
    """Write acts in the audit trail with the version they made, in the step that makes it."""

    def told(connection: Transaction, version: int) -> None:
        for act in acts:
            details = dict(act.details) | ({VERSION: version} if version else {})
            audit.record(connection, msgspec.structs.replace(act, details=details), at_us=store.now_us())

    return told


def _maker(act: Act | None, names: Mapping[str, str]) -> Maker:
    if act is None:
        return Maker()
    actor = act.actor
    match actor.kind:
        case "user" | "key":
            return Maker(actor.kind, names.get(actor.id, actor.id))
        case "cli":
            return Maker("cli")
        case _:
            return Maker()


def _names(connection: Transaction) -> dict[str, str]:
    """What users and keys are called; a user without a name by the e-mail."""
    named = {each.id: each.name or each.email for each in users.all_users(connection)}
    return named | {each.id: each.name for each in sessions.all_keys(connection)}


def _named(document: DefinitionFile, key: str) -> Part | None:
    every: tuple[Segment | Segmentation, ...] = (*document.segments, *document.segmentations)
    return next((each for each in every if each.key == key), None)
