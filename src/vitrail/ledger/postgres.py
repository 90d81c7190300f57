"""The ledger in PostgreSQL: the same tables and promises, for those who have a server to keep.

Who writes is alone by a lock of the database, which falls with its transaction, whatever happens to the
program; who reads sees one state of everything and blocks nobody.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from vitrail.ledger.database import Ledger

WRITER = 0x56495452
"""The number of the writers' lock, among the advisory locks of the database."""

CONNECT_SECONDS = 15


class PostgresLedger(Ledger):
    """An open ledger in PostgreSQL."""

    def checkpoint(self, mode: Literal["TRUNCATE", "PASSIVE"] = "TRUNCATE") -> None:
        """Nothing to do: the server keeps its own log."""

    def purge(self) -> None:
        """Write every table anew, so that nothing of what was deleted is left in its files."""
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM FULL")


def open_postgres(address: str) -> Ledger:
    """The ledger in the PostgreSQL database of an address (`postgresql://…`)."""
    url = make_url(address).set(drivername="postgresql+psycopg")
    return PostgresLedger(postgres_engine(str(url.render_as_string(hide_password=False))))


def postgres_engine(address: str) -> Engine:
    """The database: what it says it has kept is on disk."""
    engine = create_engine(
        address, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS, "autocommit": False}
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    """Give a new connection its habits."""
    with connection.cursor() as cursor:
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SET synchronous_commit = on")
        cursor.execute("SET timezone = 'UTC'")
    connection.commit()


def _begin(connection: Connection) -> None:
    """Let a writer wait for its turn, before it has looked at anything."""
    if connection.get_execution_options().get("vitrail_writes", False):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({WRITER})")
