"""The instants at which the passing of time alone may change an answer.

Between two neighbours of the list nothing changes: windows, ages, calendar periods and everything
dated enter or leave at one of them. The list may hold instants at which nothing happens.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from zoneinfo import ZoneInfo

from vitrail.engine.explain.anchors import (
    Lengths,
    anchors,
    anchors_of_value,
    follows_the_calendar,
    follows_the_hours,
    gaps,
    lengths,
    nodes,
    record_times,
    windows_on_events,
)
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.local_time import (
    LATEST_DAY,
    add_months,
    add_months_to_day,
    anniversary_day,
    exact_us,
    from_local,
    local_at,
    local_day,
    midnight_us,
    months_in,
    period_start,
    whole_days,
)
from vitrail.model.tree import (
    Age,
    Anniversary,
    CalendarUnit,
    Condition,
    Duration,
    Last,
    Next,
    Period,
    Regularly,
    Sequence,
    Window,
    Within,
)

DAY_US = 86_400_000_000
HOUR_US = 3_600_000_000
HORIZON_DAYS = 731
"""How far the calendar itself is followed, day by day; dated facts are followed without limit."""

_OLDEST = 130
_YEARS = 4
_MONTH_ENDS = 28


def edges(condition: Condition, scope: Scope, *, start_us: int, end_us: int) -> list[int]:
    """The instants T of `[start, end]` at which the answer may differ from the one just before."""
    zone = scope.context.zone
    fixed = anchors(condition, scope)
    found = set(fixed)
    found.update(_sliding(condition, scope))
    found.update(_moved(fixed, lengths(condition, scope), zone=zone))
    found.update(each + gap for gap in gaps(condition, scope, among=fixed) for each in fixed)
    if follows_the_calendar(condition, scope):
        found.update(_calendar(condition, scope, between=(start_us, end_us)))
    return sorted({each for us in found for each in (us, us + 1) if start_us <= each <= end_us})


# --- windows and lengths ----------------------------------------------------------------------


def _sliding(condition: Condition, scope: Scope) -> Iterator[int]:
    zone = scope.context.zone
    for times, window in windows_on_events(condition, scope):
        yield from _passes(times, window, zone=zone)
    for node in nodes(condition, scope):
        match node:
            case Within(Anniversary(of), window):
                days = _anniversaries(anchors_of_value(of, condition, scope=scope), scope)
                yield from _passes(days, window, zone=zone)
                yield from _day_passes(days, window, zone=zone)
            case Within(of, window):
                dated = anchors_of_value(of, condition, scope=scope)
                yield from _passes(dated, window, zone=zone)
                yield from _day_passes(dated, window, zone=zone)
            case Sequence(steps):
                within = [us for step in steps if step.within and (us := exact_us(step.within))]
                times = [us for step in steps for us in record_times(step, scope)]
                yield from (us + length for us in times for length in within)
            case Regularly(of, every, _, of_last):
                for us in record_times(of, scope):
                    yield from _periods(us, every, until=of_last + 2, zone=zone)
            case Age(of):
                yield from (
                    us
                    for each in anchors_of_value(of, condition, scope=scope)
                    for us in _birthdays(each, zone)
                )
            case _:
                continue


def _passes(times: Iterable[int], window: Window, *, zone: ZoneInfo) -> Iterator[int]:
    """The instants at which one end of a window passes each of these."""
    match window:
        case Last(duration) | Next(duration):
            sign = 1 if isinstance(window, Last) else -1
            exact = exact_us(duration)
            for us in times:
                if exact is not None:
                    yield us + sign * exact
                else:
                    yield from crossings(us, -sign * months_in(duration), zone=zone)
        case Period(unit):
            for us in times:
                yield from _periods(us, unit, until=3, zone=zone)
        case _:
            return


def _day_passes(times: Iterable[int], window: Window, *, zone: ZoneInfo) -> Iterator[int]:
    """The midnights at which a window in whole days reaches or leaves each of these."""
    shifts: set[int] = {0}
    if isinstance(window, Last | Next):
        days = whole_days(window.duration)
        shifts |= set() if days is None else {days, -days}
    for us in times:
        day = local_day(us, zone)
        bases = {day + shift for shift in shifts}
        if isinstance(window, Last | Next):
            bases |= set(_months_around(day, window.duration))
        yield from (midnight_us(base + near, zone) for base in bases for near in range(-1, 5))


def _months_around(day: int, duration: Duration) -> Iterator[int]:
    if exact_us(duration) is None and 0 < day < LATEST_DAY:
        for sign in (1, -1):
            moved = add_months_to_day(dt.date.fromordinal(day), sign * months_in(duration))
            if moved is not None:
                yield moved.toordinal()


def _periods(us: int, unit: CalendarUnit, *, until: int, zone: ZoneInfo) -> Iterator[int]:
    day = local_day(us, zone)
    if 0 < day < LATEST_DAY:
        for offset in range(-1, until):
            yield midnight_us(period_start(day, unit, offset=offset), zone)


def _birthdays(us: int, zone: ZoneInfo) -> Iterator[int]:
    local = local_at(us, zone)
    if local is not None:
        for year in range(local.year, min(local.year + _OLDEST, dt.MAXYEAR)):
            yield midnight_us(anniversary_day(local.date(), year), zone)


def _anniversaries(dated: Iterable[int], scope: Scope) -> set[int]:
    """The anniversaries of each of these, some years before and after T."""
    zone, this_year = scope.context.zone, dt.date.fromordinal(scope.context.clock.today).year
    births = (local_at(us, zone) for us in dated)
    return {
        midnight_us(anniversary_day(born.date(), year), zone)
        for born in births
        if born is not None
        for year in range(max(born.year, this_year - _YEARS), this_year + _YEARS)
    }


def _moved(fixed: set[int], by: Lengths, *, zone: ZoneInfo) -> Iterator[int]:
    lengths_of_time = by.exact | {0}
    for us in (each + length for each in fixed for length in lengths_of_time):
        yield us
        for months in by.months:
            yield from (us + length for us in crossings(us, months, zone=zone) for length in lengths_of_time)
            moved = add_months(us, months, zone=zone)
            if moved is not None:
                yield moved


def crossings(us: int, months: int, *, zone: ZoneInfo) -> Iterator[int]:
    """The instants that, some calendar months later, pass a given one (more than once near the end of
    a month, and where clocks change)."""
    for wall in _walls(us, zone):
        base = add_months_to_day(wall.date(), -months)
        if base is None:
            continue
        for near in range(-1, 5) if wall.day >= _MONTH_ENDS or base.day >= _MONTH_ENDS else (0,):
            day = base + dt.timedelta(days=near)
            yield from _turns(day.toordinal(), zone)
            yield from _both(dt.datetime.combine(day, wall.time()), zone)


def _turns(day: int, zone: ZoneInfo) -> Iterator[int]:
    """The midnight of a day, and the change of clocks during it."""
    start, end = midnight_us(day, zone), midnight_us(day + 1, zone)
    yield start
    change = _change_between(start, end, zone=zone)
    if change is not None:
        yield change


def _walls(us: int, zone: ZoneInfo) -> set[dt.datetime]:
    """The local times that mean an instant, and the ones around a change of clocks close to it."""
    change = _change_between(us - DAY_US, us + DAY_US, zone=zone)
    instants = {us} if change is None else {us, change, change - 1}
    offsets = {_offset(near, zone) for near in (us - DAY_US, us, us + DAY_US)}
    walls = {local_at(each + offset, ZoneInfo("UTC")) for each in instants for offset in offsets}
    return {each for each in walls if each is not None}


def _both(local: dt.datetime, zone: ZoneInfo) -> Iterator[int]:
    first = from_local(local, zone)
    yield first
    offset = _offset(first, zone)
    for near in (first - DAY_US, first + DAY_US):
        if _offset(near, zone) != offset:
            yield first + offset - _offset(near, zone)


def _offset(us: int, zone: ZoneInfo) -> int:
    local = local_at(us, zone)
    utc = local_at(us, ZoneInfo("UTC"))
    return 0 if local is None or utc is None else (local - utc) // dt.timedelta(microseconds=1)


def _change_between(start_us: int, end_us: int, *, zone: ZoneInfo) -> int | None:
    """The first instant with the new offset, when the clocks change in between."""
    before = _offset(start_us, zone)
    if _offset(end_us, zone) == before:
        return None
    while end_us - start_us > 1:
        middle = (start_us + end_us) // 2
        if _offset(middle, zone) == before:
            start_us = middle
        else:
            end_us = middle
    return end_us


# --- the calendar itself ----------------------------------------------------------------------


def _calendar(condition: Condition, scope: Scope, *, between: tuple[int, int]) -> Iterator[int]:
    """Each midnight, each change of clocks and, if asked, each hour: as T and moved by the lengths."""
    zone, at_us = scope.context.zone, scope.context.at_us
    start = max(between[0], at_us - HORIZON_DAYS * DAY_US)
    end = min(between[1], at_us + HORIZON_DAYS * DAY_US)
    days = range(local_day(start, zone), local_day(end, zone) + 2)
    ticks = {us for day in days for us in _turns(day, zone)}
    if follows_the_hours(condition, scope):
        ticks.update(tick + hour * HOUR_US for tick in tuple(ticks) for hour in range(25))
    yield from ticks
    yield from (tick + length for tick in ticks for length in lengths(condition, scope).exact)
