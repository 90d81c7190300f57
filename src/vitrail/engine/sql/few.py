"""Figures over a text property that takes few values: one bit or count per value.

The most frequent value takes a count of each value in one pass; where several of them are asked,
records are grouped by value first, once for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from vitrail.engine.sql.sources import below, layered, select
from vitrail.engine.sql.write import (
    E,
    bigint,
    case,
    cast,
    column,
    compared,
    filtered,
    minus,
    named,
    plus,
    times,
    whole,
)

COUNTED = 40
"""Up to so many values, a count for each is cheaper than grouping by value."""

SEVERAL = 3
"""From so many most frequent values on, grouping by value once is cheaper than counts for each."""

PLACES = 64
"""More than there are values: a count and a place are one number, greater for the first of equals."""

PACK, ROOM = 4, 31
"""One sum of 128 bits holds four counts of 31 bits: more records than one profile ever has."""


@dataclass(frozen=True)
class Wanted:
    """A number of distinct values, or the most frequent one, of the rows that meet the conditions."""

    mode: bool
    conditions: list[E]
    name: str


def suits(texts: Sequence[str] | None, *, mode: bool) -> bool:
    """Whether there are few enough values."""
    return texts is not None and (not mode or len(texts) <= COUNTED)


def few_query(rows: E, wanted: Sequence[Wanted], *, of: E, texts: Sequence[E]) -> exp.Query:
    """One row per profile, one column per figure; `texts` are all the values of `of`, in order."""
    placed = below(select([exp.Star(), named(_place(of, texts), "~place")], rows), "placed")
    if sum(each.mode for each in wanted) >= SEVERAL:
        return _by_place(placed, wanted, texts=texts)
    items: list[E] = []
    for index, each in enumerate(wanted):
        if each.mode:
            items.extend(_sums(index, each, values=len(texts)))
        else:
            items.append(named(_seen(column("~place"), each.conditions), each.name))
    grouped = select([column("profile"), *items], placed).group_by(column("profile"), copy=False)
    modes = [index for index, each in enumerate(wanted) if each.mode]
    if not modes:
        return grouped
    figures = [
        named(_most_frequent(index, texts), each.name) if each.mode else column(each.name)
        for index, each in enumerate(wanted)
    ]
    steps = [[each for index in modes for each in step(index, len(texts))] for step in _STEPS]
    return select([column("profile"), *figures], layered(below(grouped, "counted"), steps))


def different(of: E, conditions: list[E], *, texts: Sequence[E]) -> E:
    """How many different values there are, as a figure like any other; an unknown one has no place."""
    return _seen(_place(of, texts), conditions)


def _place(of: E, texts: Sequence[E]) -> E:
    """The number of a value among all of them, from 1 on."""
    listed = exp.Array(expressions=list(texts))
    return exp.Anonymous(this="LIST_POSITION", expressions=[listed, of])


def _by_place(placed: E, wanted: Sequence[Wanted], *, texts: Sequence[E]) -> exp.Query:
    """Count the records of each value first, then take the greatest count, or the number of values."""
    counts = [
        named(filtered(exp.Count(this=exp.Star()), each.conditions), f"~n{index}")
        for index, each in enumerate(wanted)
    ]
    keys = [column("profile"), column("~place")]
    counted = select([*keys, *counts], placed).group_by(*keys, copy=False)
    items = [named(_over_places(index, each, texts=texts), each.name) for index, each in enumerate(wanted)]
    rows = below(counted, "counted")
    return select([column("profile"), *items], rows).group_by(column("profile"), copy=False)


def _over_places(index: int, wanted: Wanted, *, texts: Sequence[E]) -> E:
    some = [compared(column(name), whole(0), operator=">") for name in (f"~n{index}", "~place")]
    if not wanted.mode:
        return filtered(exp.Count(this=exp.Star()), some)
    weight = plus(times(column(f"~n{index}"), whole(PLACES)), minus(whole(PLACES), column("~place")))
    greatest = filtered(exp.Max(this=weight), some)
    place = minus(whole(PLACES), exp.Mod(this=greatest, expression=whole(PLACES)))
    return exp.Anonymous(this="LIST_EXTRACT", expressions=[exp.Array(expressions=list(texts)), place])


def _seen(place: E, conditions: list[E]) -> E:
    """How many different values there are: the bits of all of them, counted."""
    bit = exp.BitwiseLeftShift(this=bigint(whole(1)), expression=place)
    bits = filtered(exp.Anonymous(this="BIT_OR", expressions=[bit]), conditions)
    count = bigint(exp.Anonymous(this="BIT_COUNT", expressions=[bits]))
    return exp.Coalesce(this=count, expressions=[whole(0)])


def _sums(index: int, wanted: Wanted, *, values: int) -> list[E]:
    """The number of records of each value, four to a sum."""
    items = []
    for first in range(0, values, PACK):
        weights = [whole(_weight(value - first)) for value in range(values)]
        weight = exp.Anonymous(
            this="LIST_EXTRACT", expressions=[exp.Array(expressions=weights), column("~place")]
        )
        total = exp.Coalesce(this=filtered(exp.Sum(this=weight), wanted.conditions), expressions=[whole(0)])
        items.append(named(total, _sum_name(index, first // PACK)))
    return items


def _weight(place: int) -> int:
    return 1 << ROOM * place if 0 <= place < PACK else 0


def _halves(index: int, values: int) -> list[tuple[str, E]]:
    """Each sum as two whole numbers of 64 bits, with which it is faster to go on."""
    wide = whole(1 << 2 * ROOM)
    halves: list[tuple[str, E]] = []
    for pack in range(-(-values // PACK)):
        total = column(_sum_name(index, pack))
        halves.append((f"~low{index}.{pack}", bigint(exp.Mod(this=total, expression=wide))))
        halves.append((f"~high{index}.{pack}", bigint(exp.IntDiv(this=total, expression=wide))))
    return halves


def _counts(index: int, values: int) -> list[tuple[str, E]]:
    """The number of records of each value, taken out of its half of a sum."""
    counts: list[tuple[str, E]] = []
    for value in range(values):
        pack, place = divmod(value, PACK)
        half = column(f"~{'low' if place < 2 else 'high'}{index}.{pack}")
        kind = exp.IntDiv if place % 2 else exp.Mod
        counts.append((f"~n{index} {value}", kind(this=half, expression=whole(1 << ROOM))))
    return counts


def _most(index: int, values: int) -> list[tuple[str, E]]:
    counts = [column(name) for name, _ in _counts(index, values)]
    most = exp.Anonymous(this="GREATEST", expressions=counts) if counts else whole(0)
    return [(f"~most{index}", most)]


def _most_frequent(index: int, texts: Sequence[E]) -> E:
    """The first value, in their order, that no other value beats."""
    most = column(f"~most{index}")
    counts = [column(name) for name, _ in _counts(index, len(texts))]
    branches = [(compared(most, whole(0), operator="="), cast(exp.null(), "VARCHAR"))]
    for count, text in zip(counts, texts, strict=True):
        branches.append((compared(count, most, operator="="), text))
    return case(branches)


def _sum_name(index: int, pack: int) -> str:
    return f"~n{index}.{pack}"


_STEPS = (_halves, _counts, _most)
"""What follows the sums, each reading the one before."""
