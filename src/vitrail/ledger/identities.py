"""What people decided of identities: which claims do not count, which profiles are one; only added to."""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, Table, Text, insert, select

from vitrail.ledger import schema
from vitrail.model.identities import Decision, Ruling

decisions = Table(
    "identity_decisions",
    schema.tables,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at_us", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("undoes", Integer, nullable=True),
    Column("rulings", Text, nullable=False),
)


def all_decisions(connection: Connection) -> tuple[Decision, ...]:
    """Every decision, oldest first."""
    query = select(decisions).order_by(decisions.c.id)
    return tuple(
        Decision(row.id, row.at_us, row.who, row.why, row.undoes, _RULINGS.decode(row.rulings))
        for row in connection.execute(query)
    )


def save_decision(connection: Connection, decision: Decision) -> None:
    """Keep a decision, in the caller's transaction."""
    rulings = msgspec.json.encode(decision.rulings).decode()
    connection.execute(insert(decisions), msgspec.structs.asdict(decision) | {"rulings": rulings})


_RULINGS = msgspec.json.Decoder(tuple[Ruling, ...])
