"""Loads tell their source from what was read; the source of those before was the file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("loads", sa.Column("origin", sa.Text, nullable=False, server_default=""))
    op.execute("UPDATE loads SET origin = source")


def downgrade() -> None:
    op.drop_column("loads", "origin")
