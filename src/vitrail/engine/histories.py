"""One profile's whole history out of the files, for explanations and for the evaluation in Python."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

import pyarrow as pa

from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.profile.history import (
    Consent,
    Event,
    Fact,
    History,
    Observation,
    Properties,
    Version,
    with_first_seen,
)
from vitrail.engine.source import File, Source
from vitrail.engine.sql.files import PROFILE, read_files
from vitrail.engine.sql.sources import SQL_TYPES, Column, below, select
from vitrail.engine.sql.write import column, one_of
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.identities import ANONYMOUS

AT = Column("at_us", "BIGINT")
ID = Column("id", "VARCHAR")
SEQUENCE = Column("sequence", "BIGINT")
SOURCE = Column("source~", "VARCHAR")

Row = Mapping[str, object]


def read_history(
    profile: int, key: str, *, source: Source, catalogue: Catalogue, database: DuckDB
) -> History:
    """All that the files say of one profile and of those that are part of it, whatever the instant."""
    reader = Reader(canon_of(source).parts(profile), database)
    history = History(
        key=key,
        traits=_traits(reader, source, catalogue=catalogue),
        events={
            name: _events(reader, files, catalogue=catalogue, name=name)
            for name, files in source.events.items()
        },
        records={
            name: _versions(reader, files, catalogue=catalogue, name=name)
            for name, files in source.records.items()
        },
        scores={name: _scores(reader, files) for name, files in source.scores.items()},
        consents=_consents(reader, source),
    )
    return with_first_seen(history, catalogue)


class Reader:
    """Reads the rows of one customer, whatever the profile they were said of."""

    def __init__(self, profiles: Sequence[int], database: DuckDB) -> None:
        self.profiles = profiles
        self.database = database

    def rows(self, files: Sequence[File], columns: Iterable[Column]) -> list[Row]:
        """Their rows of the profiles, those of the first one first."""
        if not files:
            return []
        wanted = [PROFILE, *columns]
        mine = one_of(column("profile"), self.profiles)
        items = [column(each.name) for each in wanted]
        query = select(items, below(read_files(files, wanted), "own"), where=mine)
        table: pa.Table = self.database.rows(query)
        found: list[Row] = table.sort_by("profile").to_pylist()
        return found


def stored_columns(fields: Mapping[str, Field]) -> list[Column]:
    """The columns that hold the values of fields."""
    return [Column(field.column, SQL_TYPES[field.type]) for field in fields.values()]


def _traits(reader: Reader, source: Source, *, catalogue: Catalogue) -> dict[str, tuple[Observation, ...]]:
    columns = [AT, SEQUENCE, SOURCE, *stored_columns(catalogue.traits)]
    rows = reader.rows(source.traits.observations, columns)
    found = {name: tuple(_observations(rows, field)) for name, field in catalogue.traits.items()}
    return {name: observations for name, observations in found.items() if observations}


def _observations(rows: Iterable[Row], field: Field) -> Iterator[Observation]:
    for row in rows:
        value = fact(row[field.column], field)
        if value is not None:
            place = whole_number(row["at_us"]), whole_number(row["sequence"])
            told = row[SOURCE.name]
            yield Observation(
                *place, value, None if told is None else str(told), whole_number(row["profile"])
            )


def _events(reader: Reader, files: Sequence[File], *, catalogue: Catalogue, name: str) -> tuple[Event, ...]:
    fields = catalogue.collections[name].properties
    rows = reader.rows(files, [AT, ID, *stored_columns(fields)])
    return tuple(Event(whole_number(row["at_us"]), str(row["id"]), _properties(row, fields)) for row in rows)


def _versions(
    reader: Reader, files: Sequence[File], *, catalogue: Catalogue, name: str
) -> tuple[Version, ...]:
    fields = catalogue.collections[name].properties
    rows = reader.rows(files, [AT, SEQUENCE, ID, *stored_columns(fields)])
    return tuple(
        Version(
            whole_number(row["at_us"]),
            whole_number(row["sequence"]),
            str(row["id"]),
            _properties(row, fields),
        )
        for row in rows
    )


def _scores(reader: Reader, files: Sequence[File]) -> tuple[Observation, ...]:
    rows = reader.rows(files, [AT, SEQUENCE, Column("value", "DOUBLE")])
    return tuple(
        Observation(whole_number(row["at_us"]), whole_number(row["sequence"]), _double(row["value"]))
        for row in rows
    )


def _consents(reader: Reader, source: Source) -> tuple[Consent, ...]:
    named = reader.rows(source.keys, [Column("key", "VARCHAR")]) if len(reader.profiles) > 1 else ()
    devices = {row["profile"] for row in named if str(row["key"]).startswith(ANONYMOUS)}
    columns = [AT, *(Column(name, "VARCHAR") for name in ("purpose", "channel", "state"))]
    return tuple(
        Consent(
            purpose=str(row["purpose"]),
            channel=str(row["channel"]) or None,
            granted=row["state"] == "granted",
            at_us=whole_number(row["at_us"]),
            who=whole_number(row["profile"]),
            anonymous=row["profile"] in devices,
        )
        for row in reader.rows(source.consents, columns)
    )


def _properties(row: Row, fields: Mapping[str, Field]) -> Properties:
    return {name: fact(row[field.column], field) for name, field in fields.items()}


def fact(stored: object, field: Field) -> Fact | None:
    """A stored value as the language sees it."""
    match field.type, stored:
        case _, None:
            return None
        case "instant", int():
            return dt.datetime(1970, 1, 1, tzinfo=dt.UTC) + dt.timedelta(microseconds=stored)
        case "texts", list():
            return frozenset(str(each) for each in stored)
        case _, str() | bool() | int() | float() | Decimal() | dt.date():
            return stored
        case _:
            raise TypeError(f"{field.name}: {type(stored).__name__}")


def whole_number(stored: object) -> int:
    """A stored number that must be whole: an instant, a place, the number of a load."""
    if not isinstance(stored, int):
        raise TypeError(f"an instant is a whole number, not {stored!r}")
    return stored


def _double(stored: object) -> float | None:
    return stored if isinstance(stored, float) else None
