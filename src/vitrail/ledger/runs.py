"""Definitions, version by version, and the refreshes that gave them members."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from vitrail.ledger import schema
from vitrail.model.definitions import DefinitionFile


class Definitions(msgspec.Struct, frozen=True):
    """What was defined at one version."""

    version: int
    applied_at_us: int
    document: DefinitionFile
    note: str = ""


class Run(msgspec.Struct, frozen=True):
    """One refresh: of which definitions, on which facts, as of when, and what it changed."""

    id: int
    as_of_us: int
    finished_at_us: int
    definitions: int
    full: bool
    source_version: int
    source_token: str
    evaluated: int = 0
    entered: int = 0
    left: int = 0
    seconds: float = 0.0


class Membership(msgspec.Struct, frozen=True):
    """The members of one segment at the end of one run: where its bitmap stands in a file, and its count."""

    run: int
    segment: str
    path: str
    position: int
    size: int
    members: int
    at_us: int


class Log(msgspec.Struct, frozen=True):
    """Who entered and left which segment in one run: a Parquet file."""

    run: int
    path: str
    rows: int


class Ranks(msgspec.Struct, frozen=True):
    """The cut points frozen by one run."""

    run: int
    at_us: int
    definitions: int
    path: str


def save_definitions(connection: Connection, document: DefinitionFile, *, at_us: int, note: str = "") -> int:
    """Keep a new version of the definitions; answers its number (the present one when nothing changed)."""
    present = current_definitions(connection)
    if present is not None and present.document == document:
        return present.version
    version = 1 if present is None else present.version + 1
    text = msgspec.json.encode(document).decode()
    row = {"version": version, "applied_at_us": at_us, "document": text, "note": note}
    connection.execute(insert(schema.definitions), row)
    return version


def current_definitions(connection: Connection) -> Definitions | None:
    """What is defined now; None before anything is."""
    return definitions_at(connection, current_version(connection))


def current_version(connection: Connection) -> int:
    """The number of the definitions in force; 0 before anything is defined."""
    return connection.scalar(select(func.max(schema.definitions.c.version))) or 0


def definitions_at(connection: Connection, version: int) -> Definitions | None:
    """What was defined at a version; None for a version that never was."""
    row = connection.execute(
        select(schema.definitions).where(schema.definitions.c.version == version)
    ).first()
    if row is None:
        return None
    document = msgspec.json.decode(row.document, type=DefinitionFile)
    return Definitions(version=row.version, applied_at_us=row.applied_at_us, document=document, note=row.note)


def answers_path(run: int) -> str:
    """Where the answers to elementary tests that a run kept are."""
    return f"memberships/answers-{run:08d}.bits"


def last_answers(connection: Connection) -> frozenset[str]:
    """The answers of the last run, the only ones to be kept; a backup does without them."""
    last = next_run(connection) - 1
    return frozenset({answers_path(last)} if last else ())


def next_run(connection: Connection) -> int:
    """The number the next run will have."""
    return (connection.scalar(select(func.max(schema.runs.c.id))) or 0) + 1


def save_run(
    connection: Connection,
    run: Run,
    *,
    memberships: tuple[Membership, ...],
    log: Log | None,
    ranks: Ranks | None,
) -> None:
    """Keep a run with all it produced, in the caller's transaction."""
    connection.execute(insert(schema.runs), msgspec.structs.asdict(run))
    if memberships:
        connection.execute(insert(schema.memberships), [msgspec.structs.asdict(row) for row in memberships])
    if log is not None:
        connection.execute(insert(schema.logs), msgspec.structs.asdict(log))
    if ranks is not None:
        connection.execute(insert(schema.ranks), msgspec.structs.asdict(ranks))


def all_runs(connection: Connection) -> tuple[Run, ...]:
    """Every run, oldest first."""
    return tuple(Run(*row) for row in connection.execute(select(schema.runs).order_by(schema.runs.c.id)))


def last_run(connection: Connection, *, full: bool | None = None) -> Run | None:
    """The last run, or the last full one; None before the first."""
    query = select(schema.runs).order_by(schema.runs.c.id.desc()).limit(1)
    if full is not None:
        query = query.where(schema.runs.c.full == full)
    row = connection.execute(query).first()
    return None if row is None else Run(*row)


def memberships_of(connection: Connection, segment: str) -> tuple[Membership, ...]:
    """The stored bitmaps of a segment, oldest first."""
    table = schema.memberships
    query = select(table).where(table.c.segment == segment).order_by(table.c.run)
    return tuple(Membership(*row) for row in connection.execute(query))


def all_memberships(connection: Connection) -> tuple[Membership, ...]:
    """Every stored bitmap, oldest first."""
    table = schema.memberships
    query = select(table).order_by(table.c.run, table.c.segment)
    return tuple(Membership(*row) for row in connection.execute(query))


def replace_memberships(connection: Connection, changed: Sequence[Membership]) -> None:
    """Let bitmaps stand in other files, without those who were erased."""
    table = schema.memberships
    for each in changed:
        same = (table.c.run == each.run) & (table.c.segment == each.segment)
        connection.execute(update(table).where(same).values(msgspec.structs.asdict(each)))


def replace_logs(connection: Connection, changed: Sequence[Log]) -> None:
    """Let logs of who entered and left stand in other files."""
    table = schema.logs
    for each in changed:
        values = msgspec.structs.asdict(each)
        connection.execute(update(table).where(table.c.run == each.run).values(values))


def newest_memberships(connection: Connection) -> tuple[Membership, ...]:
    """The last stored bitmap of every segment."""
    table = schema.memberships
    last = select(table.c.segment, func.max(table.c.run).label("run")).group_by(table.c.segment).subquery()
    joined = table.join(last, (table.c.segment == last.c.segment) & (table.c.run == last.c.run))
    query = select(table).select_from(joined).order_by(table.c.segment)
    return tuple(Membership(*row) for row in connection.execute(query))


def sizes_since(connection: Connection, at_us: int) -> tuple[tuple[str, int, int], ...]:
    """How many members each segment had when its bitmap was stored: segment, instant, members; in order."""
    table = schema.memberships
    query = select(table.c.segment, table.c.at_us, table.c.members).where(table.c.at_us >= at_us)
    return tuple((row[0], row[1], row[2]) for row in connection.execute(query.order_by(table.c.run)))


def logs_after(connection: Connection, run: int) -> tuple[Log, ...]:
    """The logs of the runs after one (0: all), oldest first."""
    query = select(schema.logs).where(schema.logs.c.run > run).order_by(schema.logs.c.run)
    return tuple(Log(*row) for row in connection.execute(query))


def last_ranks(connection: Connection) -> Ranks | None:
    """The cut points in force; None before the first full run."""
    row = connection.execute(select(schema.ranks).order_by(schema.ranks.c.run.desc()).limit(1)).first()
    return None if row is None else Ranks(*row)
