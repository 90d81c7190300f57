"""Comparisons with `now`, seen as a value and a moment that moves with time."""

from __future__ import annotations

from vitrail.model.tree import (
    Age,
    Anniversary,
    Arithmetic,
    Compare,
    DatePart,
    Distance,
    Duration,
    Has,
    Known,
    Like,
    Now,
    OneOf,
    Range,
    Value,
)

Crossing = tuple[Value, Value]
"""A value that stands still, and the moment that moves past it: `last_time(order)`, `now - 180 days`."""


def turns_with_clock(value: Value) -> bool:
    """Whether a value itself depends on `now`; figures and dates of records do not, nor does `hour(now)`.

    `hour(now)` and the like change at whole hours or days alone, and are told apart.
    """
    waiting = [value]
    while waiting:
        match waiting.pop():
            case Now():
                return True
            case DatePart(_, Now()):
                pass
            case Arithmetic(left, _, right):
                waiting += [left, right]
            case Age(of) | DatePart(_, of) | Anniversary(of):
                waiting.append(of)
            case Distance(latitude, longitude):
                waiting += [latitude, longitude]
            case _:
                pass
    return False


def thresholds(test: Compare | Range | OneOf | Like | Known | Has) -> tuple[Crossing, ...] | None:
    """The crossings that can change a test; empty when `now` plays no part, None when nobody can tell."""
    match test:
        case Compare(left, _, right):
            pairs = [(left, right)]
        case Range(value, low, high):
            pairs = [(value, low), (value, high)]
        case OneOf(value, choices):
            pairs = [(value, choice) for choice in choices]
        case Like(value) | Known(value) | Has(value):
            return None if turns_with_clock(value) else ()
    moving = [pair for pair in pairs if turns_with_clock(pair[0]) or turns_with_clock(pair[1])]
    found = [_crossing(left, right) or _crossing(right, left) for left, right in moving]
    known = tuple(each for each in found if each is not None)
    return known if len(known) == len(found) else None


def _crossing(left: Value, right: Value) -> Crossing | None:
    """`now - 2 days` against a value, `now - value` or `value - now` against a duration."""
    if _moves(left) and not turns_with_clock(right):
        return right, left
    match left, right:
        case (Arithmetic(moving, "-", value), Duration()) if _moves(moving) and not turns_with_clock(value):
            return value, Arithmetic(moving, "-", right)
        case (Arithmetic(value, "-", moving), Duration()) if _moves(moving) and not turns_with_clock(value):
            return value, Arithmetic(moving, "+", right)
        case _:
            return None


def _moves(value: Value) -> bool:
    """Whether a value is `now`, moved by written durations and nothing else."""
    while True:
        match value:
            case Now():
                return True
            case Arithmetic(below, "+" | "-", Duration()) | Arithmetic(Duration(), "+", below):
                value = below
            case _:
                return False
