"""The register of requests of people, with their legal deadline."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rights_requests",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("right", sa.String(16), nullable=False),
        sa.Column("received_at_us", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.BigInteger, nullable=True),
        sa.Column("how", sa.Text, nullable=False),
        sa.Column("noted_by", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("extended_at_us", sa.BigInteger, nullable=True),
        sa.Column("extended_why", sa.Text, nullable=False),
        sa.Column("closed_at_us", sa.BigInteger, nullable=True),
        sa.Column("closed_by", sa.String(64), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_rights_requests_profile", "rights_requests", ["profile"])


def downgrade() -> None:
    op.drop_table("rights_requests")
