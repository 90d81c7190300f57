"""Sessions of those who are signed in, of which only a hash is kept, and API keys, likewise."""

from __future__ import annotations

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Table,
    Text,
    delete,
    insert,
    or_,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.model.access import Permission

sessions = Table(
    "sessions",
    schema.tables,
    Column("hash", LargeBinary, primary_key=True),
    Column("user", String(32), nullable=False),
    Column("began_at_us", BigInteger, nullable=False),
    Column("seen_at_us", BigInteger, nullable=False),
    Column("is_whole", Boolean, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", Text, nullable=False),
    Index("ix_sessions_user", "user"),
)

keys = Table(
    "api_keys",
    schema.tables,
    Column("id", String(16), primary_key=True),
    Column("hash", LargeBinary, nullable=False),
    Column("name", Text, nullable=False),
    Column("user", String(32), nullable=False),
    Column("permissions", Text, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("until_us", BigInteger, nullable=True),
    Column("used_at_us", BigInteger, nullable=True),
    Index("ix_api_keys_user", "user"),
)


class Session(msgspec.Struct, frozen=True):
    """A browser in which somebody is signed in; not `is_whole` while the second factor is awaited."""

    hash: bytes
    user: str
    began_at_us: int
    seen_at_us: int
    is_whole: bool
    address: str
    agent: str

    @property
    def id(self) -> str:
        """What a session is called where it is listed; it opens nothing."""
        return self.hash[:8].hex()


class ApiKey(msgspec.Struct, frozen=True):
    """What lets a program in: which permissions, in whose name, until when."""

    id: str
    hash: bytes
    name: str
    user: str
    permissions: frozenset[Permission]
    created_at_us: int
    until_us: int | None = None
    used_at_us: int | None = None


def keep_session(connection: Connection, session: Session) -> None:
    """Keep a session that begins."""
    connection.execute(insert(sessions), msgspec.structs.asdict(session))


def find_session(connection: Connection, hashed: bytes) -> Session | None:
    """The session with this hash."""
    row = connection.execute(select(sessions).where(sessions.c.hash == hashed)).first()
    return None if row is None else Session(*row)


def sessions_of(connection: Connection, user: str) -> tuple[Session, ...]:
    """The sessions of an account, the last one seen first."""
    query = select(sessions).where(sessions.c.user == user).order_by(sessions.c.seen_at_us.desc())
    return tuple(Session(*row) for row in connection.execute(query))


def note_seen(connection: Connection, hashed: bytes, *, at_us: int) -> None:
    """Note that a session was used."""
    connection.execute(update(sessions).where(sessions.c.hash == hashed).values(seen_at_us=at_us))


def end_session(connection: Connection, hashed: bytes) -> None:
    """End one session."""
    connection.execute(delete(sessions).where(sessions.c.hash == hashed))


def end_sessions(connection: Connection, user: str) -> int:
    """End every session of an account; answers how many there were."""
    return connection.execute(delete(sessions).where(sessions.c.user == user)).rowcount


def drop_stale(connection: Connection, *, began_before_us: int, seen_before_us: int) -> None:
    """Forget the sessions that ended by their age, or by not being used."""
    stale = or_(sessions.c.began_at_us < began_before_us, sessions.c.seen_at_us < seen_before_us)
    connection.execute(delete(sessions).where(stale))


# --- API keys -----------------------------------------------------------------------------------


def keep_key(connection: Connection, key: ApiKey) -> None:
    """Keep a new key."""
    row = msgspec.structs.asdict(key) | {"permissions": " ".join(sorted(key.permissions))}
    connection.execute(insert(keys), row)


def find_key(connection: Connection, identity: str) -> ApiKey | None:
    """The key with this id."""
    row = connection.execute(select(keys).where(keys.c.id == identity)).first()
    return None if row is None else _key(row)


def all_keys(connection: Connection) -> tuple[ApiKey, ...]:
    """Every key, the newest first."""
    query = select(keys).order_by(keys.c.created_at_us.desc(), keys.c.id)
    return tuple(_key(row) for row in connection.execute(query))


def note_used(connection: Connection, identity: str, *, at_us: int) -> None:
    """Note that a key was used."""
    connection.execute(update(keys).where(keys.c.id == identity).values(used_at_us=at_us))


def drop_key(connection: Connection, identity: str) -> bool:
    """Let a key open nothing any more; false when there is none with this id."""
    return connection.execute(delete(keys).where(keys.c.id == identity)).rowcount == 1


def _key(row: Row[tuple[object, ...]]) -> ApiKey:
    told = dict(row._mapping)
    return ApiKey(**told | {"permissions": frozenset(told["permissions"].split())})
