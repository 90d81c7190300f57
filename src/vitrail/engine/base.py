"""Looking through a base for its report: values with their counts, and values beyond bounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyarrow as pa

from vitrail.engine.source import ALWAYS
from vitrail.engine.sql.base import Beyond, beyond_query, counted_query, dated_beyond, told_query
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.sources import SQL_TYPES, Column
from vitrail.engine.statistics import Looked
from vitrail.model.catalogue import Collection, Field

NEVER_BEFORE = 946_684_800_000_000
"""The year 2000 in UTC: what is dated before is not from a shop of today."""


def counted(fields: Sequence[Field], looked: Looked) -> Iterator[tuple[tuple[str | None, ...], int]]:
    """Each combination of the texts of these traits with its number of profiles; the first is known."""
    columns = _columns(fields)
    rows = FileRelations(looked.source, looked.at_us).traits([PROFILE, *columns])
    table: pa.Table = looked.database.rows(counted_query(rows, columns))
    for batch in table.to_batches(max_chunksize=50_000):
        *texts, counts = (column.to_pylist() for column in batch.columns)
        yield from zip(zip(*texts, strict=True), counts, strict=True)


def beyond(
    asked: Sequence[Beyond], fields: Sequence[Field], *, looked: Looked, collection: Collection | None = None
) -> dict[str, int]:
    """How many values meet each comparison, by `column~name`."""
    if not asked:
        return {}
    relations, columns = FileRelations(looked.source, looked.at_us), [PROFILE, *_columns(fields)]
    if collection is None:
        rows = relations.traits(columns)
    elif collection.kind == "event":
        rows = relations.events(collection.name, columns, bounds=(ALWAYS, 2**63 - 1))
    else:
        rows = relations.records(collection.name, columns)
    (row,) = looked.database.rows(beyond_query(rows, asked)).to_pylist()
    return {name: int(count) for name, count in row.items()}


def told_by(fields: Sequence[Field], looked: Looked) -> dict[str | None, dict[str, int]]:
    """Of how many profiles each source ever told each trait."""
    columns = _columns(fields)
    wanted = [PROFILE, Column("source~", "VARCHAR"), *columns]
    relations, files = FileRelations(looked.source, looked.at_us), looked.source.traits.observations
    log = relations.log(files, wanted, name="log")
    rows = looked.database.rows(told_query(log, columns)).to_pylist()
    return {row["source"]: {field.name: int(row[field.column]) for field in fields} for row in rows}


def misdated(collection: Collection, looked: Looked) -> tuple[int, int]:
    """How many events are dated before the year 2000, and how many in the future."""
    everything = (ALWAYS, 2**63 - 1)
    rows = FileRelations(looked.source, looked.at_us).events(
        collection.name, [Column("at_us", "BIGINT")], bounds=everything
    )
    (row,) = looked.database.rows(dated_beyond(rows, low=NEVER_BEFORE, high=looked.at_us)).to_pylist()
    return int(row["early"]), int(row["late"])


def _columns(fields: Sequence[Field]) -> list[Column]:
    return [Column(field.column, SQL_TYPES[field.type]) for field in fields]
