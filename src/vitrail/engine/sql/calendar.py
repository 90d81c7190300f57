"""Days, months and hours of a zone in plain integer SQL: no engine's idea of time zones is used.

Days are days since 1970-01-01, instants microseconds since then. The few offsets of a short span are
written into the query as nested comparisons; those of all times are handed over as two lists, by
equal slices of time that hold one change at most. What is looked up is written several times over, so
it must be a column: `name` gives a column to an expression that is not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlglot import exp

from vitrail.engine.sql.write import E, bigint, case, cast, compared, floor_divided, minus, plus, times, whole
from vitrail.language import windows

DAY = 86_400_000_000
HOUR = 3_600_000_000
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_FIRST_YEAR, _LAST_YEAR = 1800, 2150

FIRST_DAY = dt.date.min.toordinal() - dt.date(1970, 1, 1).toordinal()
END_OF_DAYS = dt.date.max.toordinal() - dt.date(1970, 1, 1).toordinal() + 1
FIRST_US = FIRST_DAY * DAY
END_US = END_OF_DAYS * DAY

Name = Callable[[E], E]
"""Gives a column to an expression, in a query below."""

Text = Callable[[str], E]
"""Hands a text over beside the query."""

FEW_CHANGES = 8

Steps = tuple[int, tuple[tuple[int, int], ...]]
"""The first offset, then (from this moment on, this offset), in microseconds."""


class Calendar:
    """The calendar of a zone, with ways to name what is looked up and to hand lists over."""

    def __init__(self, zone: ZoneInfo, name: Name, *, text: Text) -> None:
        self.zone = zone
        self.name = name
        self.text = text

    def local(self, instant: E, *, span: tuple[int, int] | None = None) -> E:
        """Local microseconds of an instant; `span` tells that it lies between two instants."""
        moment = self.name(instant)
        steps = _utc_steps(self.zone.key)
        return plus(moment, self._offset(moment, steps if span is None else _during(steps, span)))

    def local_day(self, instant: E, *, span: tuple[int, int] | None = None) -> E:
        """The local day of an instant."""
        return floor_divided(self.name(self.local(instant, span=span)), DAY)

    def to_utc(self, local_us: E) -> E:
        """The instant of a local time; a skipped one takes the offset before, a double one is the first."""
        moment = self.name(local_us)
        return minus(moment, self._offset(moment, _local_steps(self.zone.key)))

    def _offset(self, moment: E, steps: Steps) -> E:
        """The offset in force at a moment, which is a column."""
        if len(steps[1]) <= FEW_CHANGES:
            return _search(moment, steps[0], changes=steps[1])
        base, width, starts, offsets = _slices(steps)
        since = exp.IntDiv(this=exp.Paren(this=minus(moment, whole(base))), expression=whole(width))
        number = exp.Least(
            this=exp.Greatest(this=plus(since, whole(1)), expressions=[whole(1)]),
            expressions=[whole(len(starts))],
        )
        after = self._item(offsets, plus(number, whole(1)))
        too_early = compared(moment, self._item(starts, number), operator="<")
        return case([(too_early, self._item(offsets, number))], after)

    def _item(self, numbers: tuple[int, ...], place: E) -> E:
        """One number of a list, counted from 1."""
        listed = self.name(exp.cast(self.text(str(list(numbers))), "BIGINT[]"))
        return exp.Anonymous(this="LIST_EXTRACT", expressions=[listed, place])

    def midnight(self, day: E) -> E:
        """The instant a day starts at."""
        return self.to_utc(times(day, whole(DAY)))

    def hour(self, instant: E, *, span: tuple[int, int] | None = None) -> E:
        """The local hour of an instant."""
        local_us = self.name(self.local(instant, span=span))
        into_day = minus(local_us, times(floor_divided(local_us, DAY), whole(DAY)))
        return exp.IntDiv(this=exp.Paren(this=into_day), expression=whole(HOUR))

    def months_later(self, day: E, months: int) -> E:
        """The same day so many months later, clamped to the month; unknown outside the years 1–9999."""
        start = self.name(day)
        before = plus(times(part_of(start, "year"), whole(12)), minus(part_of(start, "month"), whole(1)))
        index = self.name(plus(before, whole(months)))
        return _day_in_month(index, part_of(start, "day"))

    def instant_months_later(self, instant: E, months: int) -> E:
        """The local day so many months later at the same local time."""
        local_us = self.name(self.local(instant))
        day = self.name(floor_divided(local_us, DAY))
        into_day = minus(local_us, times(day, whole(DAY)))
        return self.to_utc(plus(times(self.months_later(day, months), whole(DAY)), into_day))


def date_of(day: E) -> E:
    """A day as a DATE."""
    epoch = cast(exp.Literal.string("1970-01-01"), "DATE")
    return plus(epoch, cast(day, "INTEGER"))


def day_of(date: E) -> E:
    """A DATE as a day."""
    return bigint(minus(date, cast(exp.Literal.string("1970-01-01"), "DATE")))


def part_of(day: E, part: str) -> E:
    """Year, month or day of the month of a day."""
    return bigint(exp.Extract(this=exp.var(part), expression=exp.Paren(this=date_of(day))))


def weekday(day: E) -> E:
    """1 for Monday to 7 for Sunday."""
    shifted = plus(day, whole(3 + 7 * 200_000))
    return plus(exp.Mod(this=exp.Paren(this=shifted), expression=whole(7)), whole(1))


def _day_in_month(index: E, day_of_month: E) -> E:
    """The day in a month counted from year 0, clamped to its end."""
    year = exp.IntDiv(this=index, expression=whole(12))
    month = plus(exp.Mod(this=index, expression=whole(12)), whole(1))
    clamped = exp.Least(this=day_of_month, expressions=[_days_in_month(year, month)])
    parts = [cast(each, "INTEGER") for each in (year, month, clamped)]
    made = exp.DateFromParts(year=parts[0], month=parts[1], day=parts[2])
    inside = exp.And(
        this=compared(index, whole(12), operator=">="),
        expression=compared(index, whole(120_000), operator="<"),
    )
    return case([(inside, day_of(made))])


def _days_in_month(year: E, month: E) -> E:
    def divisible(by: int) -> E:
        return compared(
            exp.Mod(this=exp.Paren(this=year.copy()), expression=whole(by)), whole(0), operator="="
        )

    leap = exp.Or(
        this=exp.Paren(
            this=exp.And(this=divisible(4), expression=exp.Not(this=exp.Paren(this=divisible(100))))
        ),
        expression=divisible(400),
    )
    short = exp.In(this=exp.Paren(this=month.copy()), expressions=[whole(each) for each in (4, 6, 9, 11)])
    february = compared(month.copy(), whole(2), operator="=")
    return case([(february, case([(leap, whole(29))], whole(28))), (short, whole(30))], whole(31))


# --- offsets ----------------------------------------------------------------------------------


def _during(steps: Steps, span: tuple[int, int]) -> Steps:
    """The offsets between two instants."""
    first, changes = steps
    before = [offset for start, offset in changes if start <= span[0]]
    inside = tuple(each for each in changes if span[0] < each[0] <= span[1])
    return before[-1] if before else first, inside


@cache
def _slices(steps: Steps) -> tuple[int, int, tuple[int, ...], tuple[int, ...]]:
    """The offsets by slices of time: where the first starts and how long each is; the change in each
    (beyond all times where there is none); the offset before the first, then after the change of each."""
    first, changes = steps
    width = min(later - start for (start, _), (later, _) in pairwise(changes))
    base = changes[0][0]
    count = (changes[-1][0] - base) // width + 1
    by_slice = {(start - base) // width: (start, offset) for start, offset in changes}
    starts, offsets = [], [first]
    for number in range(count):
        start, offset = by_slice.get(number, (windows.OPEN, offsets[-1]))
        starts.append(start)
        offsets.append(offset)
    return base, width, tuple(starts), tuple(offsets)


def _search(moment: E, first: int, *, changes: tuple[tuple[int, int], ...]) -> E:
    if not changes:
        return whole(first)
    middle = len(changes) // 2
    start, offset = changes[middle]
    below = _search(moment, first, changes=changes[:middle])
    above = _search(moment, offset, changes=changes[middle + 1 :])
    return case([(compared(moment.copy(), whole(start), operator="<"), below)], above)


@cache
def _utc_steps(zone: str) -> Steps:
    """The offsets of a zone by instant, found by looking every five days and halving in between."""
    rules = ZoneInfo(zone)
    start = _us(dt.datetime(_FIRST_YEAR, 1, 1, tzinfo=dt.UTC))
    end = _us(dt.datetime(_LAST_YEAR, 1, 1, tzinfo=dt.UTC))
    first = current = _offset(start, rules)
    changes: list[tuple[int, int]] = []
    for later in range(start + 5 * DAY, end, 5 * DAY):
        offset = _offset(later, rules)
        if offset != current:
            changes.append((_change(later - 5 * DAY, later, rules=rules), offset))
            current = offset
    return first, tuple(changes)


def _change(earlier: int, later: int, *, rules: ZoneInfo) -> int:
    """The first second after `earlier` whose offset differs."""
    current = _offset(earlier, rules)
    low, high = earlier // 1_000_000, later // 1_000_000
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * 1_000_000, rules) == current:
            low = middle
        else:
            high = middle
    return high * 1_000_000


@cache
def _local_steps(zone: str) -> Steps:
    """The offsets of a zone by local time, in the sense of `to_utc`."""
    first, changes = _utc_steps(zone)
    by_local: list[tuple[int, int]] = []
    before = first
    for start, after in changes:
        by_local.append((start + max(before, after), after))
        before = after
    return first, tuple(by_local)


def _offset(instant: int, rules: ZoneInfo) -> int:
    moment = _EPOCH + dt.timedelta(microseconds=instant)
    offset = moment.astimezone(rules).utcoffset()
    return 0 if offset is None else round(offset.total_seconds() * 1_000_000)


def _us(moment: dt.datetime) -> int:
    return (moment - _EPOCH) // dt.timedelta(microseconds=1)
