"""Whether the network addresses that a source sends are kept."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    kept = sa.Column("keeps_ip", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("tracking_sources", kept)


def downgrade() -> None:
    op.drop_column("tracking_sources", "keeps_ip")
