"""What might turn one test: candidates, to be tried before being told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import takewhile

from vitrail.engine.explain.facts import COMPLEMENT, MIRROR, examples, type_of
from vitrail.engine.explain.fitting import new_record
from vitrail.engine.explain.goals import Goal, reach
from vitrail.engine.explain.moves import Add, Forget, Moves, Put, Say, Wait
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import answer
from vitrail.engine.profile.history import Fact
from vitrail.engine.profile.local_time import exact_us, instant_at, midnight_us, period_start
from vitrail.engine.profile.windows import day_bounds, instant_bounds
from vitrail.model.tree import (
    Aggregate,
    Compare,
    Condition,
    Consented,
    Count,
    Did,
    Has,
    Known,
    Like,
    Moment,
    OneOf,
    Operator,
    Range,
    Regularly,
    Sequence,
    Step,
    Trait,
    Value,
    Within,
)

FEW = 6


def leaf_moves(leaf: Condition, *, target: bool, scope: Scope) -> Iterator[Moves]:
    """Moves that may give a test a truth, besides waiting."""
    match leaf:
        case Compare(left, operator, right):
            wanted = operator if target else COMPLEMENT[operator]
            yield from _compared(left, wanted, right=right, scope=scope)
            yield from _compared(right, MIRROR[wanted], right=left, scope=scope)
        case Range(value, low, high, negated):
            lower: Operator = ">=" if target is not negated else "<"
            yield from _compared(value, lower, right=low, scope=scope)
            yield from _compared(value, MIRROR[lower], right=high, scope=scope)
        case OneOf(value, choices, negated):
            wanted = "=" if target is not negated else "!="
            for choice in choices[:FEW]:
                yield from _compared(value, wanted, right=choice, scope=scope)
        case Did(of):
            if target:
                yield from reach(Goal(Count(of), ">=", 1), scope)
        case Known(value, negated):
            yield from _known(value, scope=scope) if target is not negated else _forgotten(value)
        case Within():
            yield from _within(leaf, inside=target is not leaf.negated, scope=scope)
        case Consented(purpose, channel):
            yield (Say(purpose, channel, target),)
        case _:
            yield from _others(leaf, target=target, scope=scope)


def _others(leaf: Condition, *, target: bool, scope: Scope) -> Iterator[Moves]:
    match leaf:
        case Like(Trait(name), operator, pattern, negated):
            if target is negated:
                yield from _another(name, scope)
            elif operator != "matches":
                yield (Put(name, pattern),)
        case Has(Trait(name)):
            yield from _texts(leaf, name, gain=target is not leaf.negated, scope=scope)
        case Sequence():
            yield from _steps(leaf, target=target, scope=scope)
        case Regularly(of, every):
            record = new_record(of, scope)
            if target and record is not None:
                start = period_start(scope.context.clock.today, every, offset=1)
                yield record, Wait(midnight_us(start, scope.context.zone), (of.collection,))
        case _:
            return


def _compared(value: Value, operator: Operator, *, right: Value, scope: Scope) -> Iterator[Moves]:
    bound = answer(right, scope)
    if bound is None:
        return
    if isinstance(value, Trait) and operator == "!=":
        yield from _another(value.name, scope)
    yield from reach(Goal(value, operator, bound), scope)


def _another(name: str, scope: Scope) -> Iterator[Moves]:
    """The trait becomes something else than what it is."""
    field = scope.context.catalogue.traits.get(name)
    present = answer(Trait(name), scope)
    for fact in examples(field, type_of(field, like=present)):
        if fact != present:
            yield (Put(name, fact, meaning="other"),)


def _known(value: Value, *, scope: Scope) -> Iterator[Moves]:
    match value:
        case Trait(name):
            field = scope.context.catalogue.traits.get(name)
            for fact in examples(field, type_of(field, like=None)):
                yield (Put(name, fact, meaning="known"),)
        case Aggregate(_, name, of):
            collection = scope.context.catalogue.collections.get(of.collection)
            field = collection.properties.get(name) if collection else None
            for fact in examples(field, type_of(field, like=None)):
                yield from _records(new_record(of, scope, **({} if name == "at" else {name: fact})))
        case Moment(_, of):
            yield from _records(new_record(of, scope))
        case _:
            return


def _records(record: Add | None) -> Iterator[Moves]:
    if record is not None:
        yield (record,)


def _forgotten(value: Value) -> Iterator[Moves]:
    if isinstance(value, Trait):
        yield (Forget(value.name),)


def _within(leaf: Within, *, inside: bool, scope: Scope) -> Iterator[Moves]:
    match leaf.value:
        case Trait(name) if inside:
            for fact in _starts(leaf, name, scope=scope):
                yield (Put(name, fact),)
        case Trait(name):
            yield from _another(name, scope)
        case Moment(_, of):
            yield from _records(new_record(of, scope))
        case _:
            return


def _starts(leaf: Within, name: str, *, scope: Scope) -> Iterator[Fact]:
    """The first moment of the window, and its last."""
    field, clock = scope.context.catalogue.traits.get(name), scope.context.clock
    if type_of(field, like=answer(leaf.value, scope)) == "date":
        start_day, end_day = day_bounds(leaf.window, clock)
        for day in (end_day - 1, start_day + 1, start_day):
            if 0 < day < dt.date.max.toordinal():
                yield dt.date.fromordinal(day)
        return
    start, end = instant_bounds(leaf.window, clock)
    for us in (end - 1, start + FEW):
        moment = instant_at(us)
        if moment is not None:
            yield moment


def _texts(leaf: Has, name: str, *, gain: bool, scope: Scope) -> Iterator[Moves]:
    present = answer(leaf.value, scope)
    texts = present if isinstance(present, frozenset) else frozenset[str]()
    choices = [str(answer(choice, scope)) for choice in leaf.choices]
    every = frozenset(choices)
    needs_all = (leaf.quantifier == "all") is gain
    for one in (every,) if needs_all else (frozenset({choice}) for choice in choices):
        changed = one - texts if gain else one & texts
        yield (Put(name, texts ^ changed, changed, "gain" if gain else "lose"),)


def _steps(leaf: Sequence, *, target: bool, scope: Scope) -> Iterator[Moves]:
    """The last steps happen now, and the time of a final absence passes; or what should not happen does."""
    if not target:
        for step in leaf.steps:
            if step.absent:
                yield from _records(new_record(step, scope))
        return
    positive = [step for step in leaf.steps if not step.absent]
    records = [record for step in positive if (record := new_record(step, scope)) is not None]
    if len(records) < len(positive):
        return
    absent = tuple(step.collection for step in _final_absences(leaf))
    longest = max((_length(step) for step in _final_absences(leaf)), default=0)
    for count in range(1, len(records) + 1):
        happening = tuple(records[-count:])
        until = scope.context.at_us + count + longest
        yield (*happening, Wait(until, absent)) if absent else happening
    yield from ((record,) for record in records)


def _final_absences(leaf: Sequence) -> list[Step]:
    """The steps that say what does not happen after the last one that does."""
    return list(takewhile(lambda step: step.absent, reversed(leaf.steps)))


def _length(step: Step) -> int:
    return (step.within and exact_us(step.within)) or 0
