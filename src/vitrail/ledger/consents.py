"""The ledger of consents: entries are only ever added, each sealed to the one before it.

The seal of an entry is `SHA-256(seal before + SHA-256(salt + content))`. Whoever changes, removes or
reorders an entry breaks every seal after it. Erasing a person takes the content and the salt of their
entries away and leaves the seals, which then tell nothing and still hold the chain together.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
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
from vitrail.ledger.remembered import document_of
from vitrail.model.consents import Consent, Entry

consents = Table(
    "consents",
    schema.tables,
    Column("position", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("recorded_at_us", BigInteger, nullable=False),
    Column("profile", BigInteger, nullable=True),
    Column("purpose", String(64), nullable=True),
    Column("channel", String(64), nullable=True),
    Column("state", String(16), nullable=True),
    Column("at_us", BigInteger, nullable=True),
    Column("details", Text, nullable=True),
    Column("salt", LargeBinary, nullable=True),
    Column("content", LargeBinary, nullable=False),
    Column("chain", LargeBinary, nullable=False),
    Index("ix_consents_profile", "profile"),
)

START = b"\x00" * 32
SALT_BYTES = 16
AT_ONCE = 10_000
HEAD = "consents_head"


class Details(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is kept of a consent beside the columns that are asked."""

    wording: str = ""
    place: str = ""
    method: str = ""
    proof: str = ""
    source: str = ""


class Broken(msgspec.Struct, frozen=True):
    """The first entry that does not fit the chain, and what is wrong with it."""

    position: int
    reason: str


class Head(msgspec.Struct, frozen=True):
    """The end of the chain: how many entries there are, and the last seal, in hexadecimal."""

    entries: int
    seal: str


def append(connection: Connection, said: Iterable[Consent], *, at_us: int) -> None:
    """Add entries at the end, in this order, within the caller's writing transaction.

    They are taken and written in slices: any number of them may come. The end of the chain is noted
    outside the table, so that cutting the last entries off is seen.
    """
    position, chain = _end(connection)
    coming = iter(said)
    while some := list(islice(coming, AT_ONCE)):
        rows = []
        for consent in some:
            salt = secrets.token_bytes(SALT_BYTES)
            content = _content(consent, at_us, salt=salt)
            position, chain = position + 1, _sealed(chain, content)
            sealed = {"salt": salt, "content": content, "chain": chain, "recorded_at_us": at_us}
            rows.append(_row(consent, position) | sealed)
        connection.execute(insert(consents), rows)
    _note(connection, Head(position, chain.hex()))


def head(connection: Connection) -> Head:
    """The end of the chain as the table has it."""
    position, chain = _end(connection)
    return Head(position, chain.hex())


def noted_head(connection: Connection) -> Head | None:
    """The end of the chain as it was noted outside the table; None before it ever was."""
    return document_of(connection, HEAD, kind=Head)


def _note(connection: Connection, found: Head) -> None:
    table, value = schema.settings, msgspec.json.encode(found).decode()
    changed = connection.execute(update(table).where(table.c.name == HEAD).values(value=value))
    if not changed.rowcount:
        connection.execute(insert(table), {"name": HEAD, "value": value})


def entries(connection: Connection, *, profiles: Sequence[int] | None = None) -> Iterator[Entry]:
    """The entries in their order; of some profiles, or of all."""
    query = select(consents).order_by(consents.c.position)
    if profiles is not None:
        query = query.where(consents.c.profile.in_(profiles))
    for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
        yield Entry(row.position, row.recorded_at_us, row.chain, _consent(row))


class Looked(msgspec.Struct, frozen=True):
    """Which entries are looked at: of a purpose, on a channel, saying so, before a position; else all."""

    purpose: str = ""
    channel: str | None = None
    state: str = ""
    before: int | None = None


def newest(connection: Connection, looked: Looked, *, limit: int) -> tuple[Entry, ...]:
    """The last entries that say something, the newest first; those of people who were erased are left out."""
    query = select(consents).where(consents.c.profile.is_not(None))
    if looked.purpose:
        query = query.where(consents.c.purpose == looked.purpose)
    if looked.channel is not None:
        query = query.where(consents.c.channel == looked.channel)
    if looked.state:
        query = query.where(consents.c.state == looked.state)
    if looked.before is not None:
        query = query.where(consents.c.position < looked.before)
    rows = connection.execute(query.order_by(consents.c.position.desc()).limit(limit))
    return tuple(Entry(row.position, row.recorded_at_us, row.chain, _consent(row)) for row in rows)


