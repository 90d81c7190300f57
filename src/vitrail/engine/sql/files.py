"""Reading the Parquet files of a source: what stands after FROM in each query.

Files are left out by their bounds; a column that a file does not have is read as unknown, so that a
property may appear in later loads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache

import pyarrow.parquet as parquet
from sqlglot import exp

from vitrail.engine.source import File, Source
from vitrail.engine.sql.sources import Column, below, select, union
from vitrail.engine.sql.write import E, column, compared, filtered, known, named, whole

PROFILE = Column("profile", "INTEGER")


@lru_cache(maxsize=100_000)
def file_columns(path: str) -> frozenset[str]:
    """The columns of a file; files never change."""
    return frozenset(parquet.read_schema(path).names)


def read_files(files: Sequence[File], columns: Iterable[Column]) -> exp.Query:
    """The columns of all files, typed NULL where a file lacks one."""
    wanted = list(columns)
    by_missing: dict[frozenset[str], list[File]] = defaultdict(list)
    names = frozenset(each.name for each in wanted)
    for file in files:
        by_missing[names - file_columns(file.path)].append(file)
    queries = [_read(same, wanted, missing=missing) for missing, same in by_missing.items()]
    return union(queries) if queries else _empty(wanted)


def _read(files: Sequence[File], columns: Sequence[Column], *, missing: frozenset[str]) -> exp.Query:
    paths = exp.Array(expressions=[exp.Literal.string(file.path) for file in files])
    source = exp.Table(this=exp.ReadParquet(expressions=[paths]))
    items = [_absent(each) if each.name in missing else column(each.name) for each in columns]
    return select(items, source)


def _absent(wanted: Column) -> E:
    return named(exp.cast(exp.null(), wanted.type), wanted.name)


def _empty(columns: Sequence[Column]) -> exp.Query:
    nothing = exp.Select(expressions=[_absent(each) for each in columns])
    return nothing.where(exp.false(), copy=False)


class FileRelations:
    """All profiles of a source, straight from its files."""

    def __init__(self, source: Source, at_us: int) -> None:
        self.source = source
        self.at_us = at_us

    def events(self, collection: str, columns: Iterable[Column], bounds: tuple[int, int]) -> E:
        files = [
            file
            for file in self.source.events.get(collection, ())
            if file.last_us >= bounds[0] and file.first_us < bounds[1]
        ]
        return below(read_files(files, columns), "events")

    def records(self, collection: str, columns: Iterable[Column]) -> E:
        """The latest version of each record before T."""
        wanted = list(columns)
        order = [Column("id", "VARCHAR"), Column("at_us", "BIGINT"), Column("sequence", "BIGINT")]
        read = dict.fromkeys([*wanted, *order])
        files = self.source.records.get(collection, ())
        versions = below(read_files(files, read), "versions")
        before = compared(column("at_us"), "<", whole(self.at_us))
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("id")],
            order=exp.Order(expressions=[_descending("at_us"), _descending("sequence")]),
        )
        numbered = select([exp.Star(), named(number, "~version")], versions, where=before)
        latest = compared(column("~version"), "=", whole(1))
        items = [column(each.name) for each in wanted]
        return below(select(items, below(numbered, "numbered"), where=latest), "records")

    def scores(self, name: str) -> E:
        columns = [
            PROFILE,
            Column("at_us", "BIGINT"),
            Column("sequence", "BIGINT"),
            Column("value", "DOUBLE"),
        ]
        return below(read_files(self.source.scores.get(name, ()), columns), "scores")

    def traits(self, columns: Iterable[Column]) -> E:
        """One row per profile: from the snapshots where they are right for T, else by folding the log."""
        files = self.source.traits
        wanted = list(columns)
        if files.valid_from_us < self.at_us <= files.valid_until_us:
            return below(_latest_snapshots(files.snapshots, wanted), "traits")
        return below(self._folded(files.observations, wanted), "traits")

    def _folded(self, files: Sequence[File], columns: Sequence[Column]) -> exp.Query:
        order = [Column("at_us", "BIGINT"), Column("sequence", "BIGINT")]
        log = below(read_files(files, [*columns, *order]), "log")
        latest = exp.Tuple(expressions=[column(each.name) for each in order])
        items = [_latest_value(each.name, latest) for each in columns if each != PROFILE]
        before = compared(column("at_us"), "<", whole(self.at_us))
        query = select([column("profile"), *items], log, where=before)
        return query.group_by(column("profile"), copy=False)

    def keys(self) -> E:
        return below(read_files(self.source.keys, [PROFILE, Column("key", "VARCHAR")]), "keys")

    def everyone(self) -> E:
        numbers = exp.Table(
            this=exp.Anonymous(this="range", expressions=[whole(self.source.profiles)]),
            alias=exp.TableAlias(this=exp.to_identifier("numbers"), columns=[exp.to_identifier("number")]),
        )
        profile = exp.cast(column("number"), "INTEGER")
        return below(select([named(profile, "profile")], numbers), "everyone")

    def late_arrivals(self) -> exp.Query:
        """The profiles that were first seen at T or later."""
        seen = below(read_files(self.source.first_seen, [PROFILE, Column("at_us", "BIGINT")]), "seen")
        first = exp.Min(this=column("at_us"))
        query = select([column("profile")], seen).group_by(column("profile"), copy=False)
        return query.having(compared(first, ">=", whole(self.at_us)), copy=False)


def _latest_value(name: str, latest: E) -> E:
    """The value of the latest observation that says something.

    A folded copy is unknown where it equals its text, so it stands for that text before the fold.
    """
    said = column(name.removesuffix("~folded"))
    read: E = column(name)
    if name.endswith("~folded"):
        read = exp.Coalesce(this=read, expressions=[said])
    return named(filtered(exp.ArgMax(this=read, expression=latest), [known(said)]), name)


def _latest_snapshots(files: Sequence[File], columns: Sequence[Column]) -> exp.Query:
    """Each profile's row of the last file that has it."""
    queries = []
    for index, file in enumerate(files):
        query = read_files([file], columns)
        later = files[index + 1 :]
        if later:
            replaced = read_files(later, [PROFILE])
            inside = exp.In(this=column("profile"), query=exp.Subquery(this=replaced))
            query = select([exp.Star()], below(query), where=exp.Not(this=inside))
        queries.append(query)
    return union(queries) if queries else _empty(columns)


def _descending(name: str) -> exp.Ordered:
    return exp.Ordered(this=column(name), desc=True)
