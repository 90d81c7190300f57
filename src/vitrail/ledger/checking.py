"""Whether the ledger's database is sound: its pages, its references, what waits in the inbox."""

from __future__ import annotations

from sqlalchemy import Connection

from vitrail.ledger.inbox import Inbox

MOST = 20
"""How many faults are told."""


def page_faults(connection: Connection) -> tuple[str, ...]:
    """What is wrong with the pages and indexes of the database; nothing when they are sound."""
    if connection.dialect.name != "sqlite":
        return ()
    rows = connection.exec_driver_sql(f"PRAGMA integrity_check({MOST})")
    return tuple(str(row[0]) for row in rows if row[0] != "ok")


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
