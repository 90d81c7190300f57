"""Whether the ledger's database is sound: its pages, its references, what waits in the inbox."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from vitrail.ledger.inbox import Inbox

LEDGER_ERRORS: tuple[type[Exception], ...] = (SQLAlchemyError, sqlite3.Error)
"""What asking a ledger that is damaged, or not there, ends with."""

MOST = 20
"""How many faults are told."""


def page_faults(connection: Connection) -> tuple[str, ...]:
    """What is wrong with the pages and indexes of the database; nothing when they are sound."""
    if connection.dialect.name != "sqlite":
        return ()
    rows = connection.exec_driver_sql(f"PRAGMA integrity_check({MOST})")
    lines = [line for row in rows for line in str(row[0]).splitlines()]
    return tuple(line.rstrip(".") for line in lines if line != "ok" and not line.startswith("***"))


def reference_faults(connection: Connection) -> tuple[str, ...]:
    """The tables with rows that refer to rows which are not there."""
    if connection.dialect.name != "sqlite":
        return ()
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return tuple(dict.fromkeys(str(row[0]) for row in rows))


def oldest_waiting(box: Inbox) -> int | None:
    """When the oldest request that waits was received; None when none does."""
    found = box.read(0, limit=1)
    return found[0].received_at_us if found else None
