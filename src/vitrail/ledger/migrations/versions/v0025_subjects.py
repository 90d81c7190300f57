"""Which account is whose at the identity provider."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oidc_subjects",
        sa.Column("issuer", sa.Text, primary_key=True),
        sa.Column("subject", sa.String(255), primary_key=True),
        sa.Column("user", sa.String(32), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("oidc_subjects")
