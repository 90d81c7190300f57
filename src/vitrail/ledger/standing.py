"""What people asked for, in the ledger: objections, restrictions, and the tombstones of those erased.

Acts are only added. An erasure takes the content of a person's acts away and leaves their numbers.
Tombstones hold keyed hashes alone, under a key of this workspace.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator, Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.ledger.remembered import keep_text, text_of
from vitrail.model.standing import Act, KeptAct, Tombstone

acts = Table(
    "standing_acts",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("recorded_at_us", BigInteger, nullable=False),
    Column("profile", BigInteger, nullable=True),
    Column("right", String(16), nullable=True),
    Column("step", String(16), nullable=True),
    Column("at_us", BigInteger, nullable=True),
    Column("about", String(64), nullable=True),
    Column("by", Text, nullable=True),
    Column("why", Text, nullable=True),
    Column("proof", Text, nullable=True),
    Index("ix_standing_acts_profile", "profile"),
)

tombstones = Table(
    "tombstones",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("print", String(64), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("erasure", Integer, nullable=False),
    Column("lifted", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_tombstones_print", "print"),
)

SECRET = "tombstones"
AT_ONCE = 10_000
_CONTENT = tuple(acts.c[name] for name in Act.__struct_fields__)


def add_acts(connection: Connection, said: Sequence[Act], *, at_us: int) -> None:
    """Add acts at the end, in this order, within the caller's writing transaction."""
    number = connection.scalar(select(func.max(acts.c.number))) or 0
    rows = [
        msgspec.structs.asdict(act) | {"number": number + place, "recorded_at_us": at_us}
        for place, act in enumerate(said, start=1)
    ]
    if rows:
        connection.execute(insert(acts), rows)


def all_acts(
    connection: Connection, *, until_us: int | None = None, profiles: Sequence[int] | None = None
) -> Iterator[KeptAct]:
    """The acts that count at an instant, in the order they count; of some profiles, or of all."""
    query = select(acts).order_by(acts.c.at_us, acts.c.number)
    if until_us is not None:
        query = query.where(acts.c.at_us <= until_us)
    if profiles is not None:
        query = query.where(acts.c.profile.in_(profiles))
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
        yield KeptAct(row.number, row.recorded_at_us, _act(row))


def erase_acts(connection: Connection, profiles: Sequence[int]) -> int:
    """Take away what some profiles asked for, for their erasure; answers how many acts."""
    nothing = dict.fromkeys(Act.__struct_fields__)
    statement = update(acts).where(acts.c.profile.in_(profiles)).values(nothing)
    return connection.execute(statement).rowcount


def tombstone_key(connection: Connection) -> str | None:
    """The key of the hashes; None as long as nobody was erased."""
    return text_of(connection, SECRET)


def make_tombstone_key(connection: Connection) -> str:
    """The key of the hashes; made at the first call, within a writing transaction."""
    known = tombstone_key(connection)
    if known is not None:
        return known
    made = secrets.token_hex(32)
    connection.execute(insert(schema.settings), {"name": SECRET, "value": made})
    return made


def keep_tombstone_key(connection: Connection, key: str) -> None:
    """Go on with the key of another state of the workspace, in place of the one it has."""
    keep_text(connection, SECRET, text=key)


def print_of(kind: str, value: str, *, key: str) -> str:
    """The keyed hash (HMAC-SHA-256) of one identity, in its one form."""
    said = msgspec.json.encode((kind, value))
    return hmac.new(bytes.fromhex(key), said, hashlib.sha256).hexdigest()


def add_tombstones(connection: Connection, made: Sequence[Tombstone]) -> None:
    """Add tombstones, or their lifting, at the end; within the caller's writing transaction."""
    number = connection.scalar(select(func.max(tombstones.c.number))) or 0
    rows = [
        msgspec.structs.asdict(each) | {"number": number + place} for place, each in enumerate(made, start=1)
    ]
    if rows:
        connection.execute(insert(tombstones), rows)


def all_tombstones(connection: Connection) -> tuple[Tombstone, ...]:
    """Every tombstone and every lifting, oldest first."""
    columns = tuple(tombstones.c[name] for name in Tombstone.__struct_fields__)
    query = select(*columns).order_by(tombstones.c.number)
    return tuple(Tombstone(*row) for row in connection.execute(query))


def erased_prints(connection: Connection) -> frozenset[str]:
    """The hashes of the identities that may not come back now."""
    standing: dict[str, bool] = {}
    for each in all_tombstones(connection):
        standing[each.print] = not each.lifted
    return frozenset(mark for mark, stands in standing.items() if stands)


def _act(row: Row[tuple[object, ...]]) -> Act | None:
    if row.profile is None:
        return None
    return Act(**{column.name: getattr(row, column.name) for column in _CONTENT})
