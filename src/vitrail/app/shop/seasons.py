"""The two years of the shop: local days, the clock of Paris, the seasons of buying."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.draw import Floats, Integers

PARIS = ZoneInfo("Europe/Paris")
EPOCH = dt.date(1970, 1, 1)
HISTORY = 7 * 366
"""Accounts may have been opened this many days before the two years."""

DAY = 86_400


class Span(msgspec.Struct, frozen=True):
    """The days of the shop, as numbers since 1970: `start` counts, `end` does not."""

    start: int
    end: int

    @property
    def days(self) -> int:
        """How many days there are."""
        return self.end - self.start


def span_before(end: dt.datetime | None) -> Span:
    """The two years before the midnight, in Paris, of the day of `end` (today by default)."""
    moment = dt.datetime.now(PARIS) if end is None else end.astimezone(PARIS)
    last = moment.date()
    day = 28 if (last.month, last.day) == (2, 29) else last.day
    return Span((last.replace(year=last.year - 2, day=day) - EPOCH).days, (last - EPOCH).days)


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=day)


def to_utc(wall: Integers, span: Span) -> Integers:
    """Microseconds in UTC of seconds on the clock of Paris."""
    offsets = _offsets(span)
    day = np.clip(wall // DAY - (span.start - HISTORY), 0, len(offsets) - 1)
    return (wall - offsets[day, (wall % DAY >= CHANGED).astype(np.int64)]) * 1_000_000


CHANGED = 3 * 3600
"""When the clock changes on a night, it has by then."""


@lru_cache(maxsize=4)
def _offsets(span: Span) -> Integers:
    """What Paris is ahead of UTC on each day, in seconds: at midnight, and at noon."""
    days = (date_of(day) for day in range(span.start - HISTORY, span.end + 2))
    return np.array([[_offset(day, hour) for hour in (0, 12)] for day in days], dtype=np.int64)


def _offset(day: dt.date, hour: int) -> int:
    moment = dt.datetime.combine(day, dt.time(hour), tzinfo=PARIS)
    return (moment.utcoffset() or dt.timedelta()).seconds


# --- the calendar of a shop ---------------------------------------------------------------------


def sales(year: int) -> tuple[tuple[dt.date, dt.date], tuple[dt.date, dt.date]]:
    """The winter and summer sales: four weeks from the second Wednesday of January and from the
    last Wednesday of June."""
    january = dt.date(year, 1, 8)
    winter = january + dt.timedelta(days=(2 - january.weekday()) % 7)
    june = dt.date(year, 6, 30)
    summer = june - dt.timedelta(days=(june.weekday() - 2) % 7)
    month = dt.timedelta(days=28)
    return (winter, winter + month), (summer, summer + month)


def in_sales(day: dt.date) -> bool:
    """Whether the sales are on."""
    return any(first <= day < last for first, last in sales(day.year))


def mothers_day(year: int) -> dt.date:
    """The last Sunday of May (the rule of Pentecost is left aside)."""
    may = dt.date(year, 5, 31)
    return may - dt.timedelta(days=(may.weekday() + 1) % 7)


def in_heat_wave(day: dt.date) -> bool:
    """Whether the planted heat wave is on."""
    first, last = truths.HEAT_WAVE
    return first <= (day.month, day.day) <= last


def campaign_day(span: Span) -> int:
    """The day of the randomised campaign: the last opening of the sales with 14 days after it."""
    years = range(date_of(span.start).year, date_of(span.end).year + 1)
    openings = [(first - EPOCH).days for year in years for first, _ in sales(year)]
    return max(day for day in openings if day + truths.CAMPAIGN_DAYS <= span.end)


def opening_day(span: Span) -> int:
    """The day the new store opened, a Saturday about a year before the end."""
    day = span.end - truths.OPENING_DAYS_BEFORE_END
    return day + (5 - date_of(day).weekday()) % 7


# --- seasons ------------------------------------------------------------------------------------

MONTHS = (1.1, 0.85, 0.95, 1.0, 1.05, 1.0, 0.95, 0.75, 1.0, 1.0, 1.15, 1.5)
WEEKDAYS = (0.9, 0.85, 0.95, 0.9, 1.0, 1.55, 1.05)
OFFICE_WEEKDAYS = (1.3, 1.3, 1.3, 1.3, 1.2, 0.35, 0.1)
GARDEN_SEASON = (0.4, 0.5, 1.6, 2.4, 2.4, 2.0, 1.0, 0.6, 0.8, 1.0, 0.6, 0.6)


@lru_cache(maxsize=4)
def cumulated_seasons(span: Span) -> Floats:
    """One row per group: how much of its buying falls before each day; a whole year weighs 1."""
    factors = np.array(
        [[_factor(group.key, date_of(day)) for day in range(span.start, span.end)] for group in truths.GROUPS]
    )
    factors /= factors.mean(axis=1, keepdims=True) * 365.25
    return np.hstack([np.zeros((len(factors), 1)), np.cumsum(factors, axis=1)])


def _factor(group: str, day: dt.date) -> float:
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    on_sale = in_sales(day)
    match group:
        case "sale_hunters":
            return weekday * _hunting_factor(day)
        case "gardeners":
            return weekday * GARDEN_SEASON[day.month - 1]
        case "gift_givers":
            return weekday * _gift_factor(day)
        case "professionals":
            return OFFICE_WEEKDAYS[day.weekday()] * (0.6 if day.month == 8 else 1.0)
        case _:
            return month * weekday * (1.4 if on_sale else 1.0)


def _hunting_factor(day: dt.date) -> float:
    """Those who wait for the sales rush in at their opening."""
    since = min((day - first).days % 1000 for first, _ in sales(day.year))
    if since < 14:
        return 9.0
    return 4.0 if since < 28 else 0.35


def _gift_factor(day: dt.date) -> float:
    before_mothers = (mothers_day(day.year) - day).days
    if (11, 25) <= (day.month, day.day) <= (12, 23):
        return 8.0
    if 0 < before_mothers <= 14:
        return 4.0
    return 2.0 if day.month == 2 and day.day <= 14 else 0.3


# --- hours --------------------------------------------------------------------------------------

WEB_HOURS = (6, 3, 1, 1, 1, 2, 5, 12, 20, 28, 32, 34, 40, 36, 30, 28, 28, 32, 42, 55, 75, 80, 55, 22)
STORE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 10, 14, 10, 8, 12, 15, 17, 18, 14, 2, 0, 0, 0, 0)
OFFICE_HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 14, 18, 18, 14, 7, 10, 16, 16, 14, 10, 5, 2, 1, 0, 0, 0)
HOURS: Floats = np.array([WEB_HOURS, STORE_HOURS, OFFICE_HOURS], dtype=np.float64)
"""How the hours of the day weigh on the web, in a store, at work."""
