"""Figures over a text property that takes few values: one bit or count per value, no grouping by value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from vitrail.engine.sql.sources import below, select
from vitrail.engine.sql.write import E, bigint, case, cast, column, compared, filtered, named, whole

COUNTED = 40
"""Up to so many values, a count for each is cheaper than grouping by value."""

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
    listed = exp.Array(expressions=list(texts))
    place = exp.Anonymous(this="LIST_POSITION", expressions=[listed, of])
    bit = exp.BitwiseLeftShift(this=bigint(whole(1)), expression=column("~place"))
    placed = below(select([exp.Star(), named(place, "~place")], rows), "placed")
    items: list[E] = []
    for index, each in enumerate(wanted):
        if each.mode:
            items.extend(_sums(index, each, values=len(texts)))
        else:
            items.append(named(_seen(bit, each.conditions), each.name))
    grouped = select([column("profile"), *items], placed).group_by(column("profile"), copy=False)
    if not any(each.mode for each in wanted):
        return grouped
    figures = [
        named(_most_frequent(index, texts), each.name) if each.mode else column(each.name)
        for index, each in enumerate(wanted)
    ]
    return select([column("profile"), *figures], below(grouped, "counted"))


def _seen(bit: E, conditions: list[E]) -> E:
    """How many different values there are: the bits of all of them, counted."""
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


def _count(index: int, value: int) -> E:
    """The number of records of a value, taken out of its sum."""
    above = exp.IntDiv(this=column(_sum_name(index, value // PACK)), expression=whole(_weight(value % PACK)))
    return exp.Mod(this=exp.Paren(this=above), expression=whole(1 << ROOM))


def _most_frequent(index: int, texts: Sequence[E]) -> E:
    """The first value, in their order, that no other value beats."""
    counts = [_count(index, value) for value in range(len(texts))]
    if not counts:
        return cast(exp.null(), "VARCHAR")
    most = exp.Anonymous(this="GREATEST", expressions=counts)
    none = (compared(most, whole(0), operator="="), exp.null())
    return case(
        [
            none,
            *((compared(count, most, operator="="), text) for count, text in zip(counts, texts, strict=True)),
        ]
    )


def _sum_name(index: int, pack: int) -> str:
    return f"~n{index}.{pack}"
