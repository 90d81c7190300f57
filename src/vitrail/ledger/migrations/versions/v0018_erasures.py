"""Erasures: what was asked, how far each has come; and how many profiles of a snapshot were erased."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("versions", sa.Column("erased", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "erasures",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("begun_at_us", sa.BigInteger, nullable=False),
        sa.Column("finished_at_us", sa.BigInteger, nullable=True),
        sa.Column("profiles", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("steps", sa.Text, nullable=False),
        sa.Column("found", sa.Integer, nullable=True),
    )


def downgrade() -> None:
    op.drop_table("erasures")
    op.drop_column("versions", "erased")
