"""The databases a ledger may lie in: SQLite, and a real PostgreSQL. What holds for one holds for both."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.collect.sources import postgres
from tests.new_ledgers import upgrade_again
from vitrail.ledger.database import Ledger, open_ledger
from vitrail.ledger.postgres import open_postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        opened = open_ledger(tmp_path / "ledger.sqlite")
    else:
        address = request.getfixturevalue("postgres_server")
        postgres.execute(address, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        opened = open_postgres(address)
    yield opened
    opened.close()


@pytest.fixture
def new_ledger(empty: Ledger) -> Ledger:
    """A ledger in its newest shape, in each database."""
    with empty.writing() as connection:
        upgrade_again(connection)
    return empty


def behind_its_back(ledger: Ledger, table: str, *, statement: str) -> None:
    """Change a table as somebody would who removes its guards first."""
    with ledger.writing() as connection:
        if connection.dialect.name == "sqlite":
            named = text("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
            for guard in connection.scalars(named, {"table": table}).all():
                connection.execute(text(f"DROP TRIGGER {guard}"))
        else:
            connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))
            statement = statement.replace("zeroblob(32)", "decode(repeat('00', 32), 'hex')")
        connection.execute(text(statement))
