import pkgutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, select, text, update

import vitrail.ledger
from tests.new_ledgers import upgrade_again
from vitrail.ledger import runs, schema, upgrade
from vitrail.ledger.database import Ledger, current_migration, open_ledger
from vitrail.model.definitions import DefinitionFile, Segment


@pytest.fixture
def ledger(new_ledger: Ledger) -> Ledger:
    return new_ledger


def test_the_migrations_lead_to_the_tables_of_the_program(ledger: Ledger):
    for module in pkgutil.iter_modules(vitrail.ledger.__path__, "vitrail.ledger."):
        import_module(module.name)
    with ledger.reading() as connection:
        assert compare_metadata(MigrationContext.configure(connection), schema.tables) == []


def test_the_newest_migration_is_the_one_the_program_is_written_for(ledger: Ledger):
    config = Config()
    config.set_main_option("script_location", "vitrail.ledger:migrations")
    assert ScriptDirectory.from_config(config).get_current_head() == upgrade.NEWEST
    assert current_migration(ledger) == upgrade.NEWEST


def test_a_database_that_is_no_ledger_has_no_migration(empty: Ledger):
    assert current_migration(empty) is None


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1)]
)
def test_every_connection_is_durable(tmp_path: Path, pragma: str, value: object):
    with open_ledger(tmp_path / "ledger.sqlite").reading() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


def test_a_failed_change_leaves_nothing(ledger: Ledger):
    with pytest.raises(ZeroDivisionError), ledger.writing() as connection:
        connection.execute(schema.settings.insert(), {"name": "a", "value": "b"})
        raise ZeroDivisionError
    with ledger.reading() as connection:
        assert connection.execute(schema.settings.select()).all() == []


def test_a_reading_sees_one_state(ledger: Ledger):
    with ledger.reading() as reading:
        before = reading.execute(schema.settings.select()).all()
        with ledger.writing() as writing:
            writing.execute(schema.settings.insert(), {"name": "a", "value": "b"})
        assert reading.execute(schema.settings.select()).all() == before


def document(rule: str) -> DefinitionFile:
    return DefinitionFile(edition=2026, segments=(Segment(key="vip", name={"en": "VIP"}, rule=rule),))


def test_definitions_are_kept_version_by_version(ledger: Ledger):
    with ledger.writing() as connection:
        assert runs.current_definitions(connection) is None
        numbers = [runs.save_definitions(connection, document(rule), at_us=5) for rule in ("a", "a", "b")]
        assert numbers == [1, 1, 2]
        assert runs.definitions_at(connection, 1).document == document("a")
        assert runs.current_definitions(connection).document == document("b")
        assert runs.definitions_at(connection, 3) is None


def test_writers_take_turns(ledger: Ledger):
    """Each adds one to what it read: none is lost when they take turns."""
    with ledger.writing() as connection:
        connection.execute(schema.settings.insert(), {"name": "n", "value": "0"})

    def add(_number: int) -> None:
        with ledger.writing() as connection:
            value = connection.scalar(select(schema.settings.c.value).where(schema.settings.c.name == "n"))
            time.sleep(0.005)
            changed = update(schema.settings).where(schema.settings.c.name == "n")
            connection.execute(changed.values(value=str(int(value) + 1)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(add, range(24)))
    with ledger.reading() as connection:
        assert connection.scalar(select(schema.settings.c.value).where(schema.settings.c.name == "n")) == "24"


def test_a_ledger_the_tests_make_in_short_is_the_one_the_migrations_make(tmp_path: Path):
    def told(file: Path, shape: Callable[[Connection], None]) -> list[str]:
        with closing(open_ledger(file)) as ledger, ledger.writing() as connection:
            shape(connection)
            return list(connection.connection.driver_connection.iterdump())

    assert told(tmp_path / "short.sqlite", upgrade_again) == told(tmp_path / "long.sqlite", upgrade.upgrade)
