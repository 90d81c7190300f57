"""Erasures in the ledger: whom by number, how far each has come, and what was found when it was over.

A number tells nothing once its profile is erased. What tells of the person waits in a file of its own, which
is deleted at the end.
"""

from __future__ import annotations

import msgspec
from sqlalchemy import BigInteger, Column, Connection, Integer, Row, Table, Text, func, insert, select, update

from vitrail.ledger import schema

erasures = Table(
    "erasures",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("begun_at_us", BigInteger, nullable=False),
    Column("finished_at_us", BigInteger, nullable=True),
    Column("profiles", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("steps", Text, nullable=False),
    Column("found", Integer, nullable=True),
)


class Erasure(msgspec.Struct, frozen=True):
    """One erasure: of which profiles, by whom, why; its steps that are done, with what each took away.

    `found` is how many traces the search at its end found: 0 is what is promised.
    """

    number: int
    begun_at_us: int
    profiles: tuple[int, ...]
    by: str = ""
    why: str = ""
    steps: dict[str, int] = {}
    finished_at_us: int | None = None
    found: int | None = None


def next_erasure(connection: Connection) -> int:
    """The number the next erasure will have."""
    return (connection.scalar(select(func.max(erasures.c.number))) or 0) + 1


def save_erasure(connection: Connection, erasure: Erasure) -> None:
    """Keep an erasure, or how far it has come."""
    values = msgspec.structs.asdict(erasure)
    values["profiles"] = msgspec.json.encode(erasure.profiles).decode()
    values["steps"] = msgspec.json.encode(erasure.steps).decode()
    same = update(erasures).where(erasures.c.number == erasure.number).values(values)
    if connection.execute(same).rowcount == 0:
        connection.execute(insert(erasures), values)


def all_erasures(connection: Connection, *, pending: bool = False) -> tuple[Erasure, ...]:
    """Every erasure, oldest first; or those that are not finished."""
    query = select(erasures).order_by(erasures.c.number)
    if pending:
        query = query.where(erasures.c.finished_at_us.is_(None))
    return tuple(_erasure(row) for row in connection.execute(query))


def _erasure(row: Row[tuple[object, ...]]) -> Erasure:
    profiles = msgspec.json.decode(str(row.profiles), type=tuple[int, ...])
    steps = msgspec.json.decode(str(row.steps), type=dict[str, int])
    told = {name: getattr(row, name) for name in Erasure.__struct_fields__}
    return Erasure(**told | {"profiles": profiles, "steps": steps})
