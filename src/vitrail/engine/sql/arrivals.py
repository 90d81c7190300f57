"""Profiles with something dated between two instants."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from vitrail.engine.source import File
from vitrail.engine.sql.files import PROFILE, read_files
from vitrail.engine.sql.sources import Column, below, select
from vitrail.engine.sql.write import between, both, column

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
