"""Types: what a literal is, and what compares with what."""

from __future__ import annotations

from typing import Literal, assert_never

from vitrail.model.catalogue import Type
from vitrail.model.tree import (
    Boolean,
    Constant,
    Date,
    Duration,
    Instant,
    Integer,
    Number,
    Text,
)

Kind = Type | Literal["duration", "anniversary"]
"""The type of a value; `anniversary` is the type of `anniversary(…)` alone, which only `in` takes."""

NUMBERS: frozenset[Kind] = frozenset({"integer", "decimal", "float"})
MOMENTS: frozenset[Kind] = frozenset({"date", "instant"})
ORDERED: frozenset[Kind] = NUMBERS | MOMENTS | {"text"}
RANKED: frozenset[Kind] = NUMBERS | MOMENTS | {"duration"}
SINGLE: frozenset[Kind] = ORDERED | {"boolean"}
TEXT: frozenset[Kind] = frozenset({"text"})
TEXTS: frozenset[Kind] = frozenset({"texts"})
INSTANT: frozenset[Kind] = frozenset({"instant"})

EXACT_MINUTES = {"minute": 1, "hour": 60, "day": 1_440, "week": 10_080}


def literal_kind(literal: Constant) -> Kind:
    """The type of a literal."""
    match literal:
        case Text():
            return "text"
        case Integer():
            return "integer"
        case Number():
            return "decimal"
        case Boolean():
            return "boolean"
        case Date():
            return "date"
        case Instant():
            return "instant"
        case Duration():
            return "duration"
        case _:
            assert_never(literal)


def comparable(left: Kind, right: Kind) -> bool:
    """Whether two types compare: numbers together, dates with instants, otherwise like with like."""
    families = (NUMBERS, MOMENTS)
    same_family = any(left in family and right in family for family in families)
    return (left == right or same_family) and "texts" not in (left, right)


def is_calendar(node: object) -> bool:
    """Whether this is a duration in months, quarters or years, which has no fixed length."""
    return isinstance(node, Duration) and node.unit not in EXACT_MINUTES


def is_short(node: object) -> bool:
    """Whether this is a duration in hours or minutes, which mean nothing on a date."""
    return isinstance(node, Duration) and node.unit in ("hour", "minute")


def in_order(low: object, high: object) -> bool:
    """Whether two literals of comparable types are in order; True when nobody can tell."""
    match low, high:
        case ((Integer(a) | Number(a)), (Integer(b) | Number(b))):
            return bool(a <= b)
        case (Text(first), Text(second)):
            return first <= second
        case (Date(day), Date(other)):
            return day <= other
        case (Instant(moment), Instant(later)):
            return moment <= later
        case (Duration(count, unit), Duration(more, other)):
            return is_calendar(low) or is_calendar(high) or _minutes(count, unit) <= _minutes(more, other)
        case _:
            return True


def starts_before(start: Date | Instant, end: Date | Instant) -> bool:
    """Whether a window between these bounds can hold something; True when only the zone can tell."""
    match start, end:
        case (Date(day), Date(other)):
            return day < other
        case (Instant(moment), Instant(later)):
            return moment < later
        case _:
            return True


def _minutes(count: int, unit: str) -> int:
    return count * EXACT_MINUTES[unit]
