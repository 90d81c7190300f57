"""What the programs that serve one workspace know together, and may forget: who guesses, who asks often, what
counts were shown.

It lies beside the ledger, in a file that is never waited for to be on disk, or in tables of the same schema;
those who write take turns of their own, so that nobody waits for a load. Losing it opens no door: the
limits begin anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    delete,
    func,
    insert,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from vitrail.ledger.database import Ledger, sqlite_engine
from vitrail.ledger.postgres import LedgerUnreachable, PostgresLedger, hide_from_planner

FILE = "shared.sqlite"
QUICK = ("journal_mode=WAL", "synchronous=OFF", "busy_timeout=5000", "secure_delete=ON")

UNANSWERED = (DBAPIError, LedgerUnreachable)
"""What is raised where it cannot be read or written."""

tables = MetaData()
"""No migration: a program of another shape gives its tables other names."""

attempts = Table(
    "shared_attempts",
    tables,
    Column("name", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("until", Float, nullable=False),
    Column("last", Float, nullable=False, index=True),
)

buckets = Table(
    "shared_buckets",
    tables,
    Column("name", String(64), primary_key=True),
    Column("left", Float, nullable=False),
    Column("at", Float, nullable=False, index=True),
)

shown = Table(
    "shared_shown",
    tables,
    Column("number", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("k", Integer, nullable=False),
    Column("people", LargeBinary, nullable=False),
)


class Failures(msgspec.Struct, frozen=True):
    """How often a name failed, until when it waits, and when it last failed; in seconds."""

    count: int
    until: float
    last: float


def open_shared(ledger: Ledger, root: Path) -> Ledger:
    """What is shared beside a ledger, made when it is missing; it is closed by who opened it."""
    if isinstance(ledger, PostgresLedger):
        beside: Ledger = ledger.beside("shared")
    else:
        beside = Ledger(sqlite_engine(root / FILE, pool=QueuePool, habits=QUICK))
    with beside.writing() as connection:
        tables.create_all(connection)
        if connection.dialect.name == "postgresql":
            hide_from_planner(connection)
    return beside


def failures_of(connection: Connection, names: Sequence[str]) -> dict[str, Failures]:
    """The failures that are remembered of some names."""
    found = connection.execute(select(attempts).where(attempts.c.name.in_(names)))
    return {name: Failures(count, until, last) for name, count, until, last in found}


def save_failures(connection: Connection, found: Mapping[str, Failures | None]) -> None:
    """Remember the failures of some names, or none any more."""
    connection.execute(delete(attempts).where(attempts.c.name.in_(found)))
    kept = [{"name": name} | msgspec.structs.asdict(each) for name, each in found.items() if each]
    if kept:
        connection.execute(insert(attempts), kept)


def forget_failures(connection: Connection, *, before: float, most: int) -> None:
    """Forget those who failed last before an instant, and of too many those who failed longest ago."""
    connection.execute(delete(attempts).where(attempts.c.last < before))
    over = select(attempts.c.last).order_by(attempts.c.last.desc()).offset(most).limit(1)
    if (last := connection.scalar(over)) is not None:
        connection.execute(delete(attempts).where(attempts.c.last <= last))


def bucket_of(connection: Connection, name: str) -> tuple[float, float] | None:
    """What was left in a bucket, and when; None for one that nobody took from."""
    row = connection.execute(select(buckets.c.left, buckets.c.at).where(buckets.c.name == name)).first()
    return None if row is None else (row[0], row[1])


def save_bucket(connection: Connection, name: str, *, left: float, at: float) -> None:
    """Note what is left in a bucket."""
    connection.execute(delete(buckets).where(buckets.c.name == name))
    connection.execute(insert(buckets), {"name": name, "left": left, "at": at})


def forget_buckets(connection: Connection, *, before: float) -> None:
    """Forget the buckets nobody took from since an instant: they are full again."""
    connection.execute(delete(buckets).where(buckets.c.at < before))


def shown_after(connection: Connection, number: int, *, k: int) -> tuple[tuple[int, bytes], ...]:
    """The sets whose counts were shown after one of them, in this order."""
    query = select(shown.c.number, shown.c.people).where(shown.c.number > number, shown.c.k == k)
    return tuple((found, people) for found, people in connection.execute(query.order_by(shown.c.number)))


def add_shown(connection: Connection, people: bytes, *, k: int) -> int:
    """Remember one more set whose count is shown; answers its number."""
    number = int(connection.scalar(select(func.max(shown.c.number))) or 0) + 1
    connection.execute(insert(shown), {"number": number, "k": k, "people": people})
    return number


def forget_shown(connection: Connection, *, before: int, k: int) -> None:
    """Forget the sets that were shown before one of them; the last of all keeps the numbers going."""
    connection.execute(delete(shown).where(shown.c.number < before, shown.c.k == k))
