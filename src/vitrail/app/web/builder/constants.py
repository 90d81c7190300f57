"""Values as people type them: `1 234,5`, `2025-03-31`, and the constants of the language they stand for."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Literal

from vitrail.language.kinds import MOMENTS, NUMBERS, Kind
from vitrail.model.tree import Boolean, Constant, Date, Duration, Instant, Integer, Number, Text, Unit

Language = Literal["fr", "en"]
UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "week", "month", "quarter", "year")


def typed(constant: Constant, language: Language) -> str:
    """A constant as it is typed in a field."""
    match constant:
        case Text(value):
            return value
        case Integer(value):
            return str(value)
        case Number(value):
            plain = f"{value:f}"
            plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
            whole = plain if "." in plain else f"{plain}.0"
            return whole.replace(".", ",") if language == "fr" else whole
        case Boolean(value):
            return "true" if value else "false"
        case Date(value):
            return value.isoformat()
        case Instant(value):
            return value.isoformat().removesuffix("+00:00") + "Z"
        case Duration(count, unit):
            return f"{count} {unit}"


def constant(text: str, kind: Kind, *, language: Language) -> Constant | None:
    """What was typed for a value of a type; None where it is no such value."""
    if kind in NUMBERS:
        return number(text, language)
    if kind in MOMENTS:
        return day(text) or moment(text)
    return Text(text) if kind in ("text", "texts") else None


def number(text: str, language: Language) -> Integer | Number | None:
    """A number: the spaces between thousands go, `10 %` is 0.1."""
    plain = re.sub(r"[\s\u00a0\u202f_]", "", text).replace("−", "-")
    plain, percent = (plain[:-1], True) if plain.endswith("%") else (plain, False)
    if language == "en" and re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    plain = plain.replace(",", ".")
    if not re.fullmatch(r"-?\d{1,18}(\.\d{1,18})?", plain):
        return None
    try:
        if percent:
            return Number(Decimal(plain) / 100)
        return Number(Decimal(plain)) if "." in plain else Integer(int(plain))
    except ValueError:
        return None


def whole(text: str) -> int | None:
    """A whole number that is not negative."""
    plain = re.sub(r"[\s\u00a0\u202f]", "", text)
    return int(plain) if re.fullmatch(r"\d{1,9}", plain) else None


def day(text: str) -> Date | None:
    """A day, as `2025-03-31` or `31/03/2025`."""
    turned = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    written = f"{turned[3]}-{turned[2]:0>2}-{turned[1]:0>2}" if turned else text
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", written):
        return None
    try:
        return Date(dt.date.fromisoformat(written))
    except ValueError:
        return None


def moment(text: str) -> Instant | None:
    """A moment in UTC, as `2025-03-31T08:00:00Z`."""
    try:
        at = dt.datetime.fromisoformat(text)
        return Instant(at.astimezone(dt.UTC)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None


def duration(count: str, unit: str) -> Duration | None:
    """A length of time."""
    number_of = whole(count)
    known = next((each for each in UNITS if each == unit), None)
    return None if number_of is None or known is None else Duration(number_of, known)
