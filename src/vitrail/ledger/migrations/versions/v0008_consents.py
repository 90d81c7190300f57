"""The ledger of consents, which the database itself keeps from being changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "consents",
        sa.Column(
            "position",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            primary_key=True,
            autoincrement=False,
        ),
        sa.Column("recorded_at_us", sa.BigInteger, nullable=False),
        sa.Column("profile", sa.BigInteger, nullable=True),
        sa.Column("purpose", sa.String(64), nullable=True),
        sa.Column("channel", sa.String(64), nullable=True),
        sa.Column("state", sa.String(16), nullable=True),
        sa.Column("at_us", sa.BigInteger, nullable=True),
        sa.Column("details", sa.Text, nullable=True),
        sa.Column("salt", sa.LargeBinary, nullable=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_consents_profile", "consents", ["profile"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(_NO_DELETION)
        op.execute(_ERASURE_ALONE)


def downgrade() -> None:
    op.drop_table("consents")


_NO_DELETION = """
CREATE TRIGGER consents_are_kept BEFORE DELETE ON consents
BEGIN SELECT RAISE(ABORT, 'an entry of the ledger of consents is never deleted'); END
"""
_ERASURE_ALONE = """
CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON consents
WHEN NOT (
    NEW.position = OLD.position AND NEW.recorded_at_us = OLD.recorded_at_us
    AND NEW.content = OLD.content AND NEW.chain = OLD.chain
    AND NEW.profile IS NULL AND NEW.purpose IS NULL AND NEW.channel IS NULL AND NEW.state IS NULL
    AND NEW.at_us IS NULL AND NEW.details IS NULL AND NEW.salt IS NULL
)
BEGIN SELECT RAISE(ABORT, 'an entry of the ledger of consents is never changed'); END
"""
