"""The meaning of a condition for one profile, in plain loops.

The tree was checked before: what `check` refuses raises `Bug` here.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import assert_never

import msgspec

from vitrail.engine.profile.context import Context, Scope, measure
from vitrail.engine.profile.elementary import compares, consented, distance_km, draw, looks_like, place
from vitrail.engine.profile.figures import figure, records
from vitrail.engine.profile.history import Fact, History, Record, known, latest, settled
from vitrail.engine.profile.local_time import (
    anniversary_day,
    exact_us,
    instant_at,
    instant_us,
    local_at,
)
from vitrail.engine.profile.quantities import (
    Answer,
    calculate,
    compare,
    duration_value,
)
from vitrail.engine.profile.sequences import Times, follow, periods_with
from vitrail.engine.profile.windows import (
    anniversary_bounds,
    day_bounds,
    has_anniversary,
    instant_bounds,
)
from vitrail.model.catalogue import Type
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Age,
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Arithmetic,
    Boolean,
    Compare,
    Condition,
    Consented,
    Count,
    Date,
    DatePart,
    Did,
    Distance,
    Duration,
    Has,
    Instant,
    Integer,
    Known,
    Like,
    Member,
    Moment,
    Not,
    Now,
    Number,
    OneOf,
    Part,
    Property,
    Range,
    Rank,
    Regularly,
    Sample,
    Score,
    Selection,
    Sequence,
    Step,
    Text,
    Trait,
    Truth,
    Value,
    Window,
    Within,
)


def evaluate(condition: Condition, history: History, *, context: Context) -> bool:
    """The condition holds for the profile at T (see `in_population` for who may be asked at all)."""
    return holds(condition, Scope(history, context))


def value(of: Value, history: History, *, context: Context) -> Answer | None:
    """The value for the profile at T; None when it is unknown."""
    return answer(of, Scope(history, context))


# --- conditions -------------------------------------------------------------------------------


def holds(condition: Condition, scope: Scope) -> bool:
    """The condition is true of the profile or of the record at hand."""
    match condition:
        case All(conditions):
            return all(holds(each, scope) for each in conditions)
        case AnyOf(conditions):
            return any(holds(each, scope) for each in conditions)
        case Not(negated):
            return not holds(negated, scope)
        case Truth(truth):
            return truth
        case Did(of):
            return bool(selected(of, scope))
        case Sequence():
            return follow(step_times(condition, scope), scope.context.at_us)
        case Regularly():
            return _is_regular(condition, scope)
        case Member(segment):
            return holds(segment_rule(segment, scope.context), msgspec.structs.replace(scope, record=None))
        case Consented():
            return _consented(condition, scope)
        case Sample(share, salt):
            return Fraction(draw(salt, scope.history.key)) < Fraction(share) * 2**53
        case Known(of, negated):
            return (answer(of, scope) is None) is negated
        case Within(of, window, negated):
            inside = _lies_within(of, window, scope=scope)
            return inside is not None and inside is not negated
        case _:
            return _test(condition, scope)


def _test(condition: Compare | Range | OneOf | Like | Has, scope: Scope) -> bool:
    """The operators that are false, negated or not, as soon as an operand is unknown."""
    match condition:
        case Compare(left, operator, right):
            order = _order(left, right, scope=scope)
            return order is not None and compares(operator, order)
        case Range(of, low, high, negated):
            above, below = _order(of, low, scope=scope), _order(of, high, scope=scope)
            return above is not None and below is not None and (above >= 0 >= below) is not negated
        case OneOf(of, choices, negated):
            orders = [_order(of, choice, scope=scope) for choice in choices]
            return orders[0] is not None and (0 in orders) is not negated
        case Like(of, operator, pattern, negated):
            text = answer(of, scope)
            return isinstance(text, str) and looks_like(text, operator, pattern=pattern) is not negated
        case Has(of, quantifier, choices, negated):
            texts = answer(of, scope)
            if not isinstance(texts, frozenset):
                return False
            found = [answer(choice, scope) in texts for choice in choices]
            return (all(found) if quantifier == "all" else any(found)) is not negated
        case _:
            assert_never(condition)


def _order(left: Value, right: Value, *, scope: Scope) -> int | None:
    one, other = answer(left, scope), answer(right, scope)
    if one is None or other is None:
        return None
    return compare(one, other, zone=scope.context.zone)


def _lies_within(of: Value, window: Window, *, scope: Scope) -> bool | None:
    clock = scope.context.clock
    if isinstance(of, Anniversary):
        born = _day(answer(of.of, scope), scope)
        return None if born is None else has_anniversary(born, anniversary_bounds(window, clock))
    time = answer(of, scope)
    match time:
        case None:
            return None
        case dt.datetime():
            start, end = instant_bounds(window, clock)
            return start <= instant_us(time) < end
        case dt.date():
            start, end = day_bounds(window, clock)
            return start <= time.toordinal() < end
        case _:
            raise Bug("a window on what has no time should have been refused")


def segment_rule(key: str, context: Context) -> Condition:
    """The condition of a segment."""
    if key not in context.catalogue.segments:
        raise Bug(f"the segment {key} should have been refused")
    return context.catalogue.segments[key]


def _consented(condition: Consented, scope: Scope) -> bool:
    said = (
        each
        for each in scope.history.consents
        if each.at_us < scope.context.at_us and each.purpose == condition.purpose
    )
    return consented(said, channel=condition.channel)


# --- records ----------------------------------------------------------------------------------


def selected(selection: Selection, scope: Scope) -> tuple[Record, ...]:
    """The records of a selection before T: events in order of (time, id), records by id."""
    candidates = records(
        scope.history, selection.collection, window=selection.window, clock=scope.context.clock
    )
    return tuple(each for each in candidates if meets(selection.where, each, scope=scope))


def meets(where: Condition | None, record: Record, *, scope: Scope) -> bool:
    """The record meets the `where` of its selection."""
    return where is None or holds(where, msgspec.structs.replace(scope, record=record))


def _times(selection: Selection, scope: Scope) -> tuple[int, ...]:
    return tuple(each.at_us for each in selected(selection, scope))


def step_times(sequence: Sequence, scope: Scope) -> tuple[Times, ...]:
    """When the records of each step happened: absences look outside the window too."""
    return tuple(_step_times(step, sequence.window, scope=scope) for step in sequence.steps)


def _step_times(step: Step, window: Window | None, *, scope: Scope) -> Times:
    selection = Selection(step.collection, step.where, None if step.absent else window)
    within = None if step.within is None else exact_us(step.within)
    return Times(_times(selection, scope), within, step.absent)


def _is_regular(condition: Regularly, scope: Scope) -> bool:
    found = periods_with(
        _times(condition.of, scope), condition.every, of_last=condition.of_last, clock=scope.context.clock
    )
    return found >= condition.at_least


# --- values -----------------------------------------------------------------------------------


def answer(of: Value, scope: Scope) -> Answer | None:
    """The value for the profile or the record at hand; None when it is unknown."""
    match of:
        case Text() | Integer() | Number() | Boolean() | Date() | Instant():
            return of.value
        case Duration():
            return duration_value(of)
        case Trait(name):
            said = scope.history.traits.get(name, ())
            declared = scope.context.catalogue.traits.get(name)
            return settled(said, scope.context.at_us, policy=declared.policy if declared else None)
        case Score(name):
            return latest(scope.history.scores.get(name, ()), scope.context.at_us)
        case Property(name):
            return property_of(scope.record, name)
        case Now():
            return instant_at(scope.context.at_us)
        case Count(selection):
            return len(selected(selection, scope))
        case Aggregate():
            return _aggregate(of, scope)
        case Moment(which, selection):
            times = _times(selection, scope)
            return instant_at(times[0] if which == "first_time" else times[-1]) if times else None
        case Rank():
            return _rank(of, scope)
        case Anniversary():
            raise Bug("an anniversary outside `in` should have been refused")
        case _:
            return _derived(of, scope)


def _derived(of: Arithmetic | Age | DatePart | Distance, scope: Scope) -> Answer | None:
    match of:
        case Arithmetic(left, operator, right):
            one, other = answer(left, scope), answer(right, scope)
            if one is None or other is None:
                return None
            return calculate(operator, left=one, right=other, zone=scope.context.zone)
        case Age(date):
            return _age(answer(date, scope), scope)
        case DatePart(part, time):
            return _part(part, answer(time, scope), scope=scope)
        case Distance():
            return _distance(of, scope)
        case _:
            assert_never(of)


def property_of(record: Record | None, name: str) -> Fact | None:
    """A detail of a record; `at` is its own time."""
    if record is None:
        raise Bug("a property outside `where` should have been refused")
    if name == "at":
        return instant_at(record.at_us)
    return known(record.properties.get(name))


def _aggregate(of: Aggregate, scope: Scope) -> Answer | None:
    found = (property_of(record, of.property) for record in selected(of.of, scope))
    collection = scope.context.catalogue.collections.get(of.of.collection)
    field = collection and collection.properties.get(of.property)
    nothing = _nothing(field.type if field else "integer")
    facts = [each for each in found if each is not None]
    return figure(of.function, facts, nothing=nothing, zone=scope.context.zone)


def _nothing(kind: Type) -> int | Decimal | float:
    """The sum of no number at all."""
    match kind:
        case "float":
            return 0.0
        case "decimal":
            return Decimal(0)
        case _:
            return 0


def _rank(of: Rank, scope: Scope) -> Answer | None:
    mine = answer(of.of, scope)
    table = scope.context.ranks.get(measure(of))
    if table is None:
        raise Bug("a rank needs the table of its population (see rank_tables)")
    return None if mine is None else table.place(of.ranking, mine, zone=scope.context.zone)


def _day(time: Answer | None, scope: Scope) -> dt.date | None:
    """The day of a date, or of an instant in the zone of the workspace."""
    if isinstance(time, dt.datetime):
        local = local_at(instant_us(time), scope.context.zone)
        return None if local is None else local.date()
    return time if isinstance(time, dt.date) else None


def _age(time: Answer | None, scope: Scope) -> int | None:
    born, today = _day(time, scope), scope.context.clock.today
    if born is None or born.toordinal() > today:
        return None
    year = dt.date.fromordinal(today).year
    return year - born.year - (today < anniversary_day(born, year))


def _part(part: Part, time: Answer | None, *, scope: Scope) -> int | None:
    if part == "hour":
        local = local_at(instant_us(time), scope.context.zone) if isinstance(time, dt.datetime) else None
        return None if local is None else local.hour
    day = _day(time, scope)
    if day is None:
        return None
    match part:
        case "weekday":
            return day.isoweekday()
        case "month":
            return day.month
        case "year":
            return day.year


def _distance(of: Distance, scope: Scope) -> float | None:
    here = place(answer(of.latitude, scope), answer(of.longitude, scope))
    there = place(of.to_latitude, of.to_longitude)
    return None if here is None or there is None else distance_km(here, there)
