"""What shows that somebody who is erased had agreed or refused."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proofs",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("print", sa.String(64), nullable=False),
        sa.Column("about", sa.String(16), nullable=False),
        sa.Column("purpose", sa.String(64), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("at_us", sa.BigInteger, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("method", sa.Text, nullable=False),
        sa.Column("position", sa.BigInteger, nullable=False),
        sa.Column("erasure", sa.Integer, nullable=False),
        sa.Column("until_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_proofs_print", "proofs", ["print"])
    op.create_index("ix_proofs_until_us", "proofs", ["until_us"])


def downgrade() -> None:
    op.drop_table("proofs")
