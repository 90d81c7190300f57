"""Constants and windows in English."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_never

from vitrail.language.sentences import figures
from vitrail.language.sentences.english.grammar import quoted, typographic
from vitrail.language.sentences.natures import Nature
from vitrail.language.sentences.scene import Scene
from vitrail.model.tree import (
    Before,
    Between,
    Boolean,
    CalendarUnit,
    Constant,
    Date,
    Duration,
    Instant,
    Integer,
    Last,
    Next,
    Number,
    Period,
    Since,
    Text,
    Window,
)

_PERIODS: dict[CalendarUnit, tuple[str, str, str]] = {
    "day": ("yesterday", "today", "tomorrow"),
    "week": ("last week", "this week", "next week"),
    "month": ("last month", "this month", "next month"),
    "quarter": ("last quarter", "this quarter", "next quarter"),
    "year": ("last year", "this year", "next year"),
}


# --- constants ----------------------------------------------------------------------------------


def literal(constant: Constant, like: Nature, *, scene: Scene) -> str:
    """A constant as the value it is compared with is written: `France`, `€500`, `Saturday`."""
    match constant:
        case Text(value):
            return choice(value, like) or quoted(value)
        case Integer(value) | Number(value):
            return choice(str(value), like) or figure(value, like)
        case Boolean(value):
            plain = "true" if value else "false"
            return choice(plain, like) or quoted("yes" if value else "no")
        case Date(value):
            midnight = " at 00:00" if like.kind == "instant" else ""
            return f"{figures.day(value, language='en')}{midnight}"
        case Instant():
            return moment(constant, scene)
        case Duration():
            return duration(constant)
        case _:
            assert_never(constant)


def choice(value: str, like: Nature) -> str:
    """The words of a declared choice; nothing where it has none.

    They are cited where some choice of the field is several common words (`devis envoyé`).
    """
    labels = {each.value: each.label.en for each in like.choices if each.label}
    if not (words := labels.get(value, "")):
        return ""
    several = any(" " in each and each[0].islower() for each in labels.values())
    return quoted(words) if several else typographic(words)


def figure(value: int | Decimal, like: Nature) -> str:
    """A number with its unit, or the hour, weekday or month it stands for."""
    match like.kind:
        case "hour" if value in range(24):
            return f"{int(value):02}:00"
        case "weekday" if value in range(1, 8):
            return figures.weekday(int(value), language="en")
        case "month" if value in range(1, 13):
            return figures.month(int(value), language="en")
        case "year":
            return str(value)
        case _:
            return with_unit(value, like.unit)


def with_unit(value: int | Decimal, unit: str) -> str:
    """`€500`, `25 km`, `12`."""
    if figures.is_currency(unit, language="en"):
        return figures.money(value, unit, language="en")
    plain = figures.number(value, language="en")
    return f"{plain}{'' if unit == '%' else ' '}{unit}" if unit else plain


def moment(value: Instant, scene: Scene) -> str:
    """`31 March 2025 at 10:00`, by the clocks of the workspace."""
    local = figures.local(value.value, scene.catalogue.timezone)
    return f"{figures.day(local.date(), language='en')} at {figures.clock(local.time(), language='en')}"


def duration(value: Duration) -> str:
    """`90 days`, `1 year`."""
    return f"{figures.number(value.count, language='en')} {value.unit}{'' if value.count == 1 else 's'}"


# --- windows ------------------------------------------------------------------------------------


def window(when: Window, scene: Scene) -> str:
    """A window after a verb or a noun: `in the last 90 days`, `this month`."""
    match when:
        case Last(length):
            return f"in the last {_length(length)}"
        case Next(length):
            return f"in the next {_length(length)}"
        case Period(unit, offset):
            return _PERIODS[unit][offset + 1]
        case Between(start, end):
            return f"between {_bound(start, scene)} (included) and {_bound(end, scene)} (excluded)"
        case Since(start):
            return f"since {_bound(start, scene)}"
        case Before(end):
            return f"before {_bound(end, scene)}"
        case _:
            assert_never(when)


def _length(length: Duration) -> str:
    """`90 days`; a single unit is said in the smaller ones that make it up, where it has a fixed number."""
    match length.unit, length.count:
        case "day", 1:
            return "24 hours"
        case "week", 1:
            return "7 days"
        case "month", 1:
            return "rolling month"
        case "quarter", count:
            return f"{figures.number(count * 3, language='en')} months"
        case "year", 1:
            return "12 months"
        case unit, 1:
            return unit
        case _:
            return duration(length)


def _bound(bound: Date | Instant, scene: Scene) -> str:
    match bound:
        case Date(value):
            return figures.day(value, language="en")
        case Instant():
            return moment(bound, scene)
        case _:
            assert_never(bound)
