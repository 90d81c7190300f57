"""Probable duplicates in the ledger: pairs that wait for a person, and what was decided, which stays.

A pair is written with the lower profile number first. `fingerprint` stands for the values that were
compared: a pair that was kept apart comes back only when they have changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Float,
    Index,
    Integer,
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

State = Literal["proposed", "merged", "apart"]
Verdict = Literal["merged", "apart"]

pairs = Table(
    "duplicate_pairs",
    schema.tables,
    Column("a", Integer, primary_key=True, autoincrement=False),
    Column("b", Integer, primary_key=True, autoincrement=False),
    Column("state", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Column("reasons", Text, nullable=False),
    Column("fingerprint", String(32), nullable=False),
    Column("proposed_at_us", BigInteger, nullable=False),
    Index("ix_duplicate_pairs_state", "state", "probability"),
)

verdicts = Table(
    "duplicate_verdicts",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("a", Integer, nullable=False),
    Column("b", Integer, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Column("fingerprint", String(32), nullable=False),
    Column("at_us", BigInteger, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
)


class Reason(msgspec.Struct, frozen=True):
    """What one part of two profiles says: its level of likeness, and what it weighs, in bits."""

    part: str
    level: int
    bits: float


class Pair(msgspec.Struct, frozen=True):
    """Two profiles that are one person with some probability, and what became of them."""

    a: int
    b: int
    state: State
    probability: float
    reasons: tuple[Reason, ...]
    fingerprint: str
    proposed_at_us: int


class Said(msgspec.Struct, frozen=True):
    """A verdict on a pair: by whom, when, why."""

    number: int
    a: int
    b: int
    verdict: Verdict
    probability: float
    fingerprint: str
    at_us: int
    by: str = ""
    why: str = ""


def all_pairs(connection: Connection, *, state: State | None = None) -> tuple[Pair, ...]:
    """The pairs in a state, or all of them, the most probable first."""
    query = select(pairs).order_by(pairs.c.probability.desc(), pairs.c.a, pairs.c.b)
    if state is not None:
        query = query.where(pairs.c.state == state)
    return tuple(_pair(row) for row in connection.execute(query).mappings())


def one_pair(connection: Connection, profiles: tuple[int, int]) -> Pair | None:
    """The pair of two profiles, in whichever order they are given."""
    query = select(pairs).where(pairs.c.a == min(profiles), pairs.c.b == max(profiles))
    row = connection.execute(query).mappings().first()
    return None if row is None else _pair(row)


def all_verdicts(connection: Connection) -> tuple[Said, ...]:
    """Every verdict, oldest first."""
    return tuple(Said(*row) for row in connection.execute(select(verdicts).order_by(verdicts.c.number)))


def renew_pairs(connection: Connection, found: Sequence[Pair]) -> None:
    """Let these pairs wait instead of those that did; what was decided stays."""
    connection.execute(delete(pairs).where(pairs.c.state == "proposed"))
    for pair in found:
        connection.execute(delete(pairs).where(pairs.c.a == pair.a, pairs.c.b == pair.b))
    rows = [
        {name: getattr(each, name) for name in Pair.__struct_fields__} | {"reasons": _written(each.reasons)}
        for each in found
    ]
    if rows:
        connection.execute(insert(pairs), rows)


def said_of(pair: Pair, verdict: Verdict, *, at_us: int, by: str, why: str) -> Said:
    """A verdict on a pair, which is given its number when it is kept."""
    return Said(0, pair.a, pair.b, verdict, pair.probability, pair.fingerprint, at_us, by, why)


def save_verdict(connection: Connection, said: Said) -> Said:
    """Keep a verdict, and let the pair be what it says."""
    number = (connection.scalar(select(func.max(verdicts.c.number))) or 0) + 1
    said = msgspec.structs.replace(said, number=number)
    connection.execute(insert(verdicts), msgspec.structs.asdict(said))
    change = update(pairs).where(pairs.c.a == said.a, pairs.c.b == said.b).values(state=said.verdict)
    connection.execute(change)
    return said


def _pair(row: object) -> Pair:
    fields = dict(row)  # type: ignore[call-overload]
    reasons = msgspec.json.decode(fields.pop("reasons"), type=tuple[Reason, ...])
    return Pair(reasons=reasons, **fields)


def _written(reasons: tuple[Reason, ...]) -> str:
    return msgspec.json.encode(reasons).decode()
