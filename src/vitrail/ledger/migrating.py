"""Alembic, which only an upgrade that is due loads: it takes a quarter of a second."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection


def run_migrations(connection: Connection) -> None:
    """Run every migration the database has not seen yet, inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", "vitrail.ledger:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
