"""How far the inbox was filed, and what was not as planned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "filed_positions",
        sa.Column("inbox", sa.String(64), primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "plan_warnings",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("event", sa.Text, primary_key=True),
        sa.Column("code", sa.String(32), primary_key=True),
        sa.Column("path", sa.Text, primary_key=True),
        sa.Column("messages", sa.BigInteger, nullable=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("plan_warnings")
    op.drop_table("filed_positions")
