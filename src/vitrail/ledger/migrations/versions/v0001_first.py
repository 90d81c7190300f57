"""The first tables: settings, catalogue, loads, manifest, definitions, runs and memberships."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _create_loads()
    _create_snapshots()
    _create_runs()
    _create_memberships()


def downgrade() -> None:
    facts = ("files", "versions", "loads", "catalogues", "settings")
    for name in ("ranks", "logs", "memberships", "runs", "definitions", *facts):
        op.drop_table(name)


def _create_loads() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "catalogues",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("committed_at_us", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
    )
    op.create_table(
        "loads",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("received_at_us", sa.BigInteger, nullable=False),
        sa.Column("accepted", sa.BigInteger, nullable=False),
        sa.Column("rejected", sa.BigInteger, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("updated", sa.BigInteger, nullable=False),
        sa.Column("unchanged", sa.BigInteger, nullable=False),
        sa.Column("rejects_path", sa.Text, nullable=False),
    )


def _create_snapshots() -> None:
    op.create_table(
        "versions",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("committed_at_us", sa.BigInteger, nullable=False),
        sa.Column("load", sa.Integer, sa.ForeignKey("loads.id"), nullable=True),
        sa.Column("profiles", sa.Integer, nullable=False),
        sa.Column("traits_from_us", sa.BigInteger, nullable=False),
        sa.Column("traits_until_us", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "files",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False, unique=True),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("first_us", sa.BigInteger, nullable=False),
        sa.Column("last_us", sa.BigInteger, nullable=False),
        sa.Column("load", sa.Integer, nullable=True),
        sa.Column("added_in", sa.Integer, nullable=False),
        sa.Column("removed_in", sa.Integer, nullable=True),
        sa.Column("removed_at_us", sa.BigInteger, nullable=True),
    )
    op.create_index("ix_files_removed_in", "files", ["removed_in"])


def _create_runs() -> None:
    op.create_table(
        "definitions",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("applied_at_us", sa.BigInteger, nullable=False),
        sa.Column("document", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("as_of_us", sa.BigInteger, nullable=False),
        sa.Column("finished_at_us", sa.BigInteger, nullable=False),
        sa.Column("definitions", sa.Integer, nullable=False),
        sa.Column("full", sa.Boolean, nullable=False),
        sa.Column("source_version", sa.Integer, nullable=False),
        sa.Column("source_token", sa.Text, nullable=False),
        sa.Column("evaluated", sa.BigInteger, nullable=False),
        sa.Column("entered", sa.BigInteger, nullable=False),
        sa.Column("left", sa.BigInteger, nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
    )


def _create_memberships() -> None:
    op.create_table(
        "memberships",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("segment", sa.Text, primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("members", sa.BigInteger, nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_memberships_segment", "memberships", ["segment", "run"])
    op.create_table(
        "logs",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "ranks",
        sa.Column("run", sa.Integer, sa.ForeignKey("runs.id"), primary_key=True),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("definitions", sa.Integer, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
    )
