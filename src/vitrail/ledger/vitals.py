"""The last vital signs of the base that were taken: a document, so that lists need not take them again."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, delete, insert, select

from vitrail.ledger import schema

vitals = Table(
    "vitals",
    schema.tables,
    Column("taken_at_us", BigInteger, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("document", Text, nullable=False),
)


def save_vitals(connection: Connection, document: str, *, version: int, taken_at_us: int) -> None:
    """Keep these signs, and no others."""
    connection.execute(delete(vitals))
    connection.execute(insert(vitals), {"taken_at_us": taken_at_us, "version": version, "document": document})


def last_vitals(connection: Connection) -> tuple[int, int, str] | None:
    """When the last signs were taken, of which snapshot, and the signs; None before the first."""
    row = connection.execute(select(vitals).order_by(vitals.c.taken_at_us.desc()).limit(1)).first()
    return None if row is None else (row.taken_at_us, row.version, row.document)
