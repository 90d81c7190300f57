"""How far the inbox was filed, how much of each source, and what was not as planned."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    String,
    Table,
    Text,
    and_,
    delete,
    func,
    insert,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.ledger.inbox import ONLY
from vitrail.ledger.manifest import Load

TRACKING: Literal["tracking"] = "tracking"
"""The kind of the loads that stand for what a source sent in one day."""

DAY_US = 86_400_000_000
MOST_WARNINGS = 10_000
"""Warnings kept apart; when a source finds ever new ones, the further ones are counted together."""

positions = Table(
    "filed_positions",
    schema.tables,
    Column("inbox", String(64), primary_key=True),
    Column("position", BigInteger, nullable=False),
)

warnings = Table(
    "plan_warnings",
    schema.tables,
    Column("source", String(64), primary_key=True),
    Column("event", Text, primary_key=True),
    Column("code", String(32), primary_key=True),
    Column("path", Text, primary_key=True),
    Column("messages", BigInteger, nullable=False),
    Column("first_us", BigInteger, nullable=False),
    Column("last_us", BigInteger, nullable=False),
)


class PlanWarning(msgspec.Struct, frozen=True):
    """What was taken from a source but is worth a look; how often, and since when."""

    source: str
    event: str
    code: str
    path: str
    messages: int
    first_us: int
    last_us: int


Warned = tuple[str, str, str, str]
"""The source, the event, the code and the path of a warning."""


class SourceCount(msgspec.Struct, frozen=True):
    """What a batch brought from one source: messages filed, known already, and set aside."""

    filed: int = 0
    known: int = 0
    set_aside: int = 0


def filed_position(connection: Connection, inbox: str = ONLY) -> int:
    """The position of the last request of an inbox whose messages are filed; 0 before the first."""
    query = select(positions.c.position).where(positions.c.inbox == inbox)
    return connection.scalar(query) or 0


def save_position(connection: Connection, position: int, *, inbox: str = ONLY) -> None:
    """Note how far an inbox is filed."""
    connection.execute(delete(positions).where(positions.c.inbox == inbox))
    connection.execute(insert(positions), {"inbox": inbox, "position": position})


def keep_one_inbox(connection: Connection, inbox: str) -> None:
    """Let a copy of the ledger know the one inbox that goes with it, as the one of its folder."""
    position = filed_position(connection, inbox)
    connection.execute(delete(positions))
    save_position(connection, position)


def loads_of_day(connection: Connection, now_us: int) -> dict[str, int]:
    """The number of the load that stands for what each source sent today (by UTC)."""
    loads = schema.loads
    today = now_us - now_us % DAY_US
    query = select(loads.c.name, loads.c.id).where(loads.c.kind == TRACKING, loads.c.received_at_us >= today)
    return {str(name): int(number) for name, number in connection.execute(query)}


def count_source(connection: Connection, load: int, *, source: str, count: SourceCount, now_us: int) -> None:
    """Add what a batch brought to the load of its source and day."""
    loads = schema.loads
    added = {
        "accepted": count.filed + count.known,
        "created": count.filed,
        "unchanged": count.known,
        "rejected": count.set_aside,
    }
    values = {name: loads.c[name] + number for name, number in added.items()}
    changed = connection.execute(
        update(loads).where(loads.c.id == load).values(received_at_us=now_us, **values)
    )
    if changed.rowcount == 0:
        new = Load(id=load, kind=TRACKING, name=source, source=source, received_at_us=now_us)
        connection.execute(insert(loads), msgspec.structs.asdict(new) | added)


def count_warnings(connection: Connection, found: Mapping[Warned, int], *, now_us: int) -> None:
    """Add to the counts of warnings."""
    room = MOST_WARNINGS - (connection.scalar(select(func.count()).select_from(warnings)) or 0)
    for warned, number in found.items():
        if _add(connection, warned, number=number, now_us=now_us):
            continue
        key = warned if room > 0 else (warned[0], "", "other_warnings", "")
        if room > 0 or not _add(connection, key, number=number, now_us=now_us):
            row = PlanWarning(*key, messages=number, first_us=now_us, last_us=now_us)
            connection.execute(insert(warnings), msgspec.structs.asdict(row))
            room -= 1


def plan_warnings(connection: Connection, *, source: str | None = None) -> tuple[PlanWarning, ...]:
    """The warnings, of one source or of all, the most frequent first."""
    query = select(warnings).order_by(warnings.c.messages.desc(), *warnings.primary_key.columns)
    if source is not None:
        query = query.where(warnings.c.source == source)
    return tuple(PlanWarning(*row) for row in connection.execute(query))


def forget_warnings(connection: Connection, source: str) -> None:
    """Begin to count the warnings of a source anew."""
    connection.execute(delete(warnings).where(warnings.c.source == source))


def _add(connection: Connection, warned: Warned, *, number: int, now_us: int) -> bool:
    same = and_(
        *(column == value for column, value in zip(warnings.primary_key.columns, warned, strict=True))
    )
    values = {"messages": warnings.c.messages + number, "last_us": now_us}
    return connection.execute(update(warnings).where(same).values(**values)).rowcount > 0
