"""What shows, once somebody is erased, that they had agreed or refused: keyed hashes, dates, no name.

The hash is the one of the suppression list (HMAC-SHA-256 under its key): who comes with an address can be
told what was said under it, and nothing tells the address. Each entry goes when its period ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    insert,
    select,
)

from vitrail.ledger import schema

About = Literal["consent", "objection"]

proofs = Table(
    "proofs",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("print", String(64), nullable=False),
    Column("about", String(16), nullable=False),
    Column("purpose", String(64), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("wording", Text, nullable=False),
    Column("method", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("erasure", Integer, nullable=False),
    Column("until_us", BigInteger, nullable=False),
    Index("ix_proofs_print", "print"),
    Index("ix_proofs_until_us", "until_us"),
)

AT_ONCE = 10_000


class Proof(msgspec.Struct, frozen=True):
    """One thing somebody who is erased had said: of which purpose and channel, what, when, of which wording.

    `state` is that of a consent, or `raised` for an objection. `position` is the entry of the ledger of
    consents whose seal stays there (0 for an objection). It is kept until `until_us`.
    """

    print: str
    about: About
    purpose: str
    channel: str
    state: str
    at_us: int
    until_us: int
    wording: str = ""
    method: str = ""
    position: int = 0
    erasure: int = 0


def add_proofs(connection: Connection, made: Iterable[Proof]) -> None:
    """Add proofs at the end, within the caller's writing transaction."""
    number = connection.scalar(select(func.max(proofs.c.number))) or 0
    coming = iter(made)
    while some := list(islice(coming, AT_ONCE)):
        rows = [msgspec.structs.asdict(each) | {"number": number + n} for n, each in enumerate(some, 1)]
        connection.execute(insert(proofs), rows)
        number += len(some)


def proofs_under(connection: Connection, prints: Sequence[str]) -> tuple[Proof, ...]:
    """What was said under some hashes, oldest first."""
    query = _select().where(proofs.c.print.in_(prints)).order_by(proofs.c.at_us, proofs.c.number)
    return tuple(Proof(*row) for row in connection.execute(query))


def refusing_proofs(connection: Connection) -> Iterator[Proof]:
    """What erased people refused, withdrew, or opposed."""
    query = _select().where(proofs.c.state != "granted").execution_options(yield_per=AT_ONCE)
    yield from (Proof(*row) for row in connection.execute(query))


def count_past(connection: Connection, *, at_us: int) -> int:
    """How many proofs are past their period."""
    found = connection.scalar(select(func.count()).select_from(proofs).where(proofs.c.until_us <= at_us))
    return found or 0


def drop_past(connection: Connection, *, at_us: int) -> int:
    """Let the proofs go that are past their period; answers how many."""
    return connection.execute(delete(proofs).where(proofs.c.until_us <= at_us)).rowcount


def _select() -> Select[Any]:
    return select(*(proofs.c[name] for name in Proof.__struct_fields__))
