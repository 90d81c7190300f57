"""The figures the quality gate judges: arrivals by day, how full, how many values break a promise."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.source import ALWAYS, File
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.sources import SQL_TYPES, Column
from vitrail.engine.sql.vitals import QUARTER, QUARTER_US, ROWS, Watched, arrivals_query, watch_query
from vitrail.engine.statistics import AT, Looked
from vitrail.model.catalogue import Collection, Field

DAY_US = 86_400_000_000
HISTORY_DAYS = 70
"""How far back arrivals are looked at: eight weeks, and the days that are judged."""


class DayOfRows(msgspec.Struct, frozen=True):
    """What one local day brought: rows, and known values by property."""

    day: dt.date
    rows: int
    known: dict[str, int]


class Breaches(msgspec.Struct, frozen=True):
    """Of one field: known values, values that are not among its choices, values that repeat another."""

    known: int = 0
    others: int = 0
    repeated: int = 0


def arrivals(
    collection: Collection, looked: Looked, *, zone: ZoneInfo
) -> tuple[int | None, tuple[DayOfRows, ...]]:
    """The instant of the latest event or record and, for the ten weeks before it, what each day brought."""
    files = _files(collection, looked)
    latest_us = _latest(files, looked)
    if latest_us is None:
        return None, ()
    fields = tuple(collection.properties.values())
    columns = [Column(field.column, SQL_TYPES[field.type]) for field in fields]
    start = latest_us - HISTORY_DAYS * DAY_US
    relations = FileRelations(looked.source, looked.at_us)
    kept = [PROFILE, AT, *columns]
    if collection.kind == "event":
        rows = relations.events(collection.name, kept, bounds=(start, looked.at_us))
    else:
        rows = relations.records(collection.name, kept)
    found = looked.database.rows(arrivals_query(rows, columns, start=start, end=looked.at_us)).to_pylist()
    return _newest(found, otherwise=latest_us), _days(found, fields, zone=zone)


def breaches(
    fields: Sequence[Field], looked: Looked, *, collection: Collection | None = None
) -> dict[str, Breaches]:
    """How many values of these traits, or of properties of a collection, break what is promised."""
    columns = [Column(field.column, SQL_TYPES[field.type]) for field in fields]
    relations = FileRelations(looked.source, looked.at_us)
    if not fields:
        return {}
    if collection is None:
        rows = relations.traits([PROFILE, *columns])
    elif collection.kind == "event":
        rows = relations.events(collection.name, [PROFILE, *columns], bounds=(ALWAYS, looked.at_us))
    else:
        rows = relations.records(collection.name, [PROFILE, *columns])
    (row,) = looked.database.rows(watch_query(rows, [_watched(field) for field in fields])).to_pylist()
    return {
        field.name: Breaches(
            *(int(row.get(f"{field.column}~{what}") or 0) for what in ("known", "others", "repeated"))
        )
        for field in fields
    }


def _watched(field: Field) -> Watched:
    expects = field.expects
    if expects is None:
        return Watched(field.column)
    choices = tuple(choice.value for choice in field.choices) if expects.choices else ()
    return Watched(field.column, choices if field.type == "text" else (), expects.unique)


def _files(collection: Collection, looked: Looked) -> Sequence[File]:
    kept = looked.source.events if collection.kind == "event" else looked.source.records
    return kept.get(collection.name, ())


def _latest(files: Sequence[File], looked: Looked) -> int | None:
    """An instant not before that of the latest row until now; None when there is none."""
    ends = [min(file.last_us, looked.at_us) for file in files if file.first_us < looked.at_us and file.rows]
    latest = max(ends, default=ALWAYS)
    return None if latest == ALWAYS else latest


def _newest(found: Sequence[dict[str, int]], *, otherwise: int) -> int:
    """The end of the last quarter with rows, unless the files know better."""
    last = max((row[QUARTER] for row in found), default=None)
    return otherwise if last is None else min((last + 1) * QUARTER_US, otherwise)


def _days(
    found: Sequence[dict[str, int]], fields: Sequence[Field], *, zone: ZoneInfo
) -> tuple[DayOfRows, ...]:
    days: dict[dt.date, DayOfRows] = {}
    for row in found:
        start = dt.datetime.fromtimestamp(row[QUARTER] * QUARTER_US // 1_000_000, dt.UTC)
        day = start.astimezone(zone).date()
        before = days.get(day, DayOfRows(day, 0, {}))
        known = {field.name: before.known.get(field.name, 0) + row[field.column] for field in fields}
        days[day] = DayOfRows(day, before.rows + row[ROWS], known)
    return tuple(days[day] for day in sorted(days))
