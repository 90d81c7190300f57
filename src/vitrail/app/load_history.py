"""The loads of a workspace, newest first: what came from where, by whom, and what became of its rows."""

from __future__ import annotations

import datetime as dt
from pathlib import PurePath

import msgspec

from vitrail.app.accounts.trail import Sought, read_trail
from vitrail.app.instants import instant
from vitrail.collect.origin import PYTHON
from vitrail.ledger.filing import TRACKING
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.folder import TASKS
from vitrail.warehouse.store import Store

UNDO = "load.undo"
EVENTS = "event"
ACTS = 2_000
"""So many acts of loading are looked through for who did it."""

AT_ONCE = 1_000
"""So many acts of taking back are read at once, until there are no more."""


class PastLoad(msgspec.Struct, frozen=True):
    """One load: `kind` is `tracking` for a day of messages; `who` is empty where nobody is on record."""

    id: int
    at: dt.datetime
    kind: str
    name: str
    source: str
    file: str
    who: str
    accepted: int
    rejected: int
    created: int
    updated: int
    unchanged: int
    has_refused: bool
    can_undo: bool = False
    is_undone: bool = False


class Past(msgspec.Struct, frozen=True):
    """One page of the loads."""

    loads: tuple[PastLoad, ...]
    page: int
    pages: int
    number: int


def past_loads(store: Store, *, page: int = 1, size: int = 30, only: str = "") -> Past:
    """The loads, newest first, by pages; `only` those of one source."""
    with store.ledger.reading() as connection:
        loads = [each for each in reversed(all_loads(connection)) if only in ("", each.source)]
    pages = max(1, -(-len(loads) // size))
    page = min(page, pages)
    shown = loads[(page - 1) * size : page * size]
    who = _who(store) if any(_task(each) for each in shown) else {}
    gone = undone(store)
    told = (_past(each, who.get(_task(each), "")) for each in shown)
    marked = (
        msgspec.structs.replace(
            each, can_undo=each.kind == EVENTS and each.id not in gone, is_undone=each.id in gone
        )
        for each in told
    )
    return Past(tuple(marked), page, pages, len(loads))


def find_load(store: Store, id: int) -> Load:
    """One load. Raises `UserError` when there is none."""
    with store.ledger.reading() as connection:
        found = next((each for each in all_loads(connection) if each.id == id), None)
    if found is None:
        raise refuse(
            "unknown_load",
            path=str(id),
            fr=f"Aucun chargement ne porte le numéro {id}.",
            en=f"There is no load number {id}.",
        )
    return found


def check_has_refused(load: Load) -> UserError | None:
    """Why the refused rows of a load cannot be given; None when they can."""
    if load.rejects_path:
        return None
    return refuse(
        "no_refused",
        path=str(load.id),
        fr="Ce chargement n’a gardé aucune ligne refusée.",
        en="This load kept no refused row.",
    )


def undone(store: Store) -> frozenset[int]:
    """The loads that were taken back, as the audit trail says."""
    found: set[int] = set()
    before: int | None = None
    while acts := read_trail(store, Sought(act=UNDO, before=before, limit=AT_ONCE)):
        found |= {int(each.subject.id) for each in acts}
        before = acts[-1].position
    return frozenset(found)


def _who(store: Store) -> dict[str, str]:
    """Who loaded the file of each task, as the audit trail says."""
    acts = read_trail(store, Sought(act="file.load", limit=ACTS))
    return {each.subject.id: each.who for each in acts}


def _task(load: Load) -> str:
    """The task that made a load; empty for one that came otherwise."""
    parts = PurePath(load.origin).parts
    return parts[-3] if len(parts) > 3 and parts[-4] == TASKS and parts[-2] == "content" else ""


def _past(load: Load, who: str) -> PastLoad:
    return PastLoad(
        id=load.id,
        at=instant(load.received_at_us),
        kind=load.kind,
        name=load.name,
        source=load.source,
        file="" if load.kind == TRACKING or load.origin == PYTHON else PurePath(load.origin).name,
        who=who,
        accepted=load.accepted,
        rejected=load.rejected,
        created=load.created,
        updated=load.updated,
        unchanged=load.unchanged,
        has_refused=bool(load.rejects_path),
    )
