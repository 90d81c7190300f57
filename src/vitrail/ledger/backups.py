"""When the workspace was last backed up."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, delete, insert, select

from vitrail.ledger import schema

LAST = "last_backup"


class Backup(msgspec.Struct, frozen=True):
    """A backup that was made: of which instant, how large, and whether under a passphrase."""

    at_us: int
    size: int
    sealed: bool


def save_backup(connection: Connection, backup: Backup) -> None:
    """Note the last backup."""
    connection.execute(delete(schema.settings).where(schema.settings.c.name == LAST))
    row = {"name": LAST, "value": msgspec.json.encode(backup).decode()}
    connection.execute(insert(schema.settings), row)


def last_backup(connection: Connection) -> Backup | None:
    """The last backup that was made; None when there never was one."""
    table = schema.settings
    found = connection.scalar(select(table.c.value).where(table.c.name == LAST))
    return None if found is None else msgspec.json.decode(found, type=Backup)
