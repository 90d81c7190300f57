"""Files that were taken away, who was in them, and what those who have them are still to be asked.

Who was in a file is kept as numbers of profiles (a bitmap), which tell nothing once a key is erased. Each
rectification, erasure and restriction leaves a follow-up for every file the person was in (GDPR, article 19).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    null,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.model.access import Actor

ExportKind = Literal["list", "audience", "members"]
"""A list for a study; an audience, to reach people; members read page by page by a program."""

Cause = Literal["erasure", "rectification", "restriction"]
State = Literal["open", "asked", "done", "impossible"]

exports = Table(
    "exports",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("actor_kind", String(16), nullable=False),
    Column("actor", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("segment", Text, nullable=False),
    Column("definitions", Integer, nullable=False),
    Column("as_of_us", BigInteger, nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("form", String(16), nullable=False),
    Column("columns", Text, nullable=False),
    Column("masked", Boolean, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("members", LargeBinary, nullable=True),
    Index("ix_exports_at_us", "at_us"),
)

follow_ups = Table(
    "follow_ups",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("export", Integer, nullable=False),
    Column("cause", String(16), nullable=False),
    Column("about", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("people", BigInteger, nullable=False),
    Column("members", LargeBinary, nullable=True),
    Column("state", String(16), nullable=False),
    Column("changed_at_us", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_follow_ups_state", "state"),
)


class Export(msgspec.Struct, frozen=True):
    """One file that was taken away: by whom, when, which people for what, and to whom it goes.

    `definitions` is the version of the definitions the segment had, `as_of_us` the instant its people are
    those of. `recipient` is empty where the file stays in the company. `members` is a bitmap of the
    numbers of their profiles; None once it is past its period, and in lists.
    """

    number: int
    at_us: int
    actor: Actor
    kind: ExportKind
    segment: str
    definitions: int
    as_of_us: int
    form: str
    columns: tuple[str, ...]
    people: int
    members: bytes | None
    purpose: str = ""
    channel: str = ""
    recipient: str = ""
    masked: bool = False


class FollowUp(msgspec.Struct, frozen=True):
    """What who has a file is to be asked: to erase, to put right, to use no more, so many people in it.

    `about` are the traits that were put right. `members` is a bitmap of whom it is about; None for people
    who were erased: their rows are told by `vitrail exports gone`.
    """

    number: int
    export: int
    cause: Cause
    at_us: int
    people: int
    state: State = "open"
    changed_at_us: int = 0
    by: str = ""
    note: str = ""
    about: tuple[str, ...] = ()
    members: bytes | None = None


def save_export(connection: Connection, made: Export) -> Export:
    """Keep an export at the end, within the caller's writing transaction; answers it with its number."""
    number = (connection.scalar(select(func.max(exports.c.number))) or 0) + 1
    numbered = msgspec.structs.replace(made, number=number)
    connection.execute(insert(exports), _export_row(numbered))
    return numbered


def change_export(connection: Connection, changed: Export) -> None:
    """Keep an export as it is now: with more people, or with fewer of their numbers."""
    values = {"at_us": changed.at_us, "people": changed.people, "members": changed.members}
    connection.execute(update(exports).where(exports.c.number == changed.number).values(values))


def all_exports(connection: Connection) -> Iterator[Export]:
    """Every export, oldest first."""
    query = select(exports).order_by(exports.c.number).execution_options(yield_per=100)
    for row in connection.execute(query):
        yield _export(row)


def listed_exports(
    connection: Connection, *, before: int | None = None, limit: int | None = None
) -> tuple[Export, ...]:
    """The exports before a number, newest first, without who was in them: a list does not need it."""
    told = [each for each in exports.c if each is not exports.c.members]
    query = select(*told, null().label("members")).order_by(exports.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(exports.c.number < before)
    return tuple(_export(row) for row in connection.execute(query))


def find_export(connection: Connection, number: int) -> Export | None:
    """One export by its number."""
    row = connection.execute(select(exports).where(exports.c.number == number)).first()
    return None if row is None else _export(row)


def last_like(connection: Connection, made: Export, *, since_us: int) -> Export | None:
    """The last export since an instant with the same maker, kind, segment and columns."""
    query = (
        select(exports)
        .where(
            exports.c.at_us >= since_us,
            exports.c.actor_kind == made.actor.kind,
            exports.c.actor == made.actor.id[:64],
            exports.c.kind == made.kind,
            exports.c.segment == made.segment,
            exports.c.masked == made.masked,
        )
        .order_by(exports.c.number.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return None if row is None else _export(row)


def count_listed(connection: Connection, before_us: int) -> int:
    """How many exports from before an instant still tell who was in them."""
    old = exports.c.at_us < before_us, exports.c.members.is_not(None)
    return connection.scalar(select(func.count()).select_from(exports).where(*old)) or 0


def forget_listed(connection: Connection, before_us: int) -> int:
    """Forget who was in the exports from before an instant; answers how many there were."""
    old = exports.c.at_us < before_us, exports.c.members.is_not(None)
    return connection.execute(update(exports).where(*old).values(members=None)).rowcount


def save_follow_up(connection: Connection, told: FollowUp) -> FollowUp:
    """Keep a follow-up: a new one (number 0) at the end, or one as it is now."""
    if told.number:
        connection.execute(
            update(follow_ups).where(follow_ups.c.number == told.number).values(_follow_up_row(told))
        )
        return told
    number = (connection.scalar(select(func.max(follow_ups.c.number))) or 0) + 1
    numbered = msgspec.structs.replace(told, number=number)
    connection.execute(insert(follow_ups), _follow_up_row(numbered))
    return numbered


def all_follow_ups(connection: Connection, *, state: State | None = None) -> tuple[FollowUp, ...]:
    """Every follow-up, oldest first; or those in one state."""
    query = select(follow_ups).order_by(follow_ups.c.number)
    if state is not None:
        query = query.where(follow_ups.c.state == state)
    return tuple(_follow_up(row) for row in connection.execute(query))


def find_follow_up(connection: Connection, number: int) -> FollowUp | None:
    """One follow-up by its number."""
    row = connection.execute(select(follow_ups).where(follow_ups.c.number == number)).first()
    return None if row is None else _follow_up(row)


def _export_row(made: Export) -> dict[str, object]:
    told: dict[str, object] = msgspec.structs.asdict(made)
    del told["actor"]
    return told | {
        "actor_kind": made.actor.kind,
        "actor": made.actor.id[:64],
        "columns": msgspec.json.encode(made.columns).decode(),
    }


def _export(row: Row[*tuple[Any, ...]]) -> Export:
    told = {name: getattr(row, name) for name in Export.__struct_fields__ if name != "actor"}
    columns = msgspec.json.decode(str(row.columns), type=tuple[str, ...])
    return Export(**told | {"actor": Actor(row.actor_kind, row.actor), "columns": columns})


def _follow_up_row(told: FollowUp) -> dict[str, object]:
    return msgspec.structs.asdict(told) | {"about": msgspec.json.encode(told.about).decode()}


def _follow_up(row: Row[tuple[object, ...]]) -> FollowUp:
    told = {name: getattr(row, name) for name in FollowUp.__struct_fields__}
    return FollowUp(**told | {"about": msgspec.json.decode(str(row.about), type=tuple[str, ...])})
