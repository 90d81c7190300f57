"""Instants and days: microseconds in UTC, days as ordinals, and the zone of the workspace between.

Instants are integers (`us`: microseconds since 1970 in UTC) and days are the ordinals of
`datetime.date`, so that bounds outside the years 1 to 9999 stay ordinary numbers.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from typing import assert_never
from zoneinfo import ZoneInfo

import msgspec

from vitrail.model.tree import CalendarUnit, Duration, Unit

EARLIEST_US = -(2**63)
LATEST_US = 2**63
EARLIEST_DAY = 0
LATEST_DAY = dt.date.max.toordinal() + 1

_EPOCH = dt.datetime.combine(dt.date(1970, 1, 1), dt.time())
_MICROSECOND = dt.timedelta(microseconds=1)
_EXACT_US: dict[Unit, int] = {
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}
_MONTHS: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12}


class Clock(msgspec.Struct, frozen=True):
    """The instant T and the zone of the workspace."""

    at_us: int
    zone: ZoneInfo

    @property
    def today(self) -> int:
        """The day of T in the zone."""
        return local_day(self.at_us, self.zone)


def exact_us(duration: Duration) -> int | None:
    """The length of an exact duration; None for months, quarters and years."""
    unit = _EXACT_US.get(duration.unit)
    return None if unit is None else duration.count * unit


def whole_days(duration: Duration) -> int | None:
    """The days of a duration in days or weeks."""
    length = {"day": 1, "week": 7}.get(duration.unit)
    return None if length is None else duration.count * length


def months_in(duration: Duration) -> int:
    """The months of a calendar duration."""
    return duration.count * _MONTHS[duration.unit]


def instant_us(instant: dt.datetime) -> int:
    """Microseconds since 1970 of an aware instant."""
    return (instant.astimezone(dt.UTC).replace(tzinfo=None) - _EPOCH) // _MICROSECOND


def as_us(value: dt.date, zone: ZoneInfo) -> int:
    """Microseconds of an instant, or of the midnight of a date in the zone."""
    if isinstance(value, dt.datetime):
        return instant_us(value)
    return midnight_us(value.toordinal(), zone)


def instant_at(us: int) -> dt.datetime | None:
    """The aware instant, in UTC; None outside the years 1 to 9999."""
    try:
        return (_EPOCH + us * _MICROSECOND).replace(tzinfo=dt.UTC)
    except OverflowError:
        return None


def local_at(us: int, zone: ZoneInfo) -> dt.datetime | None:
    """What the clock of the zone shows, without an offset; None outside the years 1 to 9999."""
    instant = instant_at(us)
    try:
        return instant and instant.astimezone(zone).replace(tzinfo=None, fold=0)
    except OverflowError:
        return None


def from_local(local: dt.datetime, zone: ZoneInfo) -> int:
    """Microseconds of a local time: with the offset before the change if it does not exist, the
    first one if it exists twice."""
    offset = local.replace(tzinfo=zone, fold=0).utcoffset()
    assert offset is not None
    return (local - _EPOCH - offset) // _MICROSECOND


def midnight_us(day: int, zone: ZoneInfo) -> int:
    """The midnight that begins a day in the zone."""
    if day <= EARLIEST_DAY:
        return EARLIEST_US
    if day >= LATEST_DAY:
        return LATEST_US
    return from_local(dt.datetime.combine(dt.date.fromordinal(day), dt.time()), zone)


def local_day(us: int, zone: ZoneInfo) -> int:
    """The day of an instant in the zone."""
    local = local_at(us, zone)
    if local is not None:
        return local.toordinal()
    return EARLIEST_DAY if us < 0 else LATEST_DAY


def add_months_to_day(day: dt.date, months: int) -> dt.date | None:
    """The same day some months away, clamped to the end of its month; None out of the calendar."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not dt.MINYEAR <= year <= dt.MAXYEAR:
        return None
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def add_months(us: int, months: int, *, zone: ZoneInfo) -> int | None:
    """The same local time some months away; None out of the calendar."""
    local = local_at(us, zone)
    day = local and add_months_to_day(local.date(), months)
    if local is None or day is None:
        return None
    return from_local(dt.datetime.combine(day, local.time()), zone)


def period_start(day: int, unit: CalendarUnit, *, offset: int = 0) -> int:
    """The first day of the calendar period `offset` periods away from the one that holds a day."""
    date = dt.date.fromordinal(day)
    match unit:
        case "day":
            start = day + offset
        case "week":
            start = day - date.weekday() + 7 * offset
        case "month":
            start = _first_of_month(date.year * 12 + date.month - 1 + offset)
        case "quarter":
            start = _first_of_month(date.year * 12 + (date.month - 1) // 3 * 3 + 3 * offset)
        case "year":
            start = _first_of_month((date.year + offset) * 12)
        case _:
            assert_never(unit)
    return max(EARLIEST_DAY, min(start, LATEST_DAY))


def _first_of_month(index: int) -> int:
    year, month = divmod(index, 12)
    if year < dt.MINYEAR:
        return EARLIEST_DAY
    return LATEST_DAY if year > dt.MAXYEAR else dt.date(year, month + 1, 1).toordinal()


def anniversary_day(born: dt.date, year: int) -> int:
    """The day of an anniversary in a year: 1 March for 29 February in common years."""
    if (born.month, born.day) == (2, 29) and monthrange(year, 2)[1] == 28:
        return dt.date(year, 3, 1).toordinal()
    return dt.date(year, born.month, born.day).toordinal()
