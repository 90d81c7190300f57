"""The ledger in PostgreSQL: the same tables and promises, for those who have a server to keep.

Each ledger has a schema of its own, so that one database holds several. Who writes is alone by a lock of the
database, which falls with its transaction, whatever happens to the program; who reads sees one state of
everything and blocks nobody. A load, which lasts, holds a lock that falls with its connection; what it
writes is kept only if it still holds it.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, Table, create_engine, event, func, inspect, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.schema import CreateSchema, DropSchema

from vitrail.ledger.address import VARIABLE, shown_address
from vitrail.ledger.database import Ledger
from vitrail.model.errors import UserError, problem

CONNECT_SECONDS = 15
KEPT_CONNECTIONS = 4
"""Connections that stay open for the next question; more are made as they are needed."""

PURGE_SECONDS = 60.0
"""How long an erasure waits for the programs that still look at the rows it removed."""

LOCK_MILLISECONDS = 2_000
"""How long it waits at a time for a table: who comes after waits behind it."""

LOCK_NOT_AVAILABLE = "55P03"


class LedgerUnreachable(UserError):
    """The database of the ledger does not answer, or not to us."""


class _Hold(msgspec.Struct, frozen=True):
    """A lock that a connection holds, by the numbers PostgreSQL knows it by."""

    process: int
    name: int
    ledger: int


class PostgresLedger(Ledger):
    """An open ledger in PostgreSQL."""

    kind = "postgresql"

    def __init__(self, engine: Engine, schema: str) -> None:
        super().__init__(engine)
        self.schema = schema
        self._number = _number(schema)
        self._mine = threading.local()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose changes are committed together; refused to who lost the lock they work under."""
        with super().writing() as connection:
            for hold in self._holds():
                if not connection.scalar(_HELD, msgspec.structs.asdict(hold)):
                    raise _lost()
            yield connection

    @contextmanager
    def alone(self, name: str, *, wait: bool = True) -> Iterator[bool]:
        """Be the only one under this name, among all programs of all machines that use the ledger."""
        numbers = {"name": _number(name), "ledger": self._number}
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not wait and not connection.scalar(_TRY, numbers):
                yield False
                return
            if wait:
                connection.execute(_LOCK, numbers)
            hold = _Hold(connection.scalar(_PROCESS) or 0, **numbers)
            self._holds().append(hold)
            try:
                yield True
            finally:
                self._holds().remove(hold)
                _release(connection, numbers)

    def beside(self, turn: str) -> Ledger:
        """The same database for what is not waited for to be on disk, with other turns for who writes."""
        return _Beside(self._engine, turn)

    def checkpoint(self, mode: Literal["TRUNCATE", "PASSIVE"] = "TRUNCATE") -> None:
        """Nothing to do: the server keeps its own log."""

    def purge(self) -> None:
        """Write every table anew, so that nothing of what was deleted is left in its files.

        Rows that another program still looks at would be carried over: it is waited for, and told.
        """
        until = time.monotonic() + PURGE_SECONDS
        with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            tables = inspect(connection).get_table_names()
            connection.exec_driver_sql(f"SET lock_timeout = {LOCK_MILLISECONDS}")
            try:
                while left := [name for name in tables if _rewrite(connection, name)]:
                    if time.monotonic() > until:
                        raise _held_open(left)
                    time.sleep(0.5)
                    tables = left
            finally:
                connection.exec_driver_sql("SET lock_timeout = 0")

    def every_row(self) -> Iterator[tuple[str, tuple[object, ...]]]:
        """The cells of each row, and what the planner remembers of them, for the search of an erasure."""
        yield from super().every_row()
        with self.reading() as connection:
            for row in connection.execute(_PLANNER, {"schema": self.schema}):
                yield "pg_stats", tuple(row)

    def drop(self) -> None:
        """Take the ledger out of the database, with all it holds."""
        with self._engine.begin() as connection:
            connection.execute(DropSchema(self.schema, cascade=True, if_exists=True))

    def _holds(self) -> list[_Hold]:
        if not hasattr(self._mine, "holds"):
            self._mine.holds = []
        holds: list[_Hold] = self._mine.holds
        return holds


