"""Facts that would meet a test: the nearest value on the right side of a bound, an example of a type."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from vitrail.engine.profile.history import Fact
from vitrail.engine.profile.local_time import as_us, instant_at, local_day
from vitrail.engine.profile.quantities import Answer, Ratio, is_number
from vitrail.model.catalogue import Field, Type
from vitrail.model.tree import Operator

COMPLEMENT: dict[Operator, Operator] = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
MIRROR: dict[Operator, Operator] = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def type_of(field: Field | None, *, like: Answer | None) -> Type:
    """The type of a field, or the one its values seem to have."""
    if field is not None:
        return field.type
    match like:
        case bool():
            return "boolean"
        case int():
            return "integer"
        case Decimal() | Ratio():
            return "decimal"
        case float():
            return "float"
        case dt.datetime():
            return "instant"
        case dt.date():
            return "date"
        case frozenset():
            return "texts"
        case _:
            return "text"


def examples(field: Field | None, of_type: Type) -> Iterator[Fact]:
    """Values a field may take: its declared choices or, without any, one of its type."""
    if field is not None and field.choices and of_type == "text":
        yield from (choice.value for choice in field.choices)
        return
    plain: dict[Type, Fact] = {
        "text": "?",
        "integer": 1,
        "decimal": Decimal(1),
        "float": 1.0,
        "boolean": True,
        "date": dt.date(2000, 1, 1),
        "instant": dt.datetime(2000, 1, 1, tzinfo=dt.UTC),
        "texts": frozenset({"?"}),
    }
    yield plain[of_type]


def nearest(operator: Operator, bound: Answer, *, of_type: Type, zone: ZoneInfo) -> Fact | None:
    """The value of a type that meets `value operator bound` and is closest to the bound."""
    if is_number(bound) and of_type in ("integer", "decimal", "float"):
        exact = bound.exactly() if isinstance(bound, Ratio) else Fraction(bound)
        return _nearest_number(operator, exact, of_type=of_type)
    if isinstance(bound, dt.date) and of_type in ("date", "instant"):
        return _nearest_time(operator, as_us(bound, zone), of_type=of_type, zone=zone)
    if isinstance(bound, bool):
        return bound if operator in ("=", "<=", ">=") else not bound
    if isinstance(bound, str):
        return {"=": bound, "<=": bound, ">=": bound, ">": f"{bound}a"}.get(operator)
    return None


def _nearest_number(operator: Operator, bound: Fraction, *, of_type: Type) -> Fact | None:
    steps = 1 if of_type == "integer" else _steps(bound)
    scaled = bound * steps
    whole = _whole(operator, scaled)
    if whole is None:
        return None
    if of_type == "integer":
        return whole
    number = Decimal(whole).scaleb(-int(math.log10(steps)))
    return float(number) if of_type == "float" else number


def _steps(bound: Fraction) -> int:
    """Cents if the bound is in cents, else the four digits a decimal has."""
    return 100 if (bound * 100).denominator == 1 else 10_000


def _whole(operator: Operator, bound: Fraction) -> int | None:
    match operator:
        case ">=":
            return math.ceil(bound)
        case ">":
            return math.floor(bound) + 1
        case "<=":
            return math.floor(bound)
        case "<":
            return math.ceil(bound) - 1
        case "=":
            return int(bound) if bound.denominator == 1 else None
        case "!=":
            return math.floor(bound) + 1


def _nearest_time(operator: Operator, bound: int, *, of_type: Type, zone: ZoneInfo) -> Fact | None:
    if of_type == "instant":
        us = _whole(operator, Fraction(bound))
        return None if us is None else instant_at(us)
    day = local_day(bound, zone)
    midnight = as_us(dt.date.fromordinal(day), zone)
    shifts = {
        ">=": 0 if midnight == bound else 1,
        ">": 1,
        "<=": 0,
        "<": -1 if midnight == bound else 0,
        "=": 0,
        "!=": 1,
    }
    return dt.date.fromordinal(day + shifts[operator])
