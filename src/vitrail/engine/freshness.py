"""When traits were observed, by source: the days of their observations, not the values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from vitrail.engine.duckdb import DuckDB
from vitrail.engine.source import ALWAYS, Source
from vitrail.engine.sql.files import read_files
from vitrail.engine.sql.sources import SQL_TYPES, Column, below
from vitrail.engine.sql.statistics import observed_query
from vitrail.model.catalogue import Field

DAY_US = 86_400_000_000
PLACE = (
    Column("at_us", "BIGINT"),
    Column("sequence", "BIGINT"),
    Column("load", "INTEGER"),
    Column("source~", "VARCHAR"),
)


class Observed(msgspec.Struct, frozen=True):
    """So many observations of each trait by one source on one day, since 1970 in UTC.

    Observations without a date have the number of their load instead of a day.
    """

    source: str | None
    load: int | None
    day: int | None
    counts: Mapping[str, int]

    def at_us(self, received: Mapping[int, int]) -> int | None:
        """The instant of the day or, without one, of the load; None for a load nobody knows."""
        if self.day is not None:
            return self.day * DAY_US
        return None if self.load is None else received.get(self.load)


def observed(source: Source, fields: Sequence[Field], *, database: DuckDB) -> tuple[Observed, ...]:
    """The observations of traits counted by source and day, in one pass."""
    columns = [Column(field.column, SQL_TYPES[field.type]) for field in fields]
    log = below(read_files(source.traits.observations, [*PLACE, *columns]), "log")
    rows = database.rows(observed_query(log, columns, always=ALWAYS, day_us=DAY_US)).to_pylist()
    return tuple(
        Observed(row["source"], row["load"], row["day"], {each.name: row[each.column] for each in fields})
        for row in rows
    )


class Freshness(msgspec.Struct, frozen=True):
    """The latest and the median instant of the observations of a trait, and how many there are."""

    observations: int = 0
    latest_us: int | None = None
    median_us: int | None = None


def freshness_of(name: str, rows: Sequence[Observed], *, received: Mapping[int, int]) -> Freshness:
    """How fresh a trait is, all sources together; `received` tells when each load came."""
    dated = [(row.at_us(received), row.counts[name]) for row in rows if row.counts[name]]
    known = sorted((at_us, count) for at_us, count in dated if at_us is not None)
    total = sum(count for _, count in known)
    passed = 0
    for at_us, count in known:
        passed += count
        if 2 * passed >= total:
            return Freshness(total, known[-1][0], at_us)
    return Freshness()
