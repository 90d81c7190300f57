"""Sources that pull: their definitions version by version, how far each was read, and how it went."""

from __future__ import annotations

from typing import Literal

import msgspec
from sqlalchemy import (
    BigInteger,
    Column,
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
)

from vitrail.ledger.database import Transaction
from vitrail.ledger.schema import tables

Outcome = Literal["done", "partial", "stopped", "failed", "busy"]
"""How a pull ended: well, with files that failed, when told to, badly, or at once since another one ran."""

PAUSED_US = 250_000_000_000_000_000
"""When a paused source would be due: in some eight thousand years."""

sources = Table(
    "pulled_sources",
    tables,
    Column("key", String(64), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("applied_at_us", BigInteger, nullable=False),
    Column("document", Text, nullable=False),
)

source_progress = Table(
    "source_progress",
    tables,
    Column("source", String(64), primary_key=True),
    Column("state", Text, nullable=False),
    Column("succeeded_at_us", BigInteger, nullable=True),
    Column("tried_at_us", BigInteger, nullable=True),
    Column("next_at_us", BigInteger, nullable=True),
    Column("failures", Integer, nullable=False),
    Column("problems", Text, nullable=False),
)

source_files = Table(
    "source_files",
    tables,
    Column("source", String(64), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("stamp", Text, nullable=False),
    Column("hash", String(64), nullable=False),
    Column("load", Integer, nullable=True),
    Column("at_us", BigInteger, nullable=False),
    Column("problems", Text, nullable=False),
)

pulls = Table(
    "pulls",
    tables,
    Column("id", Integer, primary_key=True),
    Column("source", String(64), nullable=False),
    Column("started_at_us", BigInteger, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("accepted", BigInteger, nullable=False),
    Column("rejected", BigInteger, nullable=False),
    Column("problems", Text, nullable=False),
    Index("ix_pulls_source", "source", "id"),
)


class StoredSource(msgspec.Struct, frozen=True):
    """One version of the definition of a source; an empty document says that it was removed."""

    key: str
    version: int
    applied_at_us: int
    document: str


class SourceProgress(msgspec.Struct, frozen=True):
    """How far a source was read, and when it is pulled next.

    `state` is what the source itself wrote to go on from; `failures` counts the pulls that failed
    since the last one that did not, and `problems` (JSON) says why the last one failed.
    """

    source: str
    state: str = ""
    succeeded_at_us: int | None = None
    tried_at_us: int | None = None
    next_at_us: int | None = None
    failures: int = 0
    problems: str = ""


class SeenFile(msgspec.Struct, frozen=True):
    """A file of a source that was read: known by its name and content, `stamp` spares reading it again.

    `problems` (JSON) says why it could not be loaded; `load` is the load it made.
    """

    source: str
    name: str
    size: int
    stamp: str
    hash: str
    load: int | None
    at_us: int
    problems: str = ""


class Pull(msgspec.Struct, frozen=True):
    """One pull of a source that ended, well or not."""

    source: str
    started_at_us: int
    seconds: float
    outcome: Outcome
    accepted: int = 0
    rejected: int = 0
    problems: str = ""


def save_source(connection: Transaction, key: str, *, document: str, at_us: int) -> int:
    """Keep a new version of a source, unless nothing changed; answers its number."""
    present = source_at(connection, key)
    if present is not None and present.document == document:
        return present.version
    version = 1 if present is None else present.version + 1
    row = {"key": key, "version": version, "applied_at_us": at_us, "document": document}
    connection.execute(insert(sources), row)
    return version


def source_at(connection: Transaction, key: str) -> StoredSource | None:
    """The newest version of a source, removed or not; None for one that never was."""
    query = select(sources).where(sources.c.key == key).order_by(sources.c.version.desc()).limit(1)
    row = connection.execute(query).first()
    return None if row is None else StoredSource(*row)


def all_sources(connection: Transaction) -> tuple[StoredSource, ...]:
    """The sources in force, by key."""
    newest = select(sources.c.key, func.max(sources.c.version).label("version")).group_by(sources.c.key)
    last = newest.subquery()
    joined = sources.join(last, (sources.c.key == last.c.key) & (sources.c.version == last.c.version))
    query = select(sources).select_from(joined).where(sources.c.document != "").order_by(sources.c.key)
    return tuple(StoredSource(*row) for row in connection.execute(query))


def progress_of(connection: Transaction, source: str) -> SourceProgress:
    """How far a source was read; nothing for one that never was."""
    query = select(source_progress).where(source_progress.c.source == source)
    row = connection.execute(query).first()
    return SourceProgress(source) if row is None else SourceProgress(*row)


def save_progress(connection: Transaction, progress: SourceProgress) -> None:
    """Note how far a source was read."""
    connection.execute(delete(source_progress).where(source_progress.c.source == progress.source))
    connection.execute(insert(source_progress), msgspec.structs.asdict(progress))


def seen_files(connection: Transaction, source: str) -> dict[str, SeenFile]:
    """The files of a source that were read, by name."""
    rows = connection.execute(select(source_files).where(source_files.c.source == source))
    return {row.name: SeenFile(*row) for row in rows}


def save_file(connection: Transaction, file: SeenFile) -> None:
    """Note what became of a file."""
    known = (source_files.c.source == file.source) & (source_files.c.name == file.name)
    connection.execute(delete(source_files).where(known))
    connection.execute(insert(source_files), msgspec.structs.asdict(file))


def forget_progress(connection: Transaction, source: str) -> None:
    """Let the next pull of a source begin from the beginning."""
    progress = msgspec.structs.replace(progress_of(connection, source), state="", next_at_us=None)
    save_progress(connection, progress)
    connection.execute(delete(source_files).where(source_files.c.source == source))


def add_pull(connection: Transaction, pull: Pull) -> None:
    """Note a pull that ended."""
    connection.execute(insert(pulls), msgspec.structs.asdict(pull))


def pulls_of(connection: Transaction, source: str, *, limit: int = 20) -> tuple[Pull, ...]:
    """The last pulls of a source, newest first."""
    columns = tuple(pulls.c[name] for name in Pull.__struct_fields__)
    query = select(*columns).where(pulls.c.source == source).order_by(pulls.c.id.desc()).limit(limit)
    return tuple(Pull(*row) for row in connection.execute(query))
