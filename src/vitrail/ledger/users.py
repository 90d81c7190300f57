"""Those who work with Vitrail: their accounts, the links that open one, their recovery codes."""

from __future__ import annotations

import msgspec
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.model.access import Role

users = Table(
    "users",
    schema.tables,
    Column("id", String(32), primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    Column("password", Text, nullable=False),
    Column("created_at_us", BigInteger, nullable=False),
    Column("disabled_at_us", BigInteger, nullable=True),
    Column("has_totp", Boolean, nullable=False),
    Column("totp_step", BigInteger, nullable=False),
)

links = Table(
    "account_links",
    schema.tables,
    Column("hash", LargeBinary, primary_key=True),
    Column("user", String(32), nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Index("ix_account_links_user", "user"),
)

codes = Table(
    "recovery_codes",
    schema.tables,
    Column("user", String(32), primary_key=True),
    Column("hash", LargeBinary, primary_key=True),
)


class User(msgspec.Struct, frozen=True):
    """One who works with Vitrail. `email` is lower case; `password` is a hash, empty before the first one.

    `has_totp`: a second factor is asked, whose secret is among the sealed ones; `totp_step` is the last step
    it was used at.
    """

    id: str
    email: str
    name: str
    role: Role
    language: str
    password: str
    created_at_us: int
    disabled_at_us: int | None = None
    has_totp: bool = False
    totp_step: int = 0

    @property
    def is_disabled(self) -> bool:
        """Whether the account opens nothing any more."""
        return self.disabled_at_us is not None


def add_user(connection: Connection, user: User) -> None:
    """Keep a new account; its e-mail must be free."""
    connection.execute(insert(users), msgspec.structs.asdict(user))


def all_users(connection: Connection) -> tuple[User, ...]:
    """Every account, by e-mail."""
    return tuple(User(*row) for row in connection.execute(select(users).order_by(users.c.email)))


def user_with_id(connection: Connection, identity: str) -> User | None:
    """The account with this id."""
    row = connection.execute(select(users).where(users.c.id == identity)).first()
    return None if row is None else User(*row)


def user_with_email(connection: Connection, email: str) -> User | None:
    """The account with this e-mail, in lower case."""
    row = connection.execute(select(users).where(users.c.email == email)).first()
    return None if row is None else User(*row)


def save_user(connection: Connection, user: User) -> None:
    """Keep an account as it has become."""
    connection.execute(update(users).where(users.c.id == user.id).values(msgspec.structs.asdict(user)))


def take_step(connection: Connection, user: str, *, step: int) -> bool:
    """Note that a step of the second factor was used; false when it, or a later one, had been."""
    statement = update(users).where(users.c.id == user, users.c.totp_step < step).values(totp_step=step)
    return connection.execute(statement).rowcount == 1


def owners(connection: Connection) -> int:
    """How many owners can sign in, or could with their link."""
    query = select(func.count()).where(users.c.role == "owner", users.c.disabled_at_us.is_(None))
    return connection.scalar(query) or 0


def has_owner(connection: Connection) -> bool:
    """Whether somebody has taken the workspace in charge: an owner with a password."""
    query = select(users.c.id).where(users.c.role == "owner", users.c.password != "").limit(1)
    return connection.execute(query).first() is not None


# --- links --------------------------------------------------------------------------------------


def keep_link(connection: Connection, hashed: bytes, *, user: str, until_us: int) -> None:
    """Let a link open an account once, until then; those the account had before open nothing."""
    connection.execute(delete(links).where(links.c.user == user))
    connection.execute(insert(links), {"hash": hashed, "user": user, "until_us": until_us})


def link_target(connection: Connection, hashed: bytes, *, now_us: int) -> str | None:
    """Whose account a link opens, empty for that of the first owner; None when it opens nothing."""
    query = select(links.c.user).where(links.c.hash == hashed, links.c.until_us > now_us)
    return connection.scalar(query)


def use_link(connection: Connection, hashed: bytes) -> bool:
    """Use a link up; false when somebody else just did."""
    return connection.execute(delete(links).where(links.c.hash == hashed)).rowcount == 1


def drop_links(connection: Connection, user: str) -> None:
    """Make every link of an account open nothing."""
    connection.execute(delete(links).where(links.c.user == user))


# --- recovery codes -----------------------------------------------------------------------------


def keep_codes(connection: Connection, user: str, *, hashes: list[bytes]) -> None:
    """Give an account these recovery codes and no others."""
    connection.execute(delete(codes).where(codes.c.user == user))
    if hashes:
        connection.execute(insert(codes), [{"user": user, "hash": each} for each in hashes])


def use_code(connection: Connection, user: str, *, hashed: bytes) -> bool:
    """Use a recovery code up; false when the account does not have it."""
    statement = delete(codes).where(codes.c.user == user, codes.c.hash == hashed)
    return connection.execute(statement).rowcount == 1


def codes_left(connection: Connection, user: str) -> int:
    """How many recovery codes an account has left."""
    return connection.scalar(select(func.count()).where(codes.c.user == user)) or 0
