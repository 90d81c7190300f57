"""When the workspace was last backed up."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection

from vitrail.ledger.remembered import document_of, keep_document

LAST = "last_backup"


class Backup(msgspec.Struct, frozen=True):
    """A backup that was made: of which instant, how large, and whether under a passphrase."""

    at_us: int
    size: int
    sealed: bool


def save_backup(connection: Connection, backup: Backup) -> None:
    """Note the last backup."""
    keep_document(connection, LAST, document=backup)


def last_backup(connection: Connection) -> Backup | None:
    """The last backup that was made; None when there never was one."""
    return document_of(connection, LAST, kind=Backup)
