"""The standing of people: objections, restrictions, tombstones; acts are kept from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "standing_acts",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("recorded_at_us", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.BigInteger, nullable=True),
        sa.Column("right", sa.String(16), nullable=True),
        sa.Column("step", sa.String(16), nullable=True),
        sa.Column("at_us", sa.BigInteger, nullable=True),
        sa.Column("about", sa.String(64), nullable=True),
        sa.Column("by", sa.Text, nullable=True),
        sa.Column("why", sa.Text, nullable=True),
        sa.Column("proof", sa.Text, nullable=True),
    )
    op.create_index("ix_standing_acts_profile", "standing_acts", ["profile"])
    op.create_table(
        "tombstones",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("print", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("erasure", sa.Integer, nullable=False),
        sa.Column("lifted", sa.Boolean, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_tombstones_print", "tombstones", ["print"])
    if op.get_bind().dialect.name == "sqlite":
        for statement in _GUARDS:
            op.execute(statement)


def downgrade() -> None:
    op.drop_table("tombstones")
    op.drop_table("standing_acts")


_GUARDS = (
    """
    CREATE TRIGGER standing_acts_are_kept BEFORE DELETE ON standing_acts
    BEGIN SELECT RAISE(ABORT, 'what a person asked for is never deleted'); END
    """,
    """
    CREATE TRIGGER standing_acts_are_not_changed BEFORE UPDATE ON standing_acts
    WHEN NOT (
        NEW.number = OLD.number AND NEW.recorded_at_us = OLD.recorded_at_us AND NEW.profile IS NULL
        AND NEW."right" IS NULL AND NEW.step IS NULL AND NEW.at_us IS NULL AND NEW.about IS NULL
        AND NEW."by" IS NULL AND NEW.why IS NULL AND NEW.proof IS NULL
    )
    BEGIN SELECT RAISE(ABORT, 'what a person asked for is never changed'); END
    """,
    """
    CREATE TRIGGER tombstones_are_kept BEFORE DELETE ON tombstones
    BEGIN SELECT RAISE(ABORT, 'a tombstone is never deleted'); END
    """,
    """
    CREATE TRIGGER tombstones_are_not_changed BEFORE UPDATE ON tombstones
    BEGIN SELECT RAISE(ABORT, 'a tombstone is never changed'); END
    """,
)
