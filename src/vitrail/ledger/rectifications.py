"""What people had put right: which trait, since when, and the wrong values that may not come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from vitrail.ledger import schema

rectifications = Table(
    "rectifications",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("profile", Integer, nullable=False),
    Column("trait", Text, nullable=False),
    Column("wrong", Text, nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("proof", Text, nullable=False),
    Index("ix_rectifications_profile", "profile"),
)


class Rectification(msgspec.Struct, frozen=True):
    """One trait of one profile that was put right (GDPR, article 16); `wrong` are values it had, as texts.

    Whoever was given the wrong value is to be told (article 19).
    """

    profile: int
    trait: str
    wrong: tuple[str, ...]
    at_us: int
    by: str = ""
    why: str = ""
    proof: str = ""


def save_rectifications(connection: Connection, made: Sequence[Rectification]) -> None:
    """Keep rectifications, in the caller's transaction; the newest of a trait counts."""
    number = connection.scalar(select(func.max(rectifications.c.number))) or 0
    rows = [
        msgspec.structs.asdict(each)
        | {"number": number + place, "wrong": msgspec.json.encode(each.wrong).decode()}
        for place, each in enumerate(made, start=1)
    ]
    if rows:
        connection.execute(insert(rectifications), rows)


def all_rectifications(
    connection: Connection, *, profiles: Sequence[int] | None = None
) -> Iterator[Rectification]:
    """Every rectification, oldest first; of some profiles, or of all."""
    query = select(rectifications).order_by(rectifications.c.number)
    if profiles is not None:
        query = query.where(rectifications.c.profile.in_(profiles))
    yield from (_rectification(row) for row in connection.execute(query))


def rectified_values(connection: Connection) -> tuple[Rectification, ...]:
    """The newest rectification of each trait of each profile."""
    newest = {(each.profile, each.trait): each for each in all_rectifications(connection)}
    return tuple(newest.values())


def erase_rectifications(connection: Connection, profiles: Sequence[int]) -> int:
    """Delete what some profiles had put right, for their erasure; answers how many there were."""
    statement = delete(rectifications).where(rectifications.c.profile.in_(profiles))
    return connection.execute(statement).rowcount


def _rectification(row: Row[tuple[object, ...]]) -> Rectification:
    told = {name: getattr(row, name) for name in Rectification.__struct_fields__}
    return Rectification(**told | {"wrong": msgspec.json.decode(str(row.wrong), type=tuple[str, ...])})
