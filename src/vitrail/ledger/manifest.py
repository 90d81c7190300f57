"""The manifest: which files make up each snapshot, and the one step that makes the next snapshot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from sqlalchemy import Connection, delete, func, insert, select, update

from vitrail.ledger import schema
from vitrail.ledger.settings import workspace_id

FileKind = Literal[
    "keys",
    "first_seen",
    "identity",
    "canon",
    "snapshot",
    "observation",
    "event",
    "record",
    "score",
    "consent",
    "touched",
    "message",
    "quarantine",
]
HOUR_US = 3_600_000_000
ENDLESS = 2**63 - 1
ALWAYS = -(2**63) + 1


class NewFile(msgspec.Struct, frozen=True):
    """A file that stands on disk and waits to be part of a snapshot; `path` is relative to the workspace."""

    kind: FileKind
    name: str
    path: str
    rows: int
    first_us: int = ALWAYS
    last_us: int = ENDLESS


class StoredFile(msgspec.Struct, frozen=True):
    """A file of a snapshot, as the manifest knows it."""

    id: int
    kind: FileKind
    name: str
    path: str
    rows: int
    first_us: int
    last_us: int


_STORED = tuple(schema.files.c[name] for name in StoredFile.__struct_fields__)


class Load(msgspec.Struct, frozen=True):
    """One load that was committed, with its counts.

    `source` is where the data come from (`crm`), `origin` what was read (the path of a file).
    """

    id: int
    kind: str
    name: str
    source: str
    received_at_us: int
    accepted: int = 0
    rejected: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejects_path: str = ""
    origin: str = ""


class Version(msgspec.Struct, frozen=True):
    """One snapshot of the facts.

    The snapshots of profiles are right for the instants T with
    `traits_from_us < T <= traits_until_us`. `profiles` counts every number that was ever given,
    `erased` those whose profile was erased.
    """

    number: int = 0
    committed_at_us: int = ALWAYS
    load: int | None = None
    profiles: int = 0
    traits_from_us: int = ALWAYS
    traits_until_us: int = ENDLESS
    erased: int = 0


class Snapshot(msgspec.Struct, frozen=True):
    """The newest snapshot with its files, as one reading saw them."""

    workspace: str
    version: Version
    files: tuple[StoredFile, ...]


class Commit(msgspec.Struct, frozen=True):
    """What changes from one snapshot to the next, and the number of the load its files belong to."""

    version: Version
    load: Load | None = None
    added: tuple[NewFile, ...] = ()
    removed: tuple[int, ...] = ()
    brought_by: int | None = None


def newest_snapshot(connection: Connection) -> Snapshot:
    """The snapshot in force, with all its files."""
    return Snapshot(workspace_id(connection), newest_version(connection), files_in_force(connection))


def newest_version(connection: Connection) -> Version:
    """The snapshot in force; number 0, empty, before the first load."""
    row = connection.execute(
        select(schema.versions).order_by(schema.versions.c.number.desc()).limit(1)
    ).first()
    return Version() if row is None else Version(*row)


def version_at(connection: Connection, at_us: int) -> Version:
    """The snapshot that was in force at an instant; number 0, empty, before the first load."""
    table = schema.versions
    query = select(table).where(table.c.committed_at_us <= at_us).order_by(table.c.number.desc()).limit(1)
    row = connection.execute(query).first()
    return Version() if row is None else Version(*row)


def files_in_force(connection: Connection, *, kind: FileKind | None = None) -> tuple[StoredFile, ...]:
    """The files of the newest snapshot, oldest first."""
    table = schema.files
    query = select(*_STORED).where(table.c.removed_in.is_(None)).order_by(table.c.id)
    if kind is not None:
        query = query.where(table.c.kind == kind)
    return tuple(StoredFile(*row) for row in connection.execute(query))


def files_added_after(
    connection: Connection, version: int, *, kind: FileKind, loaded: bool = False
) -> tuple[StoredFile, ...]:
    """The files of one kind that came after a version, whether or not they are still in force.

    Those of loads alone when `loaded`: what keeping files few has merged is left out.
    """
    table = schema.files
    query = select(*_STORED).where(table.c.kind == kind, table.c.added_in > version).order_by(table.c.id)
    if loaded:
        query = query.where(table.c.load.is_not(None))
    return tuple(StoredFile(*row) for row in connection.execute(query))


def touched_before_last_run(connection: Connection) -> frozenset[int]:
    """The files of touched profiles, still in force, that the last refresh has taken into account."""
    files, runs = schema.files, schema.runs
    seen = select(runs.c.source_version).order_by(runs.c.id.desc()).limit(1).scalar_subquery()
    query = select(files.c.id).where(
        files.c.kind == "touched", files.c.removed_in.is_(None), files.c.added_in <= seen
    )
    return frozenset(connection.scalars(query))


def known_paths(connection: Connection) -> frozenset[str]:
    """Every path the ledger names, in force or waiting to be deleted."""
    queries = (select(schema.files.c.path), select(schema.loads.c.rejects_path))
    facts = frozenset(path for query in queries for path in connection.scalars(query))
    return facts | paths_of_memberships(connection)


def paths_of_memberships(connection: Connection) -> frozenset[str]:
    """The paths of who was in which segment, who entered and left, and where ranks were cut."""
    columns = (schema.memberships.c.path, schema.logs.c.path, schema.ranks.c.path)
    return frozenset(path for column in columns for path in connection.scalars(select(column).distinct()))


def next_load(connection: Connection) -> int:
    """The number the next load will have."""
    return (connection.scalar(select(func.max(schema.loads.c.id))) or 0) + 1


def all_loads(connection: Connection) -> tuple[Load, ...]:
    """Every load, oldest first."""
    return tuple(Load(*row) for row in connection.execute(select(schema.loads).order_by(schema.loads.c.id)))


def commit(connection: Connection, change: Commit) -> None:
    """Make the next snapshot; all of it happens in the caller's transaction.

    A load that brought nothing new is noted without making a version.
    """
    if change.load is not None:
        connection.execute(insert(schema.loads), msgspec.structs.asdict(change.load))
    if change.version.number == newest_version(connection).number:
        return
    _forget_versions(connection, change.version)
    connection.execute(insert(schema.versions), msgspec.structs.asdict(change.version))
    _add(connection, change)
    _remove(connection, change.removed, version=change.version.number, at_us=change.version.committed_at_us)


def load_sources(connection: Connection) -> frozenset[str]:
    """The names of all sources that ever brought something."""
    return frozenset(connection.scalars(select(schema.loads.c.source).distinct())) - {""}


def expired_files(connection: Connection, *, before_us: int) -> tuple[StoredFile, ...]:
    """The files that left the snapshots before an instant."""
    query = select(*_STORED).where(schema.files.c.removed_at_us < before_us)
    return tuple(StoredFile(*row) for row in connection.execute(query))


def forget_files(connection: Connection, identifiers: Sequence[int]) -> None:
    """Drop rows of the manifest whose files no reader can hold any more."""
    connection.execute(delete(schema.files).where(schema.files.c.id.in_(identifiers)))


def _forget_versions(connection: Connection, following: Version) -> None:
    """With the first version of an hour, keep of the hours before their last ones and those that loads made.

    A worker makes a version every second; what was in force at an instant is asked to the hour.
    """
    table = schema.versions
    hour = table.c.committed_at_us // HOUR_US
    if newest_version(connection).committed_at_us // HOUR_US == following.committed_at_us // HOUR_US:
        return
    last = select(func.max(table.c.number)).group_by(hour)
    connection.execute(delete(table).where(table.c.load.is_(None), table.c.number.not_in(last)))


def _add(connection: Connection, change: Commit) -> None:
    placed = {"load": change.brought_by, "added_in": change.version.number}
    rows = [msgspec.structs.asdict(file) | placed for file in change.added]
    if rows:
        connection.execute(insert(schema.files), rows)


def _remove(connection: Connection, identifiers: Sequence[int], *, version: int, at_us: int) -> None:
    if identifiers:
        statement = update(schema.files).where(schema.files.c.id.in_(identifiers))
        connection.execute(statement.values(removed_in=version, removed_at_us=at_us))
