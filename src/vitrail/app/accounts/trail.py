"""Reading users and the audit trail: lists, searches, the check of every seal, an export."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.accounts.acting import By, write
from vitrail.app.accounts.users import known
from vitrail.app.instants import instant, microseconds
from vitrail.ledger import audit, users
from vitrail.ledger.audit import Asked, Broken, Detail, Entry, Subject
from vitrail.ledger.users import User
from vitrail.model.access import Actor
from vitrail.warehouse.store import Store


class Acted(msgspec.Struct, frozen=True):
    """One entry of the trail, as people and programs read it; `who` is an e-mail where there is one."""

    position: int
    at: dt.datetime
    act: str
    who: str
    actor: Actor
    subject: Subject
    origin: str
    details: Mapping[str, Detail]
    seal: str


class Sought(msgspec.Struct, frozen=True):
    """What is looked for in the trail: acts of a user, about a subject, whose name begins so, in a period."""

    user: str = ""
    subject: str = ""
    act: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    before: int | None = None
    limit: int = 100


class Checked(msgspec.Struct, frozen=True):
    """Whether the trail is whole, how long it is, and its last seal, to be kept elsewhere."""

    broken: Broken | None
    entries: int
    seal: str


def list_users(store: Store) -> tuple[User, ...]:
    """Every account, by e-mail."""
    with store.ledger.reading() as connection:
        return users.all_users(connection)


def find_user(store: Store, who: str) -> User:
    """The account with this e-mail or id. Raises `UserError` when there is none."""
    with store.ledger.reading() as connection:
        return known(connection, who)


def read_trail(store: Store, sought: Sought) -> tuple[Acted, ...]:
    """The newest entries that are looked for, newest first. `subject` is `kind` or `kind:id`."""
    with store.ledger.reading() as connection:
        actor = Actor("user", known(connection, sought.user).id) if sought.user else None
        kind, _, identity = sought.subject.partition(":")
        asked = Asked(
            actor=actor,
            subject=Subject(kind, identity) if kind else None,
            act=sought.act,
            since_us=None if sought.since is None else microseconds(sought.since),
            until_us=None if sought.until is None else microseconds(sought.until),
            before=sought.before,
        )
        found = audit.acts(connection, asked, limit=sought.limit)
        names = {each.id: each.email for each in users.all_users(connection)}
    return tuple(_acted(each, names) for each in found)


def verify_trail(store: Store) -> Checked:
    """Check every seal of the trail."""
    with store.ledger.reading() as connection:
        broken = audit.verify_audit(connection)
        entries, seal = audit.last_seal(connection)
    return Checked(broken, entries, seal.hex())


def export_trail(store: Store, *, by: By) -> Iterator[Acted]:
    """The whole trail in its order; that it was taken away is written first."""
    with store.ledger.writing() as connection:
        write(connection, by.act("audit.export", Subject("audit")), at_us=store.now_us())
    with store.ledger.reading() as connection:
        names = {each.id: each.email for each in users.all_users(connection)}
        for each in audit.every_act(connection):
            yield _acted(each, names)


def _acted(entry: Entry, names: Mapping[str, str]) -> Acted:
    actor = entry.act.actor
    who = names.get(actor.id, actor.id) if actor.kind == "user" else f"{actor.kind} {actor.id}".strip()
    return Acted(
        position=entry.position,
        at=instant(entry.at_us),
        act=entry.act.name,
        who=who,
        actor=actor,
        subject=entry.act.subject,
        origin=entry.act.origin,
        details=entry.act.details,
        seal=entry.chain.hex(),
    )
