"""Which sign-ins came back from the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_states",
        sa.Column("print", sa.String(64), primary_key=True),
        sa.Column("until_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_oidc_states_until_us", "oidc_states", ["until_us"])


def downgrade() -> None:
    op.drop_table("oidc_states")
