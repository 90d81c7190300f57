"""Windows as fields: which one, how long, from when to when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vitrail.app.web.builder import constants
from vitrail.app.web.builder.constants import Language
from vitrail.app.web.builder.form import first
from vitrail.model.tree import (
    Before,
    Between,
    Date,
    Instant,
    Last,
    Next,
    Period,
    Since,
    Window,
)

Fields = Mapping[str, Sequence[str]]
PERIODS = {
    "today": Period("day", 0),
    "yesterday": Period("day", -1),
    "tomorrow": Period("day", 1),
    "this_week": Period("week", 0),
    "last_week": Period("week", -1),
    "next_week": Period("week", 1),
    "this_month": Period("month", 0),
    "last_month": Period("month", -1),
    "next_month": Period("month", 1),
    "this_quarter": Period("quarter", 0),
    "last_quarter": Period("quarter", -1),
    "next_quarter": Period("quarter", 1),
    "this_year": Period("year", 0),
    "last_year": Period("year", -1),
    "next_year": Period("year", 1),
}
"""Whole calendar periods by the name of their option."""


def window_fields(window: Window | None, prefix: str, *, language: Language) -> dict[str, tuple[str, ...]]:
    """The fields that say a window; none for no window."""
    match window:
        case None:
            return {}
        case Last(duration) | Next(duration):
            which = "last" if isinstance(window, Last) else "next"
            found = {"w": which, "n": str(duration.count), "u": duration.unit}
        case Period():
            found = {"w": next(name for name, each in PERIODS.items() if each == window)}
        case Between(start, end):
            found = {
                "w": "between",
                "a": constants.typed(start, language),
                "b": constants.typed(end, language),
            }
        case Since(bound):
            found = {"w": "since", "a": constants.typed(bound, language)}
        case Before(bound):
            found = {"w": "before", "a": constants.typed(bound, language)}
    return {prefix + name: (value,) for name, value in found.items()}


def read_window(fields: Fields, prefix: str) -> Window | str | None:
    """The window that fields say: None for none, the name of the field that does not fit."""
    which = first(fields, prefix + "w")
    if not which:
        return None
    if which in PERIODS:
        return PERIODS[which]
    if which in ("last", "next"):
        length = constants.duration(first(fields, prefix + "n"), first(fields, prefix + "u") or "day")
        if length is None:
            return prefix + "n"
        return Last(length) if which == "last" else Next(length)
    return _bounded(which, fields, prefix=prefix)


def _bounded(which: str, fields: Fields, *, prefix: str) -> Window | str | None:
    start, end = (_bound(first(fields, prefix + name)) for name in "ab")
    if start is None:
        return prefix + "a"
    match which:
        case "since":
            return Since(start)
        case "before":
            return Before(start)
        case "between":
            return prefix + "b" if end is None else Between(start, end)
        case _:
            return None


def _bound(text: str) -> Date | Instant | None:
    return constants.day(text) or constants.moment(text)
