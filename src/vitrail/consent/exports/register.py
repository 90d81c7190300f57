"""The register of what is taken away: every file is a row, with who was in it and to whom it goes.

GDPR: accountability (article 5(2)), the recipients of access (article 15(1)(c): those really given the data,
Court of Justice, C-154/21), whom to tell of what changed (articles 17(2) and 19).
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.engine.canon import Canon, canon_of
from vitrail.ledger import audit
from vitrail.ledger.audit import Detail, Subject
from vitrail.ledger.database import Transaction
from vitrail.ledger.exports import (
    Export,
    ExportKind,
    all_exports,
    change_export,
    find_export,
    last_like,
    save_export,
)
from vitrail.ledger.runs import current_definitions
from vitrail.model.access import SYSTEM, Actor
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

DAY_US = 86_400_000_000
ACTS: dict[ExportKind, str] = {
    "list": "segment.export",
    "audience": "audience.export",
    "members": "people.list",
}
LONGEST_RECIPIENT = 200


class Taking(msgspec.Struct, frozen=True):
    """Who takes a file away, from where, for whom outside the company, and whether names are hidden."""

    actor: Actor = SYSTEM
    origin: str = ""
    recipient: str = ""
    masked: bool = False


class Content(msgspec.Struct, frozen=True):
    """What is taken away: which customers of a segment, with what is told of them, as of when, for what."""

    kind: ExportKind
    segment: str
    people: BitMap
    columns: tuple[str, ...]
    form: str
    as_of_us: int
    purpose: str = ""
    channel: str = ""


def register(store: Store, content: Content, *, taking: Taking) -> Export:
    """Write down that a file is taken away, before it is given; in the audit trail as well."""
    made = _made(store, content, taking=taking)
    with store.ledger.writing() as connection:
        kept = save_export(connection, _defined(connection, made))
        audit.record(connection, _act(kept, taking), at_us=kept.at_us)
    return kept


def register_page(store: Store, content: Content, *, taking: Taking) -> Export:
    """Write down members a program has read; the pages of one day are one row."""
    made = _made(store, content, taking=taking)
    with store.ledger.writing() as connection:
        begun = last_like(connection, made, since_us=made.at_us - DAY_US)
        kept = _added(begun, made) if begun else save_export(connection, _defined(connection, made))
        if begun:
            change_export(connection, kept)
        told = msgspec.structs.replace(kept, people=len(content.people))
        audit.record(connection, _act(told, taking), at_us=made.at_us)
    return kept


def exports_of(store: Store, profiles: Iterable[int]) -> tuple[Export, ...]:
    """The exports that one of some profiles was in, oldest first."""
    wanted = BitMap(profiles)
    with store.ledger.reading() as connection:
        return tuple(each for each in all_exports(connection) if not wanted.isdisjoint(members_of(each)))


def find(store: Store, number: int) -> Export:
    """One export of the register. Raises `UserError` when there is none with this number."""
    with store.ledger.reading() as connection:
        found = find_export(connection, number)
    if found is None:
        raise refuse(
            "unknown_export",
            path=str(number),
            fr=f"Aucun export n’a le numéro {number}. Pour les voir : vitrail exports list.",
            en=f"No export has the number {number}. To see them: vitrail exports list.",
        )
    return found


def members_of(export: Export) -> BitMap:
    """The numbers of the profiles in an export; none once they are past their period."""
    return BitMap.deserialize(export.members) if export.members else BitMap()


def with_parts(people: BitMap, canon: Canon) -> BitMap:
    """Some customers with every profile that is part of them: a later split loses nobody."""
    joined = canon.profiles[np.isin(canon.canonicals, np.array(people, dtype=np.int64))]
    return people | BitMap(joined.astype(np.uint32))


def _made(store: Store, content: Content, *, taking: Taking) -> Export:
    recipient = taking.recipient.strip()
    if len(recipient) > LONGEST_RECIPIENT:
        raise refuse(
            "recipient_too_long",
            path="recipient",
            fr=f"Un destinataire tient en {LONGEST_RECIPIENT} signes : son nom suffit.",
            en=f"A recipient has at most {LONGEST_RECIPIENT} letters: a name is enough.",
        )
    members = with_parts(content.people, canon_of(store.source()))
    return Export(
        number=0,
        at_us=store.now_us(),
        actor=taking.actor,
        kind=content.kind,
        segment=content.segment,
        definitions=0,
        as_of_us=content.as_of_us,
        form=content.form,
        columns=content.columns,
        people=len(content.people),
        members=members.serialize(),
        purpose=content.purpose,
        channel=content.channel,
        recipient=recipient,
        masked=taking.masked,
    )


def _defined(connection: Transaction, made: Export) -> Export:
    present = current_definitions(connection)
    return msgspec.structs.replace(made, definitions=0 if present is None else present.version)


def _added(begun: Export, more: Export) -> Export:
    """The pages read so far with one more; who is part of several profiles counts as often."""
    every = members_of(begun) | members_of(more)
    return msgspec.structs.replace(begun, people=len(every), members=every.serialize())


def _act(kept: Export, taking: Taking) -> audit.Act:
    details: dict[str, Detail] = {"export": kept.number, "rows": kept.people, "masked": kept.masked}
    told = {"purpose": kept.purpose, "channel": kept.channel, "recipient": kept.recipient}
    details |= {name: each for name, each in told.items() if each}
    subject = Subject("segment", kept.segment) if kept.segment else Subject("condition")
    return audit.Act(ACTS[kept.kind], taking.actor, subject, taking.origin, details)
