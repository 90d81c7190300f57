"""One value of a message: which type it has at first sight, and whether it is of the type it must have."""

from __future__ import annotations

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal, TypeGuard, assert_never
from zoneinfo import ZoneInfo

from vitrail.collect.filing.flat import Given, composed
from vitrail.model.catalogue import Type

WHOLE_DIGITS = 10**14
"""The decimals Vitrail keeps have 18 digits, 4 of them after the point."""

SCALE = 10_000
LARGEST = 10**300

Kept = str | int | float | bool | dt.date | list[str]
"""A value as its column holds it: decimals in ten-thousandths, instants in microseconds."""

Unfit = Literal["unfit"]
UNFIT: Final = "unfit"

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    _DAY.pattern + r"T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?"
)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def type_at_first_sight(value: Given) -> Type | None:
    """The type of a property nobody has declared; None for a number too large to be kept.

    A number is a decimal even when it is whole: the next amount may not be.
    """
    match value:
        case bool():
            return "boolean"
        case int() | Decimal():
            if _size(value) < WHOLE_DIGITS:
                return "decimal"
            return "integer" if _size(value) < 2**63 and value == int(value) else None
        case str():
            return _type_of_text(value)
        case list():
            return "texts"
        case _:
            assert_never(value)


def _type_of_text(text: str) -> Type:
    if _DAY.fullmatch(text) and _day(text) != UNFIT:
        return "date"
    if _MOMENT.fullmatch(text) and _zoned(text):
        return "instant"
    return "text"


def fitted(value: Given, kind: Type, *, zone: ZoneInfo) -> tuple[Kept] | Unfit:
    """The value as a column of a type holds it, alone in a tuple; `UNFIT` where it would have to be bent."""
    match kind:
        case "text":
            return _text(value)
        case "integer":
            return _integer(value)
        case "decimal":
            return _decimal(value)
        case "float":
            return (float(value) + 0.0,) if is_number(value) and _size(value) < LARGEST else UNFIT
        case "boolean":
            return (value,) if isinstance(value, bool) else UNFIT
        case "date":
            return _day(value) if isinstance(value, str) and _DAY.fullmatch(value) else UNFIT
        case "instant":
            return _moment(value, zone) if isinstance(value, str) and _MOMENT.fullmatch(value) else UNFIT
        case "texts":
            return (value,) if isinstance(value, list) else UNFIT
        case _:
            assert_never(kind)


def is_rounded(value: Given) -> bool:
    """Whether a decimal has more than the four digits after the point that are kept."""
    return isinstance(value, Decimal) and value * SCALE != (value * SCALE).to_integral_value()


def is_number(value: Given) -> TypeGuard[int | Decimal]:
    """Whether a value is a number, which a text is not."""
    return isinstance(value, (int, Decimal)) and not isinstance(value, bool)


def _size(value: int | Decimal) -> int | Decimal:
    return -value if value < 0 else value


def shown(value: object) -> str:
    """A value as a person is shown it, not too long."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, list) else str(value)
    return text if len(text) <= 200 else text[:199] + "…"


def _text(value: Given) -> tuple[Kept] | Unfit:
    """A whole number is taken for the text of its digits: what looks like a number may be a name."""
    if isinstance(value, str):
        return (composed(value),)
    if isinstance(value, int) and not isinstance(value, bool):
        return (str(value),)
    return UNFIT


def _integer(value: Given) -> tuple[Kept] | Unfit:
    if isinstance(value, (bool, str, list)) or _size(value) >= 2**63 or value != int(value):
        return UNFIT
    return (int(value),)


def _decimal(value: Given) -> tuple[Kept] | Unfit:
    if isinstance(value, (bool, str, list)):
        return UNFIT
    if _size(value) >= WHOLE_DIGITS:
        return UNFIT
    if isinstance(value, int):
        return (value * SCALE,)
    scaled = int((value * SCALE).to_integral_value(ROUND_HALF_UP))
    return (scaled,) if abs(scaled) < WHOLE_DIGITS * SCALE else UNFIT


def _day(text: str) -> tuple[Kept] | Unfit:
    try:
        return (dt.date.fromisoformat(text),)
    except ValueError:
        return UNFIT


def _moment(text: str, zone: ZoneInfo) -> tuple[Kept] | Unfit:
    """A time without a zone is one of the clocks of the workspace."""
    try:
        found = dt.datetime.fromisoformat(text.replace(",", "."))
        placed = found if found.tzinfo else found.replace(tzinfo=zone)
        return ((placed - _EPOCH) // dt.timedelta(microseconds=1),)
    except (ValueError, OverflowError):
        return UNFIT


def _zoned(text: str) -> bool:
    try:
        return dt.datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
