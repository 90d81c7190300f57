"""The audit trail: who did what, to what, when and from where; entries are only ever added.

Every administrative act, every export and every look at one person is written here, in the transaction of
the act where there is one. Each entry is sealed to the one before it, `SHA-256(seal before + content)`:
whoever changes, removes or reorders one breaks every seal after it. An entry holds no personal data of
customers: a profile is told by its number, which tells nothing once the person is erased (GDPR 5(2), 32, 33).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    insert,
    select,
)

from vitrail.ledger import schema
from vitrail.model.access import Actor

audit = Table(
    "audit",
    schema.tables,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("act", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    Column("subject", Text, nullable=False),
    Column("origin", String(64), nullable=False),
    Column("details", Text, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("ix_audit_actor", "actor_kind", "actor"),
    Index("ix_audit_subject", "subject_kind", "subject"),
)

START = b"\x00" * 32
AT_ONCE = 10_000

Detail = str | int | bool | tuple[str, ...] | None


class Subject(msgspec.Struct, frozen=True):
    """What an act is about: `profile` 42 (its number, never its key), `segment` vip, `user` a1b2…"""

    kind: str
    id: str = ""


class Act(msgspec.Struct, frozen=True):
    """Something that was done. `name` is a noun and a verb: `user.add`, `segment.export`, `profile.view`.

    `origin` is the network address it was asked from, empty at the command line. `details` never hold
    personal data of customers.
    """

    name: str
    actor: Actor
    subject: Subject = Subject("")
    origin: str = ""
    details: Mapping[str, Detail] = {}


class Entry(msgspec.Struct, frozen=True):
    """An act as the trail keeps it: its position, when it was written, and its seal."""

    position: int
    at_us: int
    act: Act
    chain: bytes


class Asked(msgspec.Struct, frozen=True):
    """Which entries are asked for: all, or those of an actor, about a subject, of acts with a beginning."""

    actor: Actor | None = None
    subject: Subject | None = None
    act: str = ""
    since_us: int | None = None
    until_us: int | None = None
    before: int | None = None
    """The newest entries before this position, for pages of a list that begins with the newest."""


class Broken(msgspec.Struct, frozen=True):
    """The first entry that does not fit the chain, and what is wrong with it."""

    position: int
    reason: str


def record(connection: Connection, act: Act, *, at_us: int) -> int:
    """Write an act at the end of the trail, within the caller's writing transaction; answers its position."""
    position, chain = _end(connection)
    row = _row(act, position + 1, at_us=at_us)
    connection.execute(insert(audit), row | {"chain": _sealed(chain, row)})
    return position + 1


def acts(connection: Connection, asked: Asked, *, limit: int) -> tuple[Entry, ...]:
    """The newest entries that are asked for, newest first."""
    query = select(audit).where(*_conditions(asked)).order_by(audit.c.position.desc()).limit(limit)
    return tuple(_entry(row) for row in connection.execute(query))


def every_act(connection: Connection) -> Iterator[Entry]:
    """The whole trail, in its order."""
    query = select(audit).order_by(audit.c.position).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(query):
        yield _entry(row)


def verify_audit(connection: Connection) -> Broken | None:
    """Check every seal of the trail; None when it is whole."""
    chain = START
    query = select(audit).order_by(audit.c.position).execution_options(yield_per=AT_ONCE)
    for position, row in enumerate(connection.execute(query), start=1):
        if row.position != position:
            return Broken(position, "missing")
        chain = _sealed(chain, dict(row._mapping))
        if chain != row.chain:
            return Broken(position, "changed")
    return None


def last_seal(connection: Connection) -> tuple[int, bytes]:
    """The position and the seal of the last entry, to be noted elsewhere: they show that none was cut off."""
    return _end(connection)


def _end(connection: Connection) -> tuple[int, bytes]:
    query = select(audit.c.position, audit.c.chain).order_by(audit.c.position.desc()).limit(1)
    last = connection.execute(query).first()
    return (0, START) if last is None else (last[0], last[1])


_SEALED = (
    "position",
    "at_us",
    "actor_kind",
    "actor",
    "act",
    "subject_kind",
    "subject",
    "origin",
    "details",
)


def _sealed(before: bytes, row: Mapping[str, object]) -> bytes:
    content = msgspec.json.encode([row[name] for name in _SEALED])
    return hashlib.sha256(before + content).digest()


def _row(act: Act, position: int, *, at_us: int) -> dict[str, object]:
    return {
        "position": position,
        "at_us": at_us,
        "actor_kind": act.actor.kind,
        "actor": act.actor.id[:64],
        "act": act.name[:64],
        "subject_kind": act.subject.kind[:32],
        "subject": act.subject.id,
        "origin": act.origin[:64],
        "details": msgspec.json.encode(act.details).decode(),
    }


def _conditions(asked: Asked) -> Iterator[ColumnElement[bool]]:
    if asked.actor is not None:
        yield audit.c.actor_kind == asked.actor.kind
        yield audit.c.actor == asked.actor.id
    if asked.subject is not None:
        yield audit.c.subject_kind == asked.subject.kind
        if asked.subject.id:
            yield audit.c.subject == asked.subject.id
    if asked.act:
        yield audit.c.act.startswith(asked.act, autoescape=True)
    if asked.since_us is not None:
        yield audit.c.at_us >= asked.since_us
    if asked.until_us is not None:
        yield audit.c.at_us < asked.until_us
    if asked.before is not None:
        yield audit.c.position < asked.before


def _entry(row: Row[tuple[object, ...]]) -> Entry:
    act = Act(
        name=row.act,
        actor=Actor(row.actor_kind, row.actor),
        subject=Subject(row.subject_kind, row.subject),
        origin=row.origin,
        details=msgspec.json.decode(row.details, type=dict[str, Detail]),
    )
    return Entry(row.position, row.at_us, act, row.chain)
