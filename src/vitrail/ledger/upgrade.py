"""Bringing a ledger to the shape this program knows."""

from __future__ import annotations

from importlib import import_module

from sqlalchemy import Connection

from vitrail.ledger.postgres import hide_from_planner, take_any_length

NEWEST = "0026"
"""The migration this program is written for; a test holds it equal to the last file."""


def upgrade(connection: Connection) -> None:
    """Run every migration the database has not seen yet, inside the caller's transaction."""
    import_module("vitrail.ledger.migrating").run_migrations(connection)
    if connection.dialect.name == "postgresql":
        take_any_length(connection)
        hide_from_planner(connection)
