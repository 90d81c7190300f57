"""What people had put right, with the wrong values that may not come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rectifications",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("profile", sa.Integer, nullable=False),
        sa.Column("trait", sa.Text, nullable=False),
        sa.Column("wrong", sa.Text, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("proof", sa.Text, nullable=False),
    )
    op.create_index("ix_rectifications_profile", "rectifications", ["profile"])


def downgrade() -> None:
    op.drop_table("rectifications")
