"""The instants and lengths of time a condition hangs on, for one profile."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product

import msgspec

from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import meets, segment_rule
from vitrail.engine.profile.history import Record
from vitrail.engine.profile.local_time import as_us, exact_us, months_in
from vitrail.engine.source import ALWAYS
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Arithmetic,
    Compare,
    Condition,
    Consented,
    Date,
    DatePart,
    Duration,
    Instant,
    Member,
    Moment,
    Now,
    OneOf,
    Property,
    Range,
    Score,
    Selection,
    Sequence,
    Step,
    Trait,
    Tree,
    Value,
    Window,
    Within,
)
from vitrail.model.walk import children

_ASKS_THE_CLOCK = (Now, Age, Within)
_DATED = Trait | Property | Moment | Aggregate
_FEW = 30


class Lengths(msgspec.Struct, frozen=True):
    """The durations values are moved by: exact ones in microseconds, calendar ones in months."""

    exact: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()


def nodes(condition: Tree, scope: Scope) -> Iterator[Tree]:
    """Every node of a condition and of the segments it refers to."""
    yield condition
    for _, below in children(condition):
        yield from nodes(below, scope)
    if isinstance(condition, Member):
        yield from nodes(segment_rule(condition.segment, scope.context), scope)


def asks_the_clock(tree: Tree | None) -> bool:
    """The truth of a test on a record depends on T."""
    if tree is None:
        return False
    return isinstance(tree, _ASKS_THE_CLOCK) or any(asks_the_clock(below) for _, below in children(tree))


def record_times(of: Selection | Step, scope: Scope) -> list[int]:
    """When the records happened, or changed, whatever the window; future ones too."""
    every = records_of(of.collection, scope)
    if not asks_the_clock(of.where):
        every = [each for each in every if meets(of.where, each, scope=scope)]
    return [each.at_us for each in every]


def records_of(collection: str, scope: Scope) -> list[Record]:
    """All the records of a collection, before and after T, with every version."""
    history = scope.history
    return [*history.events.get(collection, ()), *history.records.get(collection, ())]


def collections_of(condition: Condition, scope: Scope) -> tuple[str, ...]:
    """The collections a condition reads, each once, in order."""
    read = (each for each in nodes(condition, scope) if isinstance(each, Selection | Step))
    return tuple(dict.fromkeys(each.collection for each in read))


def anchors(tree: Tree, scope: Scope) -> set[int]:
    """Every instant of the profile's data, and of its own literals, that a condition can depend on."""
    found: set[int] = set()
    if scope.history.first_seen_us is not None:
        found.add(scope.history.first_seen_us)
    for node in nodes(tree, scope):
        found.update(_anchors_of(node, scope))
    return {each for each in found if each > ALWAYS}


def anchors_of_value(value: Value, condition: Condition, *, scope: Scope) -> set[int]:
    """The instants one value can depend on: those of the whole condition if it speaks of a record."""
    of_record = any(isinstance(node, Property) for node in nodes(value, scope))
    return anchors(condition if of_record else value, scope)


def _anchors_of(node: Tree, scope: Scope) -> Iterator[int]:
    history, zone = scope.history, scope.context.zone
    match node:
        case Trait(name):
            for observation in history.traits.get(name, ()):
                yield observation.at_us
                yield from _moment(observation.value, scope)
        case Score(name):
            yield from (each.at_us for each in history.scores.get(name, ()))
        case Consented():
            yield from (each.at_us for each in history.consents)
        case Selection() | Step():
            yield from record_times(node, scope)
            yield from _moments_inside(node, scope)
        case Aggregate(_, name, of):
            for record in records_of(of.collection, scope):
                yield from _moment(record.properties.get(name), scope)
        case Date(value) | Instant(value):
            yield as_us(value, zone)
        case _:
            return


def _moments_inside(node: Selection | Step, scope: Scope) -> Iterator[int]:
    """The dates and instants held in the properties that the condition on records reads."""
    names = {each.name for each in nodes(node, scope) if isinstance(each, Property)}
    for record in records_of(node.collection, scope):
        for name in names:
            yield from _moment(record.properties.get(name), scope)


def _moment(value: object, scope: Scope) -> Iterator[int]:
    if isinstance(value, dt.date):
        yield as_us(value, scope.context.zone)


def lengths(condition: Condition, scope: Scope) -> Lengths:
    """The durations of arithmetic and comparisons, in both directions, alone and two by two."""
    found = [each for node in nodes(condition, scope) for each in _durations(node)]
    exact = [us for each in found if (us := exact_us(each)) is not None]
    months = {months_in(each) for each in found if exact_us(each) is None}
    signed = {0, *exact, *(-each for each in exact)}
    pairs = {one + other for one, other in product(signed, repeat=2)} if len(exact) > 1 else signed
    return Lengths(frozenset(pairs if exact else ()), frozenset(months | {-each for each in months}))


def _durations(node: Tree) -> Iterator[Duration]:
    if isinstance(node, Arithmetic | Compare | Range | OneOf):
        yield from (below for _, below in children(node) if isinstance(below, Duration))


def gaps(condition: Condition, scope: Scope, *, among: set[int]) -> set[int]:
    """The times between any two anchors, where a condition compares two lengths of time."""
    compared = (node for node in nodes(condition, scope) if isinstance(node, Compare | Range))
    if len(among) > _FEW or not any(_elapsed_sides(node) > 1 for node in compared):
        return set()
    return {later - earlier for later, earlier in product(among, repeat=2)}


def _elapsed_sides(node: Compare | Range) -> int:
    return sum(isinstance(below, Arithmetic) and below.operator == "-" for _, below in children(node))


def follows_the_calendar(condition: Condition, scope: Scope) -> bool:
    """A day that begins can change the answer in a way that no date of the profile foretells."""
    return any(_follows_the_calendar(node, scope) for node in nodes(condition, scope))


def _follows_the_calendar(node: Tree, scope: Scope) -> bool:
    match node:
        case DatePart():
            return any(isinstance(below, Now) for below in nodes(node, scope))
        case Age(of) | Within(Anniversary(of)) | Within(of):
            return not isinstance(of, _DATED | Anniversary)
        case _:
            return False


def follows_the_hours(condition: Condition, scope: Scope) -> bool:
    """The hour of the present moment is asked."""
    return any(
        isinstance(node, DatePart)
        and node.part == "hour"
        and any(isinstance(below, Now) for below in nodes(node, scope))
        for node in nodes(condition, scope)
    )


def windows_on_events(condition: Condition, scope: Scope) -> Iterator[tuple[list[int], Window]]:
    """Each window on events, with the instants it slides over."""
    for node in nodes(condition, scope):
        match node:
            case Selection(window=window) if window is not None:
                yield record_times(node, scope), window
            case Sequence(steps, window) if window is not None:
                yield [each for step in steps for each in record_times(step, scope)], window
            case _:
                continue