class _Beside(Ledger):
    """A ledger's database lent to somebody else: it is closed with the ledger."""

    kind = "postgresql"

    def __init__(self, engine: Engine, turn: str) -> None:
        super().__init__(engine)
        self.turn = turn

    def close(self) -> None:
        """Nothing to do: the connections are the ledger's."""


def open_postgres(address: str, schema: str = "public") -> PostgresLedger:
    """The ledger in a schema of the PostgreSQL database of an address (`postgresql://…`)."""
    return PostgresLedger(_engine(address, schema), schema)


def make_schema(connection: Connection, schema: str) -> None:
    """Make the schema of a new ledger, within a writing transaction."""
    connection.execute(CreateSchema(schema))


def hide_from_planner(connection: Connection) -> None:
    """Let the server keep no sample of texts: it would outlive the rows, where no erasure reaches."""
    for table in connection.execute(_SAMPLED).all():
        quoted = connection.dialect.identifier_preparer
        each = (f"ALTER COLUMN {quoted.quote(name)} SET STATISTICS 0" for name in table.columns)
        connection.exec_driver_sql(f"ALTER TABLE {quoted.quote(table.name)} {', '.join(each)}")


def take_any_length(connection: Connection) -> None:
    """Let a text be as long as SQLite lets it be: what is kept in one is kept in the other."""
    quoted = connection.dialect.identifier_preparer
    for table in connection.execute(_BOUNDED).all():
        each = (f"ALTER COLUMN {quoted.quote(name)} TYPE varchar" for name in table.columns)
        connection.exec_driver_sql(f"ALTER TABLE {quoted.quote(table.name)} {', '.join(each)}")


def renumber(connection: Connection, table: Table) -> None:
    """Let the numbers that the server gives go on after those a table holds."""
    for column in table.primary_key:
        sequence = connection.scalar(_SEQUENCE, {"table": table.name, "column": column.name})
        if sequence is not None:
            last = connection.scalar(select(func.max(column)))
            connection.execute(_GO_ON, {"sequence": sequence, "last": last or 1, "used": last is not None})


def server_facts(connection: Connection) -> dict[str, str]:
    """What the server is, and the settings that decide whether what it says it keeps is kept."""
    names = ("server_version", "fsync", "full_page_writes", "data_checksums", "server_encoding")
    return {name: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()) for name in names}


def _engine(address: str, schema: str) -> Engine:
    url = make_url(address).set(drivername="postgresql+psycopg")
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=KEPT_CONNECTIONS,
        max_overflow=-1,
        pool_pre_ping=True,
        connect_args={"connect_timeout": CONNECT_SECONDS, "autocommit": False, "keepalives_idle": 30},
    )

    def prepare(connection: Any, _record: object) -> None:
        """Give a new connection its habits."""
        import_module("vitrail.ledger.driver").clean_texts(connection)
        with connection.cursor() as cursor:
            cursor.execute(f'SET search_path = "{schema}"')
            cursor.execute(_HABITS)
        connection.commit()

    def connect(dialect: Any, *how: Any) -> Any:
        """Connect, or tell why not, without the password."""
        try:
            return dialect.connect(*how[1], **how[2])
        except dialect.loaded_dbapi.OperationalError as error:
            raise _unreachable(address, error) from None

    def begin(connection: Connection) -> None:
        """Let a writer wait for its turn, before it has looked at anything."""
        turn = connection.get_execution_options().get("vitrail_writes")
        if turn is not None:
            hasty = "" if turn == Ledger.turn else "SET LOCAL synchronous_commit = off; "
            connection.exec_driver_sql(
                f"SET TRANSACTION ISOLATION LEVEL READ COMMITTED; {hasty}"
                f"SELECT pg_advisory_xact_lock({_number(f'turn {turn}')}, {_number(schema)})"
            )

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", prepare, insert=True)
    event.listen(engine, "begin", begin)
    return engine


def _number(name: str) -> int:
    """The number of a name among the advisory locks of the database: a whole number of 32 bits."""
    return zlib.crc32(name.encode()) - (1 << 31)


def _release(connection: Connection, numbers: dict[str, int]) -> None:
    """Let a lock go; with a connection that was lost it is gone already."""
    try:
        connection.execute(_UNLOCK, numbers)
    except OperationalError:
        connection.invalidate()


