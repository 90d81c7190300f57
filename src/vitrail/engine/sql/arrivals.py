"""Profiles with something dated between two instants."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlglot import exp

from vitrail.engine.source import File
from vitrail.engine.sql.files import PROFILE, read_files
from vitrail.engine.sql.sources import Column, below, select, union
from vitrail.engine.sql.write import between, both, column, either

DATED = (PROFILE, Column("at_us", "BIGINT"))


def arrivals_query(files: Sequence[File], start: int, *, end: int) -> exp.Query:
    """The profiles with a row dated in `[start, end)`."""
    inside = both(between(column("at_us"), start=start, end=end))
    rows = below(read_files(files, DATED), "dated")
    return select([column("profile")], rows, where=inside).distinct(copy=False)


def owners_query(files: Sequence[File], start: int, *, end: int) -> exp.Query:
    """All who ever had a record with a version dated in `[start, end)`: it may change hands."""
    versions = (*DATED, Column("id", "VARCHAR"))
    inside = both(between(column("at_us"), start=start, end=end))
    moved = select([column("id")], below(read_files(files, versions), "moved"), where=inside)
    theirs = exp.In(this=column("id"), query=exp.Subquery(this=moved))
    rows = below(read_files(files, versions), "versions")
    return select([column("profile")], rows, where=theirs).distinct(copy=False)


def events_query(files: Sequence[File], ranges: Sequence[tuple[int, int]]) -> exp.Query | None:
    """`profile` and `at_us` of the events in one of the ranges; None when no file reaches into them.

    Each file is asked for the ranges it reaches into, which are few: most files hold a slice of time.
    """
    alike: dict[tuple[tuple[int, int], ...], list[File]] = defaultdict(list)
    for file in files:
        reached = [each for each in merged(ranges) if file.last_us >= each[0] and file.first_us < each[1]]
        if reached:
            alike[tuple(reached)].append(file)
    if not alike:
        return None
    return union([_inside(same, reached) for reached, same in alike.items()])


def _inside(files: Sequence[File], ranges: Sequence[tuple[int, int]]) -> exp.Query:
    inside = either([both(between(column("at_us"), start=start, end=end)) for start, end in ranges])
    items = [column(each.name) for each in DATED]
    return select(items, below(read_files(files, DATED), "events"), where=inside)


def merged(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same instants in as few ranges as possible."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found
