"""What addresses and forms write, read as values; what makes no sense is none, and never an error."""

from __future__ import annotations

import datetime as dt

DIGITS = 9
"""So many digits at most, where nothing larger is meant: they fit every database."""

INSTANT_DIGITS = 17
"""Digits of an instant in microseconds, or of the number of an entry of a long list."""

FIRST_YEAR, LAST_YEAR = 1900, 9998
"""Days outside are no days of customers, and next to the ends of the calendar."""


def whole_number(text: str, *, digits: int = DIGITS) -> int | None:
    """A whole number in plain digits; None for anything else, as `²` or `+1`."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


def page_number(text: str) -> int:
    """The number of a page; the first where it makes no sense."""
    return max(1, whole_number(text, digits=5) or 1)


def written_day(text: str) -> dt.date | None:
    """A day such as 2026-03-01; None for what is none."""
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def beginning_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When a day begins there."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone)


def end_of(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When a day ends there, which is when the next one begins."""
    return beginning_of(day + dt.timedelta(days=1), zone)
