"""Cursors: the last value seen of a column that grows, kept as JSON, and the step back taken from it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from vitrail.model.errors import UserError, refuse

Cursor = int | float | Decimal | str | dt.date | dt.datetime

NUMBERS = 1_000
"""How many numbers a pull steps back when nothing else is said: transactions end out of order."""
TIME = dt.timedelta(minutes=10)
DAYS = dt.timedelta(days=1)

_SPAN = re.compile(r"([0-9]{1,9})(?: (second|minute|hour|day)s?)?")
_UNITS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


def to_json(cursor: Cursor) -> list[str]:
    """The cursor as its kind and a text."""
    match cursor:
        case dt.datetime() | dt.date():
            return [type(cursor).__name__, cursor.isoformat()]
        case _:
            return [type(cursor).__name__, str(cursor)]


def from_json(kept: list[str]) -> Cursor:
    """The cursor that `to_json` wrote."""
    kind, text = kept
    match kind:
        case "int":
            return int(text)
        case "float":
            return float(text)
        case "Decimal":
            return Decimal(text)
        case "date":
            return dt.date.fromisoformat(text)
        case "datetime":
            return dt.datetime.fromisoformat(text)
        case _:
            return text


def step_back(cursor: Cursor, overlap: str, *, path: str) -> Cursor:
    """Where the next pull begins: behind what was seen last, for what was written late."""
    told = span_of(overlap, path=path) if overlap else None
    match cursor:
        case dt.datetime():
            return cursor - (_time(told, overlap, path=path) if told else TIME)
        case dt.date():
            return cursor - (_time(told, overlap, path=path) if told else DAYS)
        case int() | float() | Decimal():
            return cursor - (NUMBERS if told is None else told[0])
        case _:
            return cursor


def span_of(text: str, *, path: str) -> tuple[int, str]:
    """A number and its unit, empty where there is none: `10 minutes`, `500`."""
    found = _SPAN.fullmatch(" ".join(text.split()))
    if found is None:
        raise _bad(text, path)
    return int(found[1]), found[2] or ""


def seconds_of(text: str, *, path: str) -> int:
    """A duration in seconds: `10 minutes`."""
    number, unit = span_of(text, path=path)
    if not unit and number:
        raise _bad(text, path)
    return number * _UNITS.get(unit, 1)


def largest(one: Any, other: Any) -> Any:
    """The larger of two cursors; whichever there is when one is missing."""
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)


def _time(told: tuple[int, str], overlap: str, *, path: str) -> dt.timedelta:
    number, unit = told
    if not unit and number:
        raise _bad(overlap, path)
    return dt.timedelta(seconds=number * _UNITS.get(unit, 1))


def _bad(text: str, path: str) -> UserError:
    return refuse(
        "bad_duration",
        path=path,
        fr=f"« {text} » n’est pas une durée : 30 seconds, 10 minutes, 2 hours, 1 day "
        "(ou un nombre seul, pour un curseur qui est un nombre).",
        en=f"“{text}” is not a duration: 30 seconds, 10 minutes, 2 hours, 1 day "
        "(or a bare number, for a cursor that is a number).",
    )