def _rewrite(connection: Connection, table: str) -> bool:
    """Write a table and its indexes anew; answers whether it could not be, or dead rows were carried over.

    A table that somebody still reads is not waited for long: whoever came after would wait behind.
    """
    driver = connection.connection.driver_connection
    quoted = connection.dialect.identifier_preparer.quote(table)
    with import_module("vitrail.ledger.driver").left_behind(driver) as behind:
        try:
            connection.exec_driver_sql(f"VACUUM (FULL, VERBOSE, ANALYZE) {quoted}")
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            return True
    return any(behind)


_NUMBERS = "CAST(:name AS int), CAST(:ledger AS int)"
_LOCK = text(f"SELECT pg_advisory_lock({_NUMBERS})")
_TRY = text(f"SELECT pg_try_advisory_lock({_NUMBERS})")
_UNLOCK = text(f"SELECT pg_advisory_unlock({_NUMBERS})")
_PROCESS = text("SELECT pg_backend_pid()")
_HELD = text("""
    SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted AND pid = :process
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid::bigint = CAST(:name AS bigint) & 4294967295
    AND objid::bigint = CAST(:ledger AS bigint) & 4294967295
""")
_PLANNER = text("""
    SELECT most_common_vals::text, histogram_bounds::text, most_common_elems::text
    FROM pg_stats WHERE schemaname = :schema
""")
_SAMPLED = text("""
    SELECT c.relname AS name, array_agg(a.attname::text) AS columns
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_type t ON t.oid = a.atttypid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped AND t.typcategory NOT IN ('N', 'B') AND coalesce(a.attstattarget, -1) <> 0
    GROUP BY c.relname
""")
_BOUNDED = text("""
    SELECT c.relname AS name, array_agg(a.attname::text) AS columns
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' AND a.attnum > 0
    AND NOT a.attisdropped AND a.atttypid = 'varchar'::regtype AND a.atttypmod > 0 AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_trigger'::regclass
        AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum
    )
    GROUP BY c.relname
""")
"""Not those that a guard compares: they hold keys of the catalogue, which are short."""

_SEQUENCE = text("SELECT pg_get_serial_sequence(quote_ident(:table), :column)")
_GO_ON = text("SELECT setval(CAST(:sequence AS regclass), :last, :used)")
_HABITS = """
    SELECT set_config('default_transaction_isolation', 'repeatable read', false),
    set_config('TimeZone', 'UTC', false);
    SELECT set_config('synchronous_commit', 'on', false)
    WHERE current_setting('synchronous_commit') IN ('off', 'local');
    SELECT set_config(name, '0', false) FROM pg_settings WHERE name IN ('statement_timeout', 'lock_timeout',
    'idle_session_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout');
    SELECT set_config(name, '30', false) FROM pg_settings WHERE name = 'tcp_keepalives_idle'
"""


def _unreachable(address: str, error: Exception) -> UserError:
    told = " ".join(str(error).split())[:300]
    place = shown_address(address)
    found = problem(
        "ledger_unreachable",
        path=VARIABLE,
        fr=f"Le registre est dans la base {place}, qui ne répond pas : {told}. Rien n’a été changé.",
        en=f"The ledger is in the database {place}, which does not answer: {told}. Nothing was changed.",
    )
    return LedgerUnreachable((found,))


def _lost() -> UserError:
    found = problem(
        "ledger_lost",
        fr="La liaison avec la base du registre s’est rompue en cours de route : rien n’a été changé. "
        "Recommencez.",
        en="The connection to the database of the ledger broke on the way: nothing was changed. Try again.",
    )
    return LedgerUnreachable((found,))


def _held_open(tables: list[str]) -> UserError:
    names = ", ".join(tables[:3])
    found = problem(
        "ledger_held",
        fr=f"Un autre programme regarde encore ce qui est effacé ({names}) : l’effacement reste en cours. "
        "Fermez sa transaction, puis faites : vitrail refresh",
        en=f"Another program still looks at what is erased ({names}): the erasure stays under way. "
        "End its transaction, then run: vitrail refresh",
    )
    return LedgerUnreachable((found,))
