"""The figures of many fields at once: how full, how many values, which ones most, from what to what.

Rows bear an era: 1 is the present (or the period looked at), 0 what it is compared with, 2 neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

import msgspec
from sqlglot import exp

from vitrail.engine.sql.sources import Column, below, select, union
from vitrail.engine.sql.write import (
    E,
    bigint,
    both,
    cast,
    column,
    compared,
    filtered,
    identifier,
    known,
    named,
    plus,
    whole,
)

Query = exp.Query
"""What a query is, for those who do not build any."""

ERA = "era~"
BEFORE, NOW = 0, 1
ROWS, FIRST, LAST = "~rows", "~first", "~last"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
DECILES = tuple(tenth / 10 for tenth in range(1, 10))
MAIN_VALUES = 20
"""Values told apart in a field; all others count together."""


class Measured(msgspec.Struct, frozen=True):
    """A field to be measured: its column, and whether its values have an order worth telling."""

    column: str
    ordered: bool


class Sample(msgspec.Struct, frozen=True):
    """Quantiles look at one profile in so many."""

    one_in: int = 1

    @property
    def conditions(self) -> list[E]:
        """What holds of the rows of the sample."""
        if self.one_in == 1:
            return []
        left = exp.Mod(this=column("profile"), expression=whole(self.one_in))
        return [compared(left, whole(0), operator="=")]


class Eras(msgspec.Struct, frozen=True):
    """Whether eras are compared, and whether rows of all eras count as present."""

    are_compared: bool
    are_all_present: bool

    @property
    def told(self) -> tuple[int, ...]:
        """The eras that are counted apart."""
        return (BEFORE, NOW) if self.are_compared else ()

    @property
    def present(self) -> list[E]:
        """What holds of the rows that count as present."""
        return [] if self.are_all_present or not self.are_compared else [_era(NOW)]


def summary_query(
    rows: E, fields: Sequence[Measured], *, eras: Eras, sample: Sample, dated: int | None
) -> exp.Query:
    """One row with every figure that is not about single values.

    Where rows have a time, `dated` leaves out the instants up to it.
    """
    items = [named(filtered(exp.Count(this=exp.Star()), eras.present), ROWS)]
    for era in eras.told:
        items.append(named(filtered(exp.Count(this=exp.Star()), [_era(era)]), f"{ROWS}{era}"))
    for field in fields:
        items += _figures(field, eras=eras, sample=sample)
    if dated is not None:
        real = [compared(column("at_us"), whole(dated), operator=">")]
        items.append(named(filtered(exp.Min(this=column("at_us")), real), FIRST))
        items.append(named(filtered(exp.Max(this=column("at_us")), real), LAST))
    return select(items, rows)


def _figures(field: Measured, *, eras: Eras, sample: Sample) -> list[E]:
    read, name, present = column(field.column), field.column, eras.present
    items = [named(filtered(exp.Count(this=read), present), f"{name}~known")]
    for era in eras.told:
        items.append(named(filtered(exp.Count(this=read), [_era(era)]), f"{name}~known{era}"))
    items.append(named(filtered(exp.ApproxDistinct(this=read), present), f"{name}~distinct"))
    if field.ordered:
        drawn = sample.conditions
        items.append(named(filtered(exp.Min(this=read), present), f"{name}~low"))
        items.append(named(filtered(exp.Max(this=read), present), f"{name}~high"))
        items.append(named(_quantiles(read, QUANTILES, where=[*present, *drawn]), f"{name}~quantiles"))
        if eras.told:
            items.append(named(_quantiles(read, DECILES, where=[_era(BEFORE), *drawn]), f"{name}~edges"))
    return items


def _quantiles(read: E, shares: Sequence[float], *, where: list[E]) -> E:
    wanted = exp.Array(expressions=[exp.Literal.number(str(share)) for share in shares])
    return filtered(exp.Anonymous(this="quantile_disc", expressions=[read, wanted]), where)


class Banded(msgspec.Struct, frozen=True):
    """A field whose values are told one by one or, given edges, band by band."""

    number: int
    column: str
    edges: tuple[str, ...] = ()
    type: str = "VARCHAR"


def values_query(rows: E, fields: Sequence[Banded], *, eras: Eras) -> exp.Query:
    """The main values of every field with their counts: `field`, `value`, `rows`, `before`, `now`,
    `distinct` (how many values the field has), the most frequent first."""
    return union([_values(rows.copy(), field, eras=eras) for field in fields])


def _values(rows: E, field: Banded, *, eras: Eras) -> exp.Query:
    read = column(field.column)
    value = _band(read, field) if field.edges else read
    where = known(read)
    every = exp.Count(this=exp.Star())
    counted = select(
        [
            named(value, "value"),
            named(filtered(every.copy(), eras.present), "rows"),
            named(filtered(every.copy(), [_era(BEFORE)]) if eras.told else whole(0), "before"),
            named(filtered(every.copy(), [_era(NOW)]) if eras.told else whole(0), "now"),
        ],
        rows,
        where=where,
    ).group_by(whole(1), copy=False)
    items: list[E] = [exp.Star(), named(_place(), "place"), named(_distinct(), "distinct")]
    placed = select(items, below(counted, "counted"))
    shown = [
        named(whole(field.number), "field"),
        named(cast(column("value"), "VARCHAR"), "value"),
        *(column(name) for name in ("rows", "before", "now", "distinct", "place")),
    ]
    main = compared(column("place"), whole(MAIN_VALUES), operator="<=")
    return select(shown, below(placed, "placed"), where=main)


def _place() -> E:
    order = [
        exp.Ordered(this=plus(column("rows"), column("before")), desc=True),
        exp.Ordered(this=column("value"), desc=False),
    ]
    return exp.Window(this=exp.RowNumber(), order=exp.Order(expressions=order))


def _distinct() -> E:
    there = compared(column("rows"), whole(0), operator=">")
    return exp.Window(this=filtered(exp.Count(this=exp.Star()), [there]))


def _band(read: E, field: Banded) -> E:
    """How many of the edges a value passes."""
    passed = [
        cast(compared(read.copy(), _edge(edge, field.type), operator=">"), "INTEGER") for edge in field.edges
    ]
    return bigint(exp.Paren(this=reduce(plus, passed)))


def _edge(edge: str, sql_type: str) -> E:
    return cast(exp.Literal.string(edge), sql_type)


def with_era(rows: E, era: int, *, columns: Sequence[Column]) -> exp.Query:
    """The rows, all of one era."""
    items = [column(each.name) for each in columns]
    return select([*items, named(whole(era), ERA)], rows)


def with_eras_of_time(rows: E, *, columns: Sequence[Column], start: int, middle: int) -> exp.Query:
    """The rows with their era: from `middle` on the present, before it the past, before `start` neither."""
    at = column("at_us")
    ifs = [
        exp.If(this=compared(at, whole(middle), operator=">="), true=whole(NOW)),
        exp.If(this=compared(at.copy(), whole(start), operator=">="), true=whole(BEFORE)),
    ]
    items = [column(each.name) for each in columns]
    return select([*items, named(exp.Case(ifs=ifs, default=whole(2)), ERA)], rows)


def before(rows: E, end: int) -> E:
    """The rows dated before an instant."""
    inside = both([compared(column("at_us"), whole(end), operator="<")])
    return below(select([exp.Star()], rows, where=inside), "earlier")


def keeping(query: exp.Query, name: str) -> exp.Expr:
    """The statement that makes a passing table of an answer."""
    return exp.Create(
        this=kept_table(name),
        kind="TABLE",
        replace=True,
        properties=exp.Properties(expressions=[exp.TemporaryProperty()]),
        expression=query,
    )


def kept_table(name: str) -> E:
    """What stands after FROM to read it."""
    return exp.Table(this=identifier(name))


def dropping(name: str) -> E:
    """The statement that forgets it."""
    return exp.Drop(tables=[kept_table(name)], kind="TABLE")


def observed_query(log: E, columns: Sequence[Column], *, always: int, day_us: int) -> exp.Query:
    """How many observations each source gave of each trait: by day or, where they are undated, by load."""
    undated = compared(column("at_us"), whole(always), operator="=")
    day = exp.Case(
        ifs=[exp.If(this=undated, true=exp.null())],
        default=exp.IntDiv(this=column("at_us"), expression=whole(day_us)),
    )
    load = exp.Case(ifs=[exp.If(this=undated.copy(), true=_load())])
    items = [named(column("source~"), "source"), named(load, "load"), named(day, "day")]
    items += [named(exp.Count(this=column(each.name)), each.name) for each in columns]
    return select(items, log).group_by(whole(1), whole(2), whole(3), copy=False)


def _load() -> E:
    return exp.Coalesce(this=column("load"), expressions=[cast(column("sequence"), "INTEGER")])


def known_by(log: E, load: int) -> exp.Query:
    """The rows that had come with a load or before it."""
    return select([exp.Star()], log, where=compared(_load(), whole(load), operator="<="))


def _era(era: int) -> E:
    return compared(column(ERA), whole(era), operator="=")
