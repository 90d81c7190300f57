"""How far the workspace goes in sparing people: settings that a person chose, each with its default."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, insert, select

from vitrail.ledger import schema
from vitrail.model.retention import RetentionFile

NAME, RULES, DUE = "respect", "retention_rules", "retention_due"


class Respect(msgspec.Struct, frozen=True, omit_defaults=True):
    """`smallest_group` is the fewest people of whom a number is told to those who may not see people.

    `retention` says that what is past its period goes by itself; by default it is only told.
    """

    smallest_group: int = 20
    retention: bool = False


class Due(msgspec.Struct, frozen=True):
    """What the last plan of retention let go: when it was made, and how much by rule."""

    at_us: int
    counts: dict[str, int]


def respect(connection: Connection) -> Respect:
    """The settings in force."""
    text = _read(connection, NAME)
    return Respect() if text is None else msgspec.json.decode(text, type=Respect)


def save_respect(connection: Connection, chosen: Respect) -> None:
    """Choose other settings."""
    _write(connection, NAME, value=chosen)


def retention_rules(connection: Connection) -> RetentionFile:
    """The rules of retention in force; none before any was chosen."""
    text = _read(connection, RULES)
    return RetentionFile(2026) if text is None else msgspec.json.decode(text, type=RetentionFile)


def save_retention_rules(connection: Connection, rules: RetentionFile) -> None:
    """Put other rules of retention in force."""
    _write(connection, RULES, value=rules)


def retention_due(connection: Connection) -> Due | None:
    """What the last plan let go; None before the first."""
    text = _read(connection, DUE)
    return None if text is None else msgspec.json.decode(text, type=Due)


def save_retention_due(connection: Connection, due: Due) -> None:
    """Keep what a plan lets go, for those who look at the health of the workspace."""
    _write(connection, DUE, value=due)


def _read(connection: Connection, name: str) -> str | None:
    query = select(schema.settings.c.value).where(schema.settings.c.name == name)
    text: str | None = connection.scalar(query)
    return text


def _write(connection: Connection, name: str, *, value: object) -> None:
    connection.execute(schema.settings.delete().where(schema.settings.c.name == name))
    connection.execute(insert(schema.settings), {"name": name, "value": msgspec.json.encode(value).decode()})
