"""Write keys: which sites, apps and tills may send, under which name, and what is done with the unplanned."""

from __future__ import annotations

import secrets
from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    String,
    Table,
    delete,
    false,
    insert,
    select,
    update,
)

from vitrail.ledger import schema

Unplanned = Literal["allow", "warn", "refuse"]
"""What becomes of an event or property the tracking plan does not hold."""

SourceKind = Literal["server", "web", "app", "store"]

sources = Table(
    "tracking_sources",
    schema.tables,
    Column("name", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("key", String(64), nullable=False, unique=True),
    Column("unplanned", String(16), nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("keeps_ip", Boolean, nullable=False, server_default=false()),
)


class TrackingSource(msgspec.Struct, frozen=True):
    """Where messages come from: its name stays with what it sent; its key can be changed.

    The network addresses of those it speaks of are left out unless it `keeps_ip`.
    """

    name: str
    kind: SourceKind
    key: str
    unplanned: Unplanned
    created_at_us: int
    keeps_ip: bool = False


def new_key() -> str:
    """A write key nobody can guess."""
    return f"wk_{secrets.token_hex(16)}"


def add_source(connection: Connection, source: TrackingSource) -> None:
    """Let a source send; its name must be free."""
    connection.execute(insert(sources), msgspec.structs.asdict(source))


def tracking_sources(connection: Connection) -> tuple[TrackingSource, ...]:
    """Every source that may send, by name."""
    return tuple(TrackingSource(*row) for row in connection.execute(select(sources).order_by(sources.c.name)))


def tracking_source(connection: Connection, name: str) -> TrackingSource | None:
    """The source of that name; None when there is none."""
    row = connection.execute(select(sources).where(sources.c.name == name)).first()
    return None if row is None else TrackingSource(*row)


def change_source(connection: Connection, source: TrackingSource) -> None:
    """Give a source another key or other settings."""
    values = msgspec.structs.asdict(source)
    connection.execute(update(sources).where(sources.c.name == source.name).values(values))


def remove_source(connection: Connection, name: str) -> None:
    """Let a source send no more; what it sent stays."""
    connection.execute(delete(sources).where(sources.c.name == name))
