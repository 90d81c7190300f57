"""Bringing a ledger to the shape this program knows."""

from __future__ import annotations

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

NEWEST = "0011"
"""The migration this program is written for; a test holds it equal to the last file."""


def upgrade(connection: Connection) -> None:
    """Run every migration the database has not seen yet, inside the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", "vitrail.ledger:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
