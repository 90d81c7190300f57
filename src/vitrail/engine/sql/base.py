"""What the report of the base asks: how often each value is there, and how many are beyond bounds."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlglot import exp

from vitrail.engine.sql.sources import Column, below, select
from vitrail.engine.sql.write import E, both, cast, column, compared, filtered, known, named, whole


class Beyond(msgspec.Struct, frozen=True):
    """Counts asked of a column: values of `name` that compare so with `bound`, written as text."""

    column: str
    type: str
    name: str
    operator: str
    bound: str


def counted_query(rows: E, columns: Sequence[Column]) -> exp.Query:
    """How many rows have each combination of values; those without the first are left out."""
    items = [column(each.name) for each in columns]
    query = select([*items, named(exp.Count(this=exp.Star()), "count")], rows, where=known(items[0].copy()))
    return query.group_by(*(whole(n) for n in range(1, len(columns) + 1)), copy=False)


def beyond_query(rows: E, asked: Sequence[Beyond]) -> exp.Query:
    """One row: how many values meet each comparison."""
    items = []
    for each in asked:
        bound = cast(exp.Literal.string(each.bound), each.type)
        test = compared(column(each.column), bound, operator=each.operator)
        items.append(named(filtered(exp.Count(this=exp.Star()), [test]), f"{each.column}~{each.name}"))
    return select(items, rows)


def told_query(log: E, columns: Sequence[Column]) -> exp.Query:
    """Of how many profiles each source ever told each trait."""
    inner = [named(column("source~"), "source"), column("profile")]
    inner += [named(exp.Count(this=column(each.name)), each.name) for each in columns]
    by_profile = select(inner, log).group_by(whole(1), whole(2), copy=False)
    items: list[E] = [column("source")]
    for each in columns:
        there = compared(column(each.name), whole(0), operator=">")
        items.append(named(filtered(exp.Count(this=exp.Star()), [there]), each.name))
    return select(items, below(by_profile, "told")).group_by(whole(1), copy=False)


def dated_beyond(rows: E, *, low: int, high: int) -> exp.Query:
    """How many rows are dated before an instant, and how many from another on."""
    at = column("at_us")
    early = filtered(exp.Count(this=exp.Star()), [compared(at, whole(low), operator="<")])
    late = filtered(exp.Count(this=exp.Star()), [both([compared(at.copy(), whole(high), operator=">=")])])
    return select([named(early, "early"), named(late, "late")], rows)
