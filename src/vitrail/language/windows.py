"""Which moments and days a window holds, as seen from the instant a question is asked at.

Instants are microseconds since 1970-01-01 in UTC, days are days since 1970-01-01; every interval is
half open, `[start, end)`, and an empty one has its end at its start. What would lie outside the years
1 to 9999 is clamped: instants to `-OPEN` and `OPEN`, days to `FIRST_DAY` and `END_OF_DAYS`.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import assert_never
from zoneinfo import ZoneInfo

from vitrail.model.errors import Bug
from vitrail.model.tree import (
    Before,
    Between,
    CalendarUnit,
    Date,
    Duration,
    Instant,
    Last,
    Next,
    Period,
    Since,
    Unit,
    Window,
)

OPEN = 2**62
EXACT = {"minute": 60_000_000, "hour": 3_600_000_000, "day": 86_400_000_000, "week": 604_800_000_000}
MONTHS = {"month": 1, "quarter": 3, "year": 12}

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_ORDINAL = dt.date(1970, 1, 1).toordinal()

FIRST_INSTANT = (dt.datetime.min.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND
LAST_INSTANT = (dt.datetime.max.replace(tzinfo=dt.UTC) - _EPOCH) // _MICROSECOND
FIRST_DAY = dt.date.min.toordinal() - _ORDINAL
END_OF_DAYS = dt.date.max.toordinal() - _ORDINAL + 1


# --- intervals --------------------------------------------------------------------------------


def bounds(window: Window | None, at_us: int, *, zone: ZoneInfo) -> tuple[int, int]:
    """The instants an event may be dated at: never at or after `at_us`, whatever the window says."""
    start, end = (-OPEN, at_us) if window is None else moment_bounds(window, at_us, zone=zone)
    return min(start, at_us), max(min(start, at_us), min(end, at_us))


def moment_bounds(window: Window, at_us: int, *, zone: ZoneInfo) -> tuple[int, int]:
    """The instants a window holds, for moments kept in traits and properties, future ones included."""
    match window:
        case Last(duration):
            return _ordered(add_calendar(at_us, -duration.count, unit=duration.unit, zone=zone), at_us)
        case Next(duration):
            return _ordered(at_us, add_calendar(at_us, duration.count, unit=duration.unit, zone=zone))
        case Period(unit, offset):
            first, end = period_days(unit, offset, today=local_day(at_us, zone))
            return _ordered(_midnight(first, zone), at_us if offset == 0 else _midnight(end, zone))
        case Between(start, end_bound):
            return _ordered(_moment(start, zone), _moment(end_bound, zone))
        case Since(start):
            return _ordered(_moment(start, zone), at_us)
        case Before(end_bound):
            return -OPEN, _moment(end_bound, zone)
        case _:
            assert_never(window)


def day_bounds(window: Window, at_us: int, *, zone: ZoneInfo) -> tuple[int, int]:
    """The whole days a window holds, for dates; today counts in the current period and in `since`."""
    today = local_day(at_us, zone)
    number = day_number(today)
    match window:
        case Last(duration):
            return _ordered(_days_later(today, duration, sign=-1), number)
        case Next(duration):
            return _ordered(number, _days_later(today, duration, sign=1))
        case Period(unit, offset):
            first, end = period_days(unit, offset, today=today)
            return first, number + 1 if offset == 0 else end
        case Between(start, end_bound):
            return _ordered(first_day(_moment(start, zone), zone), first_day(_moment(end_bound, zone), zone))
        case Since(start):
            return _ordered(first_day(_moment(start, zone), zone), number + 1)
        case Before(end_bound):
            return FIRST_DAY, first_day(_moment(end_bound, zone), zone)
        case _:
            assert_never(window)


def anniversary_days(window: Window, at_us: int, *, zone: ZoneInfo) -> tuple[int, int]:
    """The days an anniversary may fall on: those of `day_bounds`, the current period being whole."""
    if isinstance(window, Period):
        return period_days(window.unit, window.offset, today=local_day(at_us, zone))
    return day_bounds(window, at_us, zone=zone)


def period_days(unit: CalendarUnit, offset: int, *, today: dt.date) -> tuple[int, int]:
    """The days of a whole calendar period, so many periods after the one that holds today."""
    if unit in ("day", "week"):
        length = 7 if unit == "week" else 1
        first = day_number(today) - (today.weekday() if unit == "week" else 0) + offset * length
        return _clamped_day(first), _clamped_day(first + length)
    months = MONTHS[unit]
    start = _month_index(today) // months + offset
    return _first_of_month(start * months), _first_of_month((start + 1) * months)


# --- calendar ---------------------------------------------------------------------------------


def add_calendar(at_us: int, count: int, *, unit: Unit, zone: ZoneInfo) -> int:
    """An instant so many units later, or earlier when `count` is negative.

    Minutes to weeks are exact. Months, quarters and years move the local day and keep the local time:
    one that does not exist takes the offset before the change, one that exists twice is the first.
    """
    if unit in EXACT:
        return _clamped(at_us + count * EXACT[unit])
    local = local_time(at_us, zone)
    index = _month_index(local.date()) + count * MONTHS[unit]
    if not 12 <= index < 120_000:
        return OPEN if index > 12 else -OPEN
    day = add_months(local.date(), count * MONTHS[unit])
    return _clamped(_since_epoch(dt.datetime.combine(day, local.time(), tzinfo=zone)))


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the last of that month when it is shorter."""
    index = _month_index(day) + months
    if not 12 <= index < 120_000:
        return dt.date.max if index > 12 else dt.date.min
    year, month = divmod(index, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def midnight(day: dt.date, zone: ZoneInfo) -> int:
    """The instant a day starts at in the zone."""
    return _since_epoch(dt.datetime.combine(day, dt.time(), tzinfo=zone))


def local_day(at_us: int, zone: ZoneInfo) -> dt.date:
    """The day it is in the zone."""
    return local_time(at_us, zone).date()


def local_time(at_us: int, zone: ZoneInfo) -> dt.datetime:
    """The date and time it is in the zone."""
    moment = _EPOCH + dt.timedelta(microseconds=min(max(at_us, FIRST_INSTANT), LAST_INSTANT))
    try:
        return moment.astimezone(zone)
    except OverflowError:
        return moment


def first_day(moment: int, zone: ZoneInfo) -> int:
    """The first day whose midnight is not before an instant."""
    number = max(day_number(local_time(moment, zone).date()) - 1, FIRST_DAY)
    while number < END_OF_DAYS and midnight(day_of(number), zone) < moment:
        number += 1
    return number


def day_number(day: dt.date) -> int:
    """A day as days since 1970-01-01."""
    return day.toordinal() - _ORDINAL


def day_of(number: int) -> dt.date:
    """The day so many days after 1970-01-01."""
    return dt.date.fromordinal(min(max(number, FIRST_DAY), END_OF_DAYS - 1) + _ORDINAL)


def microseconds(moment: dt.datetime) -> int:
    """An aware moment as microseconds since 1970-01-01 in UTC."""
    return _since_epoch(moment)


# --- pieces -----------------------------------------------------------------------------------


def _since_epoch(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // _MICROSECOND


def _ordered(start: int, end: int) -> tuple[int, int]:
    return start, max(start, end)


def _clamped(at_us: int) -> int:
    if at_us < FIRST_INSTANT:
        return -OPEN
    return OPEN if at_us > LAST_INSTANT else at_us


def _clamped_day(number: int) -> int:
    return min(max(number, FIRST_DAY), END_OF_DAYS)


def _midnight(number: int, zone: ZoneInfo) -> int:
    if number <= FIRST_DAY:
        return -OPEN
    return OPEN if number >= END_OF_DAYS else midnight(day_of(number), zone)


def _moment(bound: Date | Instant, zone: ZoneInfo) -> int:
    if isinstance(bound, Date):
        return midnight(bound.value, zone)
    return _since_epoch(bound.value)


def _days_later(today: dt.date, duration: Duration, *, sign: int) -> int:
    if duration.unit in MONTHS:
        months = sign * duration.count * MONTHS[duration.unit]
        if not 12 <= _month_index(today) + months < 120_000:
            return FIRST_DAY if sign < 0 else END_OF_DAYS
        return day_number(add_months(today, months))
    if duration.unit not in ("day", "week"):
        raise Bug(f"dates are not counted in {duration.unit}s; check refuses it")
    length = 7 if duration.unit == "week" else 1
    return _clamped_day(day_number(today) + sign * duration.count * length)


def _month_index(day: dt.date) -> int:
    return day.year * 12 + day.month - 1


def _first_of_month(index: int) -> int:
    if index < 12:
        return FIRST_DAY
    return END_OF_DAYS if index >= 120_000 else day_number(dt.date(index // 12, index % 12 + 1, 1))
