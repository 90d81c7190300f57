"""The register of requests of people: received, extended, answered or refused, by number."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    String,
    Table,
    Text,
    func,
    insert,
    select,
    update,
)

from vitrail.ledger import schema
from vitrail.model.requests import RightsRequest

requests = Table(
    "rights_requests",
    schema.tables,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("right", String(16), nullable=False),
    Column("received_at_us", BigInteger, nullable=False),
    Column("profile", BigInteger, nullable=True),
    Column("how", Text, nullable=False),
    Column("noted_by", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("extended_at_us", BigInteger, nullable=True),
    Column("extended_why", Text, nullable=False),
    Column("closed_at_us", BigInteger, nullable=True),
    Column("closed_by", String(64), nullable=False),
    Column("why", Text, nullable=False),
    Index("ix_rights_requests_profile", "profile"),
)
_COLUMNS = tuple(requests.c[name] for name in RightsRequest.__struct_fields__)


def next_request(connection: Connection) -> int:
    """The number the next request will have."""
    return (connection.scalar(select(func.max(requests.c.number))) or 0) + 1


def add_request(connection: Connection, request: RightsRequest) -> None:
    """Keep a new request."""
    connection.execute(insert(requests), msgspec.structs.asdict(request))


def save_request(connection: Connection, request: RightsRequest) -> None:
    """Keep a request as it has become."""
    values = msgspec.structs.asdict(request)
    connection.execute(update(requests).where(requests.c.number == request.number).values(values))


def all_requests(
    connection: Connection, *, profiles: Sequence[int] | None = None
) -> tuple[RightsRequest, ...]:
    """Every request, or those of some profiles, in the order they were noted."""
    query = select(*_COLUMNS).order_by(requests.c.number)
    if profiles is not None:
        query = query.where(requests.c.profile.in_(profiles))
    names = RightsRequest.__struct_fields__
    return tuple(RightsRequest(**dict(zip(names, row, strict=True))) for row in connection.execute(query))


def erase_requests(connection: Connection, profiles: Sequence[int], *, at_us: int) -> int:
    """Take away what requests of some profiles tell of them; those still open are answered by that.

    That something was asked for, when and what became of it stays: it is what shows that the law was kept.
    """
    theirs = requests.c.profile.in_(profiles)
    answered = {"state": "answered", "closed_at_us": at_us, "closed_by": "erasure"}
    connection.execute(update(requests).where(theirs, requests.c.state == "open").values(answered))
    nothing = {"profile": None, "how": "", "extended_why": "", "why": ""}
    return connection.execute(update(requests).where(theirs).values(nothing)).rowcount
