"""Alembic's entry: it is handed an open connection by `vitrail.ledger.upgrade`."""

from __future__ import annotations

from alembic import context

from vitrail.ledger.schema import tables

context.configure(connection=context.config.attributes["connection"], target_metadata=tables)
with context.begin_transaction():
    context.run_migrations()
