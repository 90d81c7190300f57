"""Reading the Parquet files of a source: what stands after FROM in each query.

Files are left out by their bounds; a column that a file does not have is read as unknown, so that a
property may appear in later loads. A column of case-folded texts is read complete: where the file
holds nothing, because folding changes nothing, the text itself is read.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlglot import exp

from vitrail.engine.source import File, Source
from vitrail.engine.sql.conflicts import folded, needed
from vitrail.engine.sql.footers import FEW, few_texts, folds_all, says_something
from vitrail.engine.sql.sources import FOLDED, Column, below, select, union
from vitrail.engine.sql.write import (
    E,
    both,
    cast,
    column,
    compared,
    named,
    plus,
    times,
    whole,
)
from vitrail.model.identities import ANONYMOUS

PROFILE = Column("profile", "INTEGER")
CANONICAL = Column("canonical", "INTEGER")

PROFILES = 2**31
"""More profiles than there are numbers for."""


def read_files(files: Sequence[File], columns: Iterable[Column]) -> exp.Query:
    """The columns of all files, typed NULL where a file says nothing in one."""
    wanted = list(columns)
    names = {each.name for each in wanted} | {each.name.removesuffix(FOLDED) for each in wanted}
    alike: dict[tuple[frozenset[str], frozenset[str]], list[File]] = defaultdict(list)
    for file in files:
        silent = frozenset(name for name in names if not says_something(file.path, name))
        folded = frozenset(name for name in names if name.endswith(FOLDED) and folds_all(file.path, name))
        alike[silent, folded].append(file)
    queries = [_read(same, wanted, silent=silent, folded=folded) for (silent, folded), same in alike.items()]
    return union(queries) if queries else _empty(wanted)


def _read(
    files: Sequence[File], columns: Sequence[Column], *, silent: frozenset[str], folded: frozenset[str]
) -> exp.Query:
    paths = exp.Array(expressions=[exp.Literal.string(file.path) for file in files])
    source = exp.Table(this=exp.ReadParquet(expressions=[paths]))
    return select([_item(each, silent, folded=folded) for each in columns], source)


def _item(wanted: Column, silent: frozenset[str], *, folded: frozenset[str]) -> E:
    name = wanted.name
    text = name.removesuffix(FOLDED)
    if text in silent:
        return _absent(wanted)
    if text == name or name in folded:
        return column(name)
    if name in silent:
        return named(column(text), name)
    return named(exp.Coalesce(this=column(name), expressions=[column(text)]), name)


def _absent(wanted: Column) -> E:
    return named(cast(exp.null(), wanted.type), wanted.name)


def _empty(columns: Sequence[Column]) -> exp.Query:
    nothing = exp.Select(expressions=[_absent(each) for each in columns])
    return nothing.where(exp.false(), copy=False)


def merged(rows: exp.Query, columns: Sequence[Column], *, canon: Sequence[File]) -> exp.Query:
    """The rows with each profile replaced by the one it is part of.

    What arrived together is then put in the order of the profiles it was said of: the number of the
    profile follows `sequence` within one whole number.
    """
    if not canon or PROFILE not in columns:
        return rows
    pairs = below(read_files(canon, [PROFILE, CANONICAL]), "canon")
    same = compared(column("profile", table="canon"), column("profile", table="raw"), operator="=")
    items = [_merged_item(each) for each in columns]
    return select(items, below(rows, "raw")).join(exp.Join(this=pairs, side="LEFT", on=same), copy=False)


def _merged_item(wanted: Column) -> E:
    raw = column(wanted.name, table="raw")
    match wanted.name:
        case "profile":
            whom = column("canonical", table="canon")
            return named(exp.Coalesce(this=whom, expressions=[raw]), "profile")
        case "sequence":
            return named(plus(times(raw, whole(PROFILES)), column("profile", table="raw")), "sequence")
        case _:
            return raw


def unmerged(rows: exp.Query, *, canon: Sequence[File]) -> exp.Query:
    """The rows without those of profiles that are part of another one."""
    if not canon:
        return rows
    others = exp.In(this=column("profile"), query=exp.Subquery(this=read_files(canon, [PROFILE])))
    return select([exp.Star()], below(rows, "raw"), where=exp.Not(this=others))


class FileRelations:
    """All profiles of a source, straight from its files."""

    def __init__(self, source: Source, at_us: int) -> None:
        self.source = source
        self.at_us = at_us

    def log(self, files: Sequence[File], columns: Iterable[Column], *, name: str) -> E:
        """The rows of a log (observations, versions of records), whatever their instants."""
        return below(self._read(files, columns), name)

    def events(self, collection: str, columns: Iterable[Column], *, bounds: tuple[int, int]) -> E:
        files = [
            file
            for file in self.source.events.get(collection, ())
            if file.last_us >= bounds[0] and file.first_us < bounds[1]
        ]
        return below(self._read(files, columns), "events")

    def _read(self, files: Sequence[File], columns: Iterable[Column]) -> exp.Query:
        """The columns of some files, of the people they are about."""
        wanted = list(columns)
        return merged(read_files(files, wanted), wanted, canon=self.source.canon)

    def texts(self, collection: str, name: str) -> tuple[str, ...] | None:
        files = [*self.source.events.get(collection, ()), *self.source.records.get(collection, ())]
        found: set[str] = set()
        for file in files:
            texts = few_texts(file.path, name)
            if texts is None or len(found) > FEW:
                return None
            found |= texts
        return tuple(sorted(found)) if len(found) <= FEW else None

    def records(self, collection: str, columns: Iterable[Column]) -> E:
        """The latest version of each record before T."""
        wanted = list(columns)
        order = [Column("id", "VARCHAR"), Column("at_us", "BIGINT"), Column("sequence", "BIGINT")]
        read = dict.fromkeys([*wanted, *order])
        files = self.source.records.get(collection, ())
        versions = self.log(files, read, name="versions")
        before = compared(column("at_us"), whole(self.at_us), operator="<")
        number = exp.Window(
            this=exp.RowNumber(),
            partition_by=[column("id")],
            order=exp.Order(expressions=[_descending("at_us"), _descending("sequence")]),
        )
        numbered = select([exp.Star(), named(number, "~version")], versions, where=before)
        latest = compared(column("~version"), whole(1), operator="=")
        items = [column(each.name) for each in wanted]
        return below(select(items, below(numbered, "numbered"), where=latest), "records")

    def scores(self, name: str) -> E:
        columns = [
            PROFILE,
            Column("at_us", "BIGINT"),
            Column("sequence", "BIGINT"),
            Column("value", "DOUBLE"),
        ]
        return below(self._read(self.source.scores.get(name, ()), columns), "scores")

    def consents(self) -> E:
        texts = [Column(name, "VARCHAR") for name in ("purpose", "channel", "state")]
        wanted = [PROFILE, Column("at_us", "BIGINT"), *texts]
        raw = select(
            [exp.Star(), named(column("profile"), "who"), named(self._is_device(), "anonymous")],
            below(read_files(self.source.consents, wanted), "said"),
        )
        everything = [*wanted, Column("who", "INTEGER"), Column("anonymous", "BOOLEAN")]
        return below(merged(raw, everything, canon=self.source.canon), "consents")

    def _is_device(self) -> E:
        """Whether a profile is a device that was found to be somebody's."""
        if not self.source.canon:
            return exp.false()
        merged = exp.Subquery(this=read_files(self.source.canon, [PROFILE]))
        keys = below(read_files(self.source.keys, [PROFILE, Column("key", "VARCHAR")]), "keys")
        like = exp.StartsWith(this=column("key"), expression=exp.Literal.string(ANONYMOUS))
        theirs = exp.In(this=column("profile"), query=merged)
        devices = select([column("profile")], keys, where=both([like, theirs]))
        return exp.In(this=column("profile"), query=exp.Subquery(this=devices))

    def traits(self, columns: Iterable[Column]) -> E:
        """One row per profile: from the snapshots where they are right for T, else by folding the log."""
        files = self.source.traits
        wanted = list(columns)
        if files.valid_from_us < self.at_us <= files.valid_until_us:
            latest = latest_snapshots(files.snapshots, wanted)
            return below(unmerged(latest, canon=self.source.canon), "traits")
        return below(self._folded(files.observations, wanted), "traits")

    def _folded(self, files: Sequence[File], columns: Sequence[Column]) -> exp.Query:
        policies = self.source.traits.policies
        log = self.log(files, [*columns, *needed(columns, policies)], name="log")
        before = compared(column("at_us"), whole(self.at_us), operator="<")
        rows = below(select([exp.Star()], log, where=before), "before")
        return folded(rows, columns, policies=policies, parts=PROFILES if self.source.canon else None)

    def keys(self) -> E:
        every = read_files(self.source.keys, [PROFILE, Column("key", "VARCHAR")])
        return below(unmerged(every, canon=self.source.canon), "keys")

    def everyone(self) -> E:
        numbers = exp.Table(
            this=exp.Anonymous(this="range", expressions=[whole(self.source.profiles)]),
            alias=exp.TableAlias(this=exp.to_identifier("numbers"), columns=[exp.to_identifier("number")]),
        )
        profile = cast(column("number"), "INTEGER")
        return below(select([named(profile, "profile")], numbers), "everyone")

    def late_arrivals(self) -> exp.Query:
        """The profiles that were first seen at T or later."""
        seen = below(self._read(self.source.first_seen, [PROFILE, Column("at_us", "BIGINT")]), "seen")
        first = exp.Min(this=column("at_us"))
        query = select([column("profile")], seen).group_by(column("profile"), copy=False)
        return query.having(compared(first, whole(self.at_us), operator=">="), copy=False)


def latest_snapshots(files: Sequence[File], columns: Sequence[Column]) -> exp.Query:
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
