"""What would have to happen for a value to reach a bound: candidates, to be tried before being told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.explain.facts import MIRROR, nearest, type_of
from vitrail.engine.explain.fitting import new_record
from vitrail.engine.explain.moves import Add, Moves, Put, Rate
from vitrail.engine.profile.context import Context, RankTable, Scope, measure
from vitrail.engine.profile.elementary import compares
from vitrail.engine.profile.evaluation import answer, property_of, selected
from vitrail.engine.profile.history import Fact
from vitrail.engine.profile.quantities import Answer, Operation, Ratio, calculate, compare, is_number
from vitrail.model.catalogue import Field, Type
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Aggregate,
    Arithmetic,
    Count,
    Distance,
    Moment,
    Operator,
    Rank,
    Ranking,
    Score,
    Selection,
    Trait,
    Value,
)
from vitrail.model.walk import walk

MOST_RECORDS = 1000


Undo = Literal[Operation, "from"]


class Goal(msgspec.Struct, frozen=True):
    """`value operator bound` is wanted."""

    value: Value
    operator: Operator
    bound: Answer


def reach(goal: Goal, scope: Scope) -> Iterator[Moves]:
    """Moves that may reach a goal; not all of them do."""
    match goal.value:
        case Trait(name):
            field = scope.context.catalogue.traits.get(name)
            like = answer(goal.value, scope)
            fact = _fact(goal, type_of(field, like=goal.bound if like is None else like), scope=scope)
            if fact is not None:
                yield (Put(name, fact),)
        case Score(name):
            score = _fact(goal, "float", scope=scope)
            if isinstance(score, float):
                yield (Rate(name, score),)
        case Count(of):
            yield from _more(goal, of, scope=scope)
        case Aggregate():
            yield from _figures(goal, goal.value, scope=scope)
        case Moment(_, of):
            yield from _one_more(of, scope)
        case Arithmetic():
            yield from _inverted(goal, goal.value, scope=scope)
        case Rank():
            yield from _ranked(goal, goal.value, scope=scope)
        case Distance():
            yield from _there(goal.value)
        case _:
            return


def _fact(goal: Goal, of_type: Type, *, scope: Scope) -> Fact | None:
    return nearest(goal.operator, goal.bound, of_type=of_type, zone=scope.context.zone)


# --- records ----------------------------------------------------------------------------------


def _one_more(of: Selection, scope: Scope, **also: Fact) -> Iterator[tuple[Add]]:
    record = new_record(of, scope, **also)
    if record is not None:
        yield (record,)


def _more(goal: Goal, of: Selection, *, scope: Scope) -> Iterator[Moves]:
    wanted = _fact(goal, "integer", scope=scope)
    record = new_record(of, scope)
    if isinstance(wanted, int) and record is not None:
        missing = wanted - len(selected(of, scope))
        if 0 < missing <= MOST_RECORDS:
            yield (msgspec.structs.replace(record, count=missing),)


def _figures(goal: Goal, of: Aggregate, *, scope: Scope) -> Iterator[Moves]:
    """One more record whose property brings the figure where it should be."""
    values = [
        fact for record in selected(of.of, scope) if (fact := property_of(record, of.property)) is not None
    ]
    of_type = type_of(_property(of, scope.context), like=values[0] if values else goal.bound)
    if of.function == "mode":
        yield from _most_frequent(goal, of, values=values, scope=scope)
        return
    bound = _bound_for_one(goal, of, values=values)
    fact = nearest(goal.operator, bound, of_type=of_type, zone=scope.context.zone)
    if isinstance(fact, int | Decimal | float) and fact < 0 and of.function in ("sum", "avg"):
        return
    if fact is not None and of.property != "at":
        yield from _one_more(of.of, scope, **{of.property: fact})
    elif of.property == "at":
        yield from _one_more(of.of, scope)


def _property(of: Aggregate, context: Context) -> Field | None:
    collection = context.catalogue.collections.get(of.of.collection)
    return collection.properties.get(of.property) if collection else None


def _bound_for_one(goal: Goal, of: Aggregate, *, values: list[Fact]) -> Answer:
    """What one more value is compared with, for the figure to compare well with the goal."""
    if of.function not in ("sum", "avg") or not is_number(goal.bound):
        return goal.bound
    total = sum((_exact(each) for each in values), Fraction(0))
    bound = _exact(goal.bound)
    needed = bound - total if of.function == "sum" else bound * (len(values) + 1) - total
    return _ratio(needed)


def _exact(value: Answer) -> Fraction:
    if isinstance(value, Ratio):
        return value.exactly()
    if isinstance(value, int | float | Decimal):
        return Fraction(value)
    raise Bug("a figure of what is not a number should have been refused")


def _most_frequent(goal: Goal, of: Aggregate, *, values: list[Fact], scope: Scope) -> Iterator[Moves]:
    counts = Counter(values)
    wanted = goal.bound
    if goal.operator == "=" and isinstance(wanted, str | int | bool):
        missing = max(counts.values(), default=0) - counts[wanted] + 1
        for moves in _one_more(of.of, scope, **{of.property: wanted}):
            yield tuple(msgspec.structs.replace(each, count=missing) for each in moves)


# --- arithmetic -------------------------------------------------------------------------------


def _inverted(goal: Goal, of: Arithmetic, *, scope: Scope) -> Iterator[Moves]:
    """The goal, carried over to one side of the operation; else one more of the records it reads."""
    for inner in _inner_goals(goal, of, scope=scope):
        yield from reach(inner, scope)
    for _, node in walk(of):
        if isinstance(node, Moment | Count):
            yield from _one_more(node.of, scope)


def _inner_goals(goal: Goal, of: Arithmetic, *, scope: Scope) -> Iterator[Goal]:
    left, right = answer(of.left, scope), answer(of.right, scope)
    for side, undo, other in _solved(of, left=left, right=right):
        bound = _carried(goal.bound, undo, by=other, zone=scope.context.zone)
        if bound is not None:
            yield Goal(side, MIRROR[goal.operator] if undo == "from" else goal.operator, bound)


def _solved(
    of: Arithmetic, *, left: Answer | None, right: Answer | None
) -> Iterator[tuple[Value, Undo, Answer]]:
    """Each side with what undoes the operation for it, and by how much; `from` is `by - bound`."""
    undone: dict[Operation, Undo] = {"+": "-", "-": "+", "*": "/", "/": "*"}
    if right is not None and _keeps_order(of.operator, right):
        yield of.left, undone[of.operator], right
    if left is None or not _keeps_order(of.operator, left):
        return
    match of.operator:
        case "+" | "*":
            yield of.right, undone[of.operator], left
        case "-":
            yield of.right, "from", left
        case "/":
            return


def _keeps_order(operator: Operation, other: Answer) -> bool:
    return operator in ("+", "-") or (is_number(other) and _exact(other) > 0)


def _carried(bound: Answer, undo: Undo, *, by: Answer, zone: ZoneInfo) -> Answer | None:
    if is_number(bound) and is_number(by):
        return _ratio(_undone(_exact(bound), undo, by=_exact(by)))
    try:
        if undo == "from":
            return calculate("-", left=by, right=bound, zone=zone)
        return calculate(undo, left=bound, right=by, zone=zone)
    except Bug:
        return None


def _undone(bound: Fraction, undo: Undo, *, by: Fraction) -> Fraction:
    match undo:
        case "+":
            return bound + by
        case "-":
            return bound - by
        case "*":
            return bound * by
        case "/":
            return bound / by
        case "from":
            return by - bound


def _ratio(number: Fraction) -> Ratio:
    return Ratio(number.numerator, number.denominator)


# --- ranks and places -------------------------------------------------------------------------


def _ranked(goal: Goal, of: Rank, *, scope: Scope) -> Iterator[Moves]:
    """The value of the population that stands where one should, as a goal for one's own."""
    table = scope.context.ranks.get(measure(of))
    if table is None:
        return
    for value, operator in _standing(table, goal, ranking=of.ranking, zone=scope.context.zone):
        yield from reach(Goal(of.of, operator, value), scope)


def _standing(
    table: RankTable, goal: Goal, *, ranking: Ranking, zone: ZoneInfo
) -> Iterator[tuple[Answer, Operator]]:
    def fits(index: int) -> bool:
        place = table.place(ranking, table.values[index], zone=zone)
        return place is not None and compares(goal.operator, compare(place, goal.bound, zone=zone))

    last = len(table.values) - 1
    rises = (goal.operator in (">", ">=")) is (ranking != "rank")
    if last < 0 or goal.operator in ("=", "!="):
        return
    if rises and fits(last):
        yield table.values[_first(fits, last)], ">="
    if not rises and fits(0):
        yield table.values[last - _first(lambda index: fits(last - index), last)], "<="


def _first(fits: Callable[[int], bool], last: int) -> int:
    """The smallest index that fits, where all the later ones do."""
    low, high = 0, last
    while low < high:
        middle = (low + high) // 2
        if fits(middle):
            high = middle
        else:
            low = middle + 1
    return low


def _there(of: Distance) -> Iterator[Moves]:
    if isinstance(of.latitude, Trait) and isinstance(of.longitude, Trait):
        yield Put(of.latitude.name, of.to_latitude), Put(of.longitude.name, of.to_longitude)
