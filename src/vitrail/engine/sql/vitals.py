"""What the quality gate asks of files: rows and known values by quarter of an hour, and breaches."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlglot import exp

from vitrail.engine.sql.sources import Column, select
from vitrail.engine.sql.write import E, both, column, compared, filtered, known, named, whole

QUARTER_US = 900_000_000
"""Every offset of a time zone is a multiple of it: local days are made of whole ones."""

ROWS, QUARTER = "~rows", "~quarter"


class Watched(msgspec.Struct, frozen=True):
    """A field whose values are watched: which texts it may hold, and whether each must be alone."""

    column: str
    choices: tuple[str, ...] = ()
    is_unique: bool = False


def arrivals_query(rows: E, columns: Sequence[Column], *, start: int, end: int) -> exp.Query:
    """For each quarter of an hour in `[start, end)`, the rows and the known values of each column."""
    inside = both(
        [
            compared(column("at_us"), whole(start), operator=">="),
            compared(column("at_us"), whole(end), operator="<"),
        ]
    )
    quarter = exp.IntDiv(this=column("at_us"), expression=whole(QUARTER_US))
    items = [named(quarter, QUARTER), named(exp.Count(this=exp.Star()), ROWS)]
    items += [named(exp.Count(this=column(each.name)), each.name) for each in columns]
    return select(items, rows, where=inside).group_by(whole(1), copy=False)


def watch_query(rows: E, fields: Sequence[Watched]) -> exp.Query:
    """One row: for each field, its known values, those that are not among its choices, and those that
    repeat another."""
    items: list[E] = [named(exp.Count(this=exp.Star()), ROWS)]
    for field in fields:
        read = column(field.column)
        items.append(named(exp.Count(this=read), f"{field.column}~known"))
        if field.choices:
            items.append(named(_others(field), f"{field.column}~others"))
        if field.is_unique:
            repeated = exp.Sub(
                this=exp.Count(this=read.copy()),
                expression=exp.Count(this=exp.Distinct(expressions=[read.copy()])),
            )
            items.append(named(repeated, f"{field.column}~repeated"))
    return select(items, rows)


def _others(field: Watched) -> E:
    read = column(field.column)
    among = exp.In(this=read.copy(), expressions=[exp.Literal.string(choice) for choice in field.choices])
    return filtered(exp.Count(this=exp.Star()), [known(read), exp.Not(this=exp.Paren(this=among))])
