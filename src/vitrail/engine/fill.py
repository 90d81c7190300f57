"""How much of what is declared is there: known values, rows, first and last instants."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from vitrail.engine.duckdb import DuckDB
from vitrail.engine.source import ALWAYS, Source
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.fill import FIRST, LAST, ROWS, fill_query
from vitrail.engine.sql.sources import SQL_TYPES, Column
from vitrail.engine.sql.write import E
from vitrail.model.catalogue import Collection, Field

AT = Column("at_us", "BIGINT")


class Fill(msgspec.Struct, frozen=True):
    """What there is of one thing: rows, known values by name of field, bounds of the instants.

    The bounds are None where no row has a time of its own.
    """

    rows: int
    known: dict[str, int]
    first_us: int | None = None
    last_us: int | None = None


def fill_of_traits(source: Source, fields: Iterable[Field], *, at_us: int, database: DuckDB) -> Fill:
    """How many profiles each trait is known of; the rows are the profiles."""
    wanted = tuple(fields)
    traits = FileRelations(source, at_us).traits([PROFILE, *_columns(wanted)])
    found = _fill(traits, wanted, database=database, dated=False)
    return msgspec.structs.replace(found, rows=source.profiles)


def fill_of_collection(source: Source, collection: Collection, *, at_us: int, database: DuckDB) -> Fill:
    """How many events or records there are before an instant, and how full their properties are."""
    fields = tuple(collection.properties.values())
    columns = [*_columns(fields), AT]
    relations = FileRelations(source, at_us)
    if collection.kind == "event":
        rows = relations.events(collection.name, columns, bounds=(ALWAYS, at_us))
    else:
        rows = relations.records(collection.name, columns)
    return _fill(rows, fields, database=database, dated=True)


def fill_of_score(source: Source, name: str, *, at_us: int, database: DuckDB) -> Fill:
    """How many values of a score were loaded, and from when to when."""
    return _fill(FileRelations(source, at_us).scores(name), (), database=database, dated=True)


def _columns(fields: Sequence[Field]) -> list[Column]:
    return [Column(field.column, SQL_TYPES[field.type]) for field in fields]


def _fill(rows: E, fields: Sequence[Field], *, database: DuckDB, dated: bool) -> Fill:
    with database.lock:
        found = database.rows(fill_query(rows, _columns(fields), dated=dated, since=ALWAYS)).to_pylist()[0]
    known = {field.name: int(found[field.column]) for field in fields}
    return Fill(int(found[ROWS]), known, found.get(FIRST), found.get(LAST))
