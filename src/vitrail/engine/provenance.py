"""Who said what of one profile: every observation of every trait, with its source and its load."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.histories import AT, SEQUENCE, SOURCE, Reader, Row, fact, stored_columns, whole_number
from vitrail.engine.profile.history import Fact
from vitrail.engine.source import File, Source
from vitrail.engine.sql.sources import Column
from vitrail.model.catalogue import Field

LOAD = Column("load", "INTEGER")


class Said(msgspec.Struct, frozen=True):
    """One value a source gave: since when it holds, and the load that brought it.

    `source` and `load` are None in files older than they are.
    """

    value: Fact
    at_us: int
    sequence: int
    source: str | None = None
    load: int | None = None
    part: int = 0

    @property
    def place(self) -> tuple[int, int, int]:
        """Its place among the observations of a trait: by instant, by arrival, by profile."""
        return self.at_us, self.sequence, self.part


def sayings(
    profile: int, traits: Mapping[str, Field], *, source: Source, database: DuckDB
) -> dict[str, tuple[Said, ...]]:
    """Every observation of a customer, by trait, in order of time; traits nobody spoke of are left out."""
    columns = [AT, SEQUENCE, LOAD, SOURCE, *stored_columns(traits)]
    rows = Reader(canon_of(source).parts(profile), database).rows(source.traits.observations, columns)
    found = {name: _said(rows, field) for name, field in traits.items()}
    return {name: entries for name, entries in found.items() if entries}


def scored(profiles: Sequence[int], files: Sequence[File], *, database: DuckDB) -> tuple[Said, ...]:
    """Every value of a score of a customer, in order of time."""
    columns = [AT, SEQUENCE, LOAD, SOURCE, Column("value", "DOUBLE")]
    rows = Reader(profiles, database).rows(files, columns)
    found = [_entry(row, row["value"]) for row in rows if isinstance(row["value"], float)]
    return tuple(sorted(found, key=lambda entry: entry.place))


def last_words(entries: Sequence[Said], *, before_us: int) -> dict[str | None, Said]:
    """The last value each source gave before an instant, the latest of them first."""
    found: dict[str | None, Said] = {}
    for entry in sorted(entries, key=lambda entry: entry.place, reverse=True):
        if entry.at_us < before_us:
            found.setdefault(entry.source, entry)
    return found


def _said(rows: Iterable[Row], field: Field) -> tuple[Said, ...]:
    entries = []
    for row in rows:
        value = fact(row[field.column], field)
        if value is not None:
            entries.append(_entry(row, value))
    return tuple(sorted(entries, key=lambda entry: entry.place))


def _entry(row: Row, value: Fact) -> Said:
    source, load = row[SOURCE.name], row[LOAD.name]
    return Said(
        value,
        whole_number(row["at_us"]),
        whole_number(row["sequence"]),
        None if source is None else str(source),
        None if load is None else whole_number(load),
        whole_number(row["profile"]),
    )
