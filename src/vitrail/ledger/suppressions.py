"""The suppression list: addresses that are never reached, as keyed hashes; entries are only added."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import (  # fmt: skip
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
)

from vitrail.ledger import schema
from vitrail.ledger.remembered import text_of

AddressKind = Literal["email", "phone"]
SuppressionReason = Literal["bounce", "complaint", "unsubscribe", "manual"]

suppressions = Table(
    "suppressions",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("print", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("reason", String(16), nullable=False),
    Column("removed", Boolean, nullable=False),
    Column("by", Text, nullable=False),
    Column("note", Text, nullable=False),
    Index("ix_suppressions_print", "print"),
)

SECRET = "suppressions"
AT_ONCE = 10_000


class Suppression(msgspec.Struct, frozen=True):
    """That an address is on the list, why, and since when; `removed`, that it no longer is."""

    at_us: int
    print: str
    kind: AddressKind
    reason: SuppressionReason
    removed: bool = False
    by: str = ""
    note: str = ""


def suppression_key(connection: Connection) -> str | None:
    """The key of the hashes; None as long as the list is empty."""
    return text_of(connection, SECRET)


def make_suppression_key(connection: Connection) -> str:
    """The key of the hashes; made at the first call, within a writing transaction."""
    known = suppression_key(connection)
    if known is not None:
        return known
    made = secrets.token_hex(32)
    connection.execute(insert(schema.settings), {"name": SECRET, "value": made})
    return made


def add_suppressions(connection: Connection, said: Sequence[Suppression]) -> None:
    """Add entries at the end, within the caller's writing transaction."""
    number = connection.scalar(select(func.max(suppressions.c.number))) or 0
    rows = [
        msgspec.structs.asdict(each) | {"number": number + place} for place, each in enumerate(said, start=1)
    ]
    for start in range(0, len(rows), AT_ONCE):
        connection.execute(insert(suppressions), rows[start : start + AT_ONCE])


def suppressed(connection: Connection, *, until_us: int | None = None) -> dict[str, Suppression]:
    """What is on the list now, or was at an instant, by hash."""
    columns = tuple(suppressions.c[name] for name in Suppression.__struct_fields__)
    query = select(*columns).order_by(suppressions.c.number)
    if until_us is not None:
        query = query.where(suppressions.c.at_us <= until_us)
    last = {row[1]: Suppression(*row) for row in connection.execute(query)}
    return {mark: each for mark, each in last.items() if not each.removed}
