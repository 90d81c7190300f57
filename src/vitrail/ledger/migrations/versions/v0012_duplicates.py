"""Probable duplicates: the pairs that wait, and the verdicts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "duplicate_pairs",
        sa.Column("a", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("b", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("proposed_at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_duplicate_pairs_state", "duplicate_pairs", ["state", "probability"])
    op.create_table(
        "duplicate_verdicts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("a", sa.Integer, nullable=False),
        sa.Column("b", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("probability", sa.Float, nullable=False),
        sa.Column("fingerprint", sa.String(32), nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("duplicate_verdicts")
    op.drop_index("ix_duplicate_pairs_state", "duplicate_pairs")
    op.drop_table("duplicate_pairs")
