"""The ledger's database: opening it, reading it, and changing it one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import NullPool, Pool

from vitrail.ledger.dumping import rows_of

BUSY_MILLISECONDS = 60_000
HABITS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    f"busy_timeout={BUSY_MILLISECONDS}",
    "foreign_keys=ON",
    "secure_delete=ON",
)

GONE = "unable to open database file: it is no longer there"

Transaction = Connection
"""A connection inside a transaction, for those who pass it on without asking anything of it."""

Change = Callable[[Transaction], None]
"""Something to note in a transaction of somebody else."""


class Ledger:
    """An open ledger: it owns the connections to one database.

    `reading` sees one consistent state for as long as it lasts and blocks nobody; `writing` is
    alone, waits for its turn, and is kept whole or not at all.
    """

    kind: Literal["sqlite", "postgresql"] = "sqlite"
    turn = "writer"
    """The name of the turns that those take who write; of one database, there may be several."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @property
    def file(self) -> Path:
        """The file it lies in, for one that lies in a file."""
        return Path(self._engine.url.database or "")

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection that sees one state of the ledger."""
        with self._engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are committed together at the end, on disk."""
        with (
            self._engine.connect().execution_options(vitrail_writes=self.turn) as connection,
            connection.begin(),
        ):
            yield connection

    @contextmanager
    def alone(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Be the only one under this name on other machines; a ledger in a folder is used by one machine."""
        del name, wait
        yield True

    def checkpoint(self, mode: Literal["TRUNCATE", "PASSIVE"] = "TRUNCATE") -> None:
        """Bring everything into the one file, so that it can be renamed; or what can be without waiting."""
        with self._engine.connect() as connection:
            connection.connection.driver_connection.execute(f"PRAGMA wal_checkpoint({mode})")  # type: ignore[union-attr]

    def purge(self) -> None:
        """Write the file anew, so that nothing of what was deleted is left in it; waits for its turn."""
        with self._engine.connect() as connection:
            driver = connection.connection.driver_connection
            assert driver is not None
            driver.execute("VACUUM")
        self.checkpoint()

    def every_row(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """The name of the table and the cells of each row, whatever the tables, in one state."""
        with self.reading() as connection:
            yield from rows_of(connection)

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def open_ledger(path: Path) -> Ledger:
    """The ledger in the SQLite file `path`, which is made when it is missing."""
    return Ledger(sqlite_engine(path, pool=NullPool))


def sqlite_engine(
    path: Path, *, pool: type[Pool], pragmas: tuple[str, ...] = (), habits: tuple[str, ...] = HABITS
) -> Engine:
    """The database in a SQLite file: what it says it has kept is on disk, under the name of that file.

    A file that was there and vanished is not made anew, nor written to unseen: whoever asks is told.
    """
    address = URL.create("sqlite", database=str(path))
    engine = create_engine(address, poolclass=pool, connect_args={"check_same_thread": False})
    every = (*pragmas, *habits)
    met: set[tuple[int, int]] = set()

    def find(*_asked: object) -> None:
        """Look for the file before a connection is made, once there was one."""
        if met and not path.exists():
            raise sqlite3.OperationalError(GONE)

    def prepare(connection: Any, record: Any) -> None:
        """Give a new connection its habits; transactions are begun by `_begin_sqlite`, not by the driver."""
        connection.isolation_level = None
        for pragma in every:
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = found = _identity(path)
        met.add(found)

    def recognise(*given: Any) -> None:
        """Let go of a connection whose file is another by now, or none."""
        _, record, _ = given
        if record.info["file"] != _identity(path):
            raise DisconnectionError

    event.listen(engine, "do_connect", find)
    event.listen(engine, "connect", prepare)
    event.listen(engine, "checkout", recognise)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _identity(path: Path) -> tuple[int, int]:
    """What tells a file from another that took its name."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return (0, 0)
    return (found.st_dev, found.st_ino)


def current_migration(ledger: Ledger) -> str | None:
    """The last migration the database has seen; None for a database that is not a ledger."""
    with ledger.reading() as connection:
        if not connection.dialect.has_table(connection, "alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("vitrail_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
