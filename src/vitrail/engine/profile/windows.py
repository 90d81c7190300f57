"""Windows of time, as half-open bounds: in microseconds for instants, in days for dates."""

from __future__ import annotations

import datetime as dt
from typing import assert_never
from zoneinfo import ZoneInfo

from vitrail.engine.profile.local_time import (
    EARLIEST_DAY,
    EARLIEST_US,
    LATEST_DAY,
    LATEST_US,
    Clock,
    add_months,
    add_months_to_day,
    anniversary_day,
    as_us,
    exact_us,
    local_day,
    midnight_us,
    months_in,
    period_start,
    whole_days,
)
from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Before,
    Between,
    Date,
    Duration,
    Instant,
    Last,
    Next,
    Period,
    Since,
    Window,
)

Bounds = tuple[int, int]


def instant_bounds(window: Window, clock: Clock) -> Bounds:
    """The window on events and instants, `[start, end)` in microseconds."""
    at_us, zone = clock.at_us, clock.zone
    match window:
        case Last(duration):
            return _moved(clock, duration, sign=-1), at_us
        case Next(duration):
            return at_us, _moved(clock, duration, sign=1)
        case Period(unit, offset):
            start = midnight_us(period_start(clock.today, unit, offset=offset), zone)
            end = midnight_us(period_start(clock.today, unit, offset=offset + 1), zone)
            return start, at_us if offset == 0 else end
        case Between(start_bound, end_bound):
            return as_us(start_bound.value, zone), as_us(end_bound.value, zone)
        case Since(start_bound):
            return as_us(start_bound.value, zone), at_us
        case Before(end_bound):
            return EARLIEST_US, as_us(end_bound.value, zone)
        case _:
            assert_never(window)


def _moved(clock: Clock, duration: Duration, *, sign: int) -> int:
    exact = exact_us(duration)
    if exact is not None:
        return clock.at_us + sign * exact
    moved = add_months(clock.at_us, sign * months_in(duration), zone=clock.zone)
    if moved is not None:
        return moved
    return EARLIEST_US if sign < 0 else LATEST_US


def day_bounds(window: Window, clock: Clock) -> Bounds:
    """The window on dates, `[start, end)` in days; the current period and `since` hold today."""
    today, zone = clock.today, clock.zone
    match window:
        case Last(duration):
            return _moved_day(today, duration, sign=-1), today
        case Next(duration):
            return today, _moved_day(today, duration, sign=1)
        case Period(unit, 0):
            return period_start(today, unit), today + 1
        case Period(unit, offset):
            start_day = period_start(today, unit, offset=offset)
            return start_day, period_start(today, unit, offset=offset + 1)
        case Between(start, end):
            return _first_day_from(start, zone), _first_day_from(end, zone)
        case Since(start):
            return _first_day_from(start, zone), today + 1
        case Before(end):
            return EARLIEST_DAY, _first_day_from(end, zone)
        case _:
            assert_never(window)


def _moved_day(today: int, duration: Duration, *, sign: int) -> int:
    days = whole_days(duration)
    if days is not None:
        return today + sign * days
    if exact_us(duration) is not None:
        raise Bug("a window of hours or minutes on a date should have been refused")
    moved = add_months_to_day(dt.date.fromordinal(today), sign * months_in(duration))
    if moved is not None:
        return moved.toordinal()
    return EARLIEST_DAY if sign < 0 else LATEST_DAY


def _first_day_from(bound: Date | Instant, zone: ZoneInfo) -> int:
    """The first day whose midnight is at the bound or after it."""
    limit = as_us(bound.value, zone)
    day = local_day(limit, zone)
    return day if midnight_us(day, zone) >= limit else day + 1


def anniversary_bounds(window: Window, clock: Clock) -> Bounds:
    """The window on anniversaries: as on dates, but the current period is whole."""
    match window:
        case Period(unit, 0):
            return period_start(clock.today, unit), period_start(clock.today, unit, offset=1)
        case _:
            return day_bounds(window, clock)


def has_anniversary(born: dt.date, bounds: Bounds) -> bool:
    """One of the anniversary days of a date, from the first on, falls in `[start, end)`."""
    start, end = max(bounds[0], EARLIEST_DAY + 1), min(bounds[1], LATEST_DAY)
    if start >= end:
        return False
    first = max(born.year + 1, dt.date.fromordinal(start).year)
    last = dt.date.fromordinal(end - 1).year
    return any(start <= anniversary_day(born, year) < end for year in range(first, last + 1))
