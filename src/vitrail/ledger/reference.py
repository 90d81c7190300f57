"""Reference data in the ledger: the editions that were given, and how far computed traits are right."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table, Text, insert, select

from vitrail.ledger import schema
from vitrail.ledger.remembered import document_of, keep_document

editions = Table(
    "reference_editions",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("received_at_us", BigInteger, nullable=False),
    Column("edition", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

PLACED = "placed"


class Edition(msgspec.Struct, frozen=True):
    """A reference of communes that was given: what it is, where it came from, when, how many rows it has."""

    number: int
    received_at_us: int
    edition: str
    source: str
    rows: int


class Placed(msgspec.Struct, frozen=True):
    """By which editions, from which traits, and up to which snapshot computed traits are right."""

    editions: str = ""
    inputs: tuple[str, ...] = ()
    version: int = 0


_EDITION = tuple(editions.c[name] for name in Edition.__struct_fields__)


def all_editions(connection: Connection) -> tuple[Edition, ...]:
    """Every edition that was given, oldest first."""
    query = select(*_EDITION).order_by(editions.c.number)
    return tuple(Edition(*row) for row in connection.execute(query))


def newest_content(connection: Connection) -> bytes | None:
    """The edition in force, as it was kept."""
    query = select(editions.c.content).order_by(editions.c.number.desc()).limit(1)
    found: bytes | None = connection.scalar(query)
    return found


def save_edition(connection: Connection, edition: Edition, *, content: bytes) -> None:
    """Keep a new edition."""
    connection.execute(insert(editions), {**msgspec.structs.asdict(edition), "content": content})


def placed(connection: Connection) -> Placed:
    """How far computed traits are right."""
    return document_of(connection, PLACED, kind=Placed) or Placed()


def note_placed(connection: Connection, placed: Placed) -> None:
    """Say how far computed traits are right."""
    keep_document(connection, PLACED, document=placed)
