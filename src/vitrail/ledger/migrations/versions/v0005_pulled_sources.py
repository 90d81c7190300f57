"""Sources that pull: definitions, progress, files that were read, and pulls that ended."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulled_sources",
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("applied_at_us", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "source_progress",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("succeeded_at_us", sa.BigInteger, nullable=True),
        sa.Column("tried_at_us", sa.BigInteger, nullable=True),
        sa.Column("next_at_us", sa.BigInteger, nullable=True),
        sa.Column("failures", sa.Integer, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
    )
    _create_history()


def downgrade() -> None:
    for name in ("pulls", "source_files", "source_progress", "pulled_sources"):
        op.drop_table(name)


def _create_history() -> None:
    op.create_table(
        "source_files",
        sa.Column("source", sa.String(64), primary_key=True),
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("load", sa.Integer, nullable=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
    )
    op.create_table(
        "pulls",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("started_at_us", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("problems", sa.Text, nullable=False),
    )
    op.create_index("ix_pulls_source", "pulls", ["source", "id"])