class Shown(msgspec.Struct, frozen=True):
    """The version of the text that was shown with one answer."""

    purpose: str
    state: str
    at_us: int
    wording: str


def shown_texts(connection: Connection, *, limit: int) -> Iterator[Shown]:
    """The texts shown with the last answers, where they say which."""
    names = (consents.c.purpose, consents.c.state, consents.c.at_us, consents.c.details)
    query = select(*names).where(consents.c.profile.is_not(None)).order_by(consents.c.position.desc())
    for purpose, state, at_us, details in connection.execute(query.limit(limit)):
        if wording := msgspec.json.decode(details, type=_Texts).wording:
            yield Shown(purpose, state, at_us, wording)


class _Texts(msgspec.Struct, frozen=True):
    wording: str = ""


def last_states(connection: Connection) -> tuple[tuple[str, str, str, int], ...]:
    """How many profiles last said what: purpose, channel (empty for all), state, number of profiles."""
    said = (consents.c.profile, consents.c.purpose, consents.c.channel)
    latest = func.row_number().over(
        partition_by=said, order_by=(consents.c.at_us.desc(), consents.c.position.desc())
    )
    numbered = (
        select(consents.c.purpose, consents.c.channel, consents.c.state, latest.label("place"))
        .where(consents.c.state.is_not(None))
        .subquery()
    )
    told = (numbered.c.purpose, numbered.c.channel, numbered.c.state)
    query = select(*told, func.count()).where(numbered.c.place == 1).group_by(*told).order_by(*told)
    return tuple((row[0] or "", row[1] or "", row[2], row[3]) for row in connection.execute(query))


def verify(connection: Connection) -> Broken | None:
    """Check every seal, and that the last entries are there; None when the chain is whole."""
    chain, noted, position = START, noted_head(connection), 0
    query = select(consents).order_by(consents.c.position).execution_options(yield_per=AT_ONCE)
    for position, row in enumerate(connection.execute(query), start=1):
        if row.position != position:
            return Broken(position, "missing")
        consent = _consent(row)
        if consent is not None and _content(consent, row.recorded_at_us, salt=row.salt) != row.content:
            return Broken(position, "changed")
        chain = _sealed(chain, row.content)
        if chain != row.chain:
            return Broken(position, "out_of_chain")
        if noted is not None and position == noted.entries and chain.hex() != noted.seal:
            return Broken(position, "out_of_chain")
    if noted is not None and position < noted.entries:
        return Broken(position + 1, "cut")
    return None


def erase(connection: Connection, profiles: Sequence[int]) -> int:
    """Take away what some profiles said, for their erasure (article 17); answers how many entries."""
    nothing = dict.fromkeys(("profile", "purpose", "channel", "state", "at_us", "details", "salt"))
    statement = update(consents).where(consents.c.profile.in_(profiles)).values(nothing)
    return connection.execute(statement).rowcount


def _end(connection: Connection) -> tuple[int, bytes]:
    query = select(consents.c.position, consents.c.chain).order_by(consents.c.position.desc()).limit(1)
    last = connection.execute(query).first()
    return (0, START) if last is None else (last[0], last[1])


def _content(consent: Consent, recorded_at_us: int, *, salt: bytes) -> bytes:
    told = msgspec.json.encode((recorded_at_us, *msgspec.structs.astuple(consent)))
    return hashlib.sha256(salt + told).digest()


def _sealed(before: bytes, content: bytes) -> bytes:
    return hashlib.sha256(before + content).digest()


def _row(consent: Consent, position: int) -> dict[str, object]:
    details = Details(consent.wording, consent.place, consent.method, consent.proof, consent.source)
    return {
        "position": position,
        "profile": consent.profile,
        "purpose": consent.purpose,
        "channel": consent.channel,
        "state": consent.state,
        "at_us": consent.at_us,
        "details": msgspec.json.encode(details).decode(),
    }


def _consent(row: Row[tuple[object, ...]]) -> Consent | None:
    if row.profile is None:
        return None
    details = msgspec.json.decode(row.details, type=Details)
    return Consent(
        profile=row.profile,
        purpose=row.purpose,
        state=row.state,
        at_us=row.at_us,
        channel=row.channel,
        **msgspec.structs.asdict(details),
    )
