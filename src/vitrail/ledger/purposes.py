"""The register of purposes, version by version."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, Row, Table, Text, func, insert, select

from vitrail.ledger import schema
from vitrail.model.purposes import PurposeFile

registers = Table(
    "purpose_registers",
    schema.tables,
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at_us", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
    Column("note", Text, nullable=False),
)


class Register(msgspec.Struct, frozen=True):
    """The purposes in force at one version; version 0 is the empty one before any was declared."""

    version: int
    applied_at_us: int
    document: PurposeFile
    note: str = ""


EMPTY = Register(0, 0, PurposeFile(edition=2026))


def save_register(connection: Connection, document: PurposeFile, *, at_us: int, note: str = "") -> int:
    """Keep a new version; answers its number (the present one when nothing changed)."""
    present = current_register(connection)
    if present.document == document:
        return present.version
    text = msgspec.json.encode(document).decode()
    row = {"version": present.version + 1, "applied_at_us": at_us, "document": text, "note": note}
    connection.execute(insert(registers), row)
    return present.version + 1


def current_register(connection: Connection) -> Register:
    """The purposes in force."""
    row = connection.execute(select(registers).order_by(registers.c.version.desc()).limit(1)).first()
    return EMPTY if row is None else _register(row)


def all_registers(connection: Connection) -> tuple[Register, ...]:
    """Every version, oldest first."""
    return tuple(
        _register(row) for row in connection.execute(select(registers).order_by(registers.c.version))
    )


def register_at(connection: Connection, at_us: int) -> Register:
    """The purposes that were in force at an instant."""
    query = select(registers).where(registers.c.applied_at_us <= at_us)
    row = connection.execute(query.order_by(registers.c.version.desc()).limit(1)).first()
    return EMPTY if row is None else _register(row)


def register_version(connection: Connection) -> int:
    """The number of the register in force; 0 before any."""
    return connection.scalar(select(func.max(registers.c.version))) or 0


def _register(row: Row[tuple[int, int, str, str]]) -> Register:
    document = msgspec.json.decode(row.document, type=PurposeFile)
    return Register(row.version, row.applied_at_us, document, row.note)
