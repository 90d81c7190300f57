"""What is only ever added to is guarded on PostgreSQL too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    bind = op.get_bind()
    if bind.dialect.name != "postgresql":
        return
    for statement in _GUARDS:
        op.execute(sa.text(statement))


def downgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for table in ("consents", "standing_acts", "tombstones"):
        op.execute(f"DROP TRIGGER {table}_are_kept ON {table}")
        op.execute(f"DROP FUNCTION {table}_are_kept() CASCADE")


_GUARDS = (
    """
    CREATE OR REPLACE FUNCTION audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'an entry of the audit trail is never changed nor deleted' USING ERRCODE = '23000';
    END $$
    """,
    """
    CREATE FUNCTION consents_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'an entry of the consents is never changed nor deleted' USING ERRCODE = '23000';
    END $$
    """,
    """
    CREATE TRIGGER consents_are_kept BEFORE DELETE ON consents
    FOR EACH ROW EXECUTE FUNCTION consents_are_kept()
    """,
    """
    CREATE TRIGGER consents_are_not_changed BEFORE UPDATE ON consents FOR EACH ROW WHEN (NOT (
        NEW.position = OLD.position AND NEW.recorded_at_us = OLD.recorded_at_us
        AND NEW.content = OLD.content AND NEW.chain = OLD.chain
        AND NEW.profile IS NULL AND NEW.purpose IS NULL AND NEW.channel IS NULL AND NEW.state IS NULL
        AND NEW.at_us IS NULL AND NEW.details IS NULL AND NEW.salt IS NULL
    )) EXECUTE FUNCTION consents_are_kept()
    """,
    """
    CREATE TRIGGER consents_are_not_emptied BEFORE TRUNCATE ON consents
    FOR EACH STATEMENT EXECUTE FUNCTION consents_are_kept()
    """,
    """
    CREATE FUNCTION standing_acts_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'what a person asked for is never changed nor deleted' USING ERRCODE = '23000';
    END $$
    """,
    """
    CREATE TRIGGER standing_acts_are_kept BEFORE DELETE ON standing_acts
    FOR EACH ROW EXECUTE FUNCTION standing_acts_are_kept()
    """,
    """
    CREATE TRIGGER standing_acts_are_not_changed BEFORE UPDATE ON standing_acts FOR EACH ROW WHEN (NOT (
        NEW.number = OLD.number AND NEW.recorded_at_us = OLD.recorded_at_us AND NEW.profile IS NULL
        AND NEW."right" IS NULL AND NEW.step IS NULL AND NEW.at_us IS NULL AND NEW.about IS NULL
        AND NEW."by" IS NULL AND NEW.why IS NULL AND NEW.proof IS NULL
    )) EXECUTE FUNCTION standing_acts_are_kept()
    """,
    """
    CREATE TRIGGER standing_acts_are_not_emptied BEFORE TRUNCATE ON standing_acts
    FOR EACH STATEMENT EXECUTE FUNCTION standing_acts_are_kept()
    """,
    """
    CREATE FUNCTION tombstones_are_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION 'a tombstone is never changed nor deleted' USING ERRCODE = '23000';
    END $$
    """,
    """
    CREATE TRIGGER tombstones_are_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON tombstones
    FOR EACH STATEMENT EXECUTE FUNCTION tombstones_are_kept()
    """,
)
