"""Whom a boundary can concern between two instants: what incremental evaluation looks at again.

Between `earlier` and `later`, with no new data, an answer can differ only for the profiles these
functions point at. They may point at more, never at fewer.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal, assert_never
from zoneinfo import ZoneInfo

import msgspec

from vitrail.language.boundaries import Boundary
from vitrail.language.kinds import is_short
from vitrail.language.windows import (
    add_calendar,
    anniversary_days,
    bounds,
    day_bounds,
    day_number,
    day_of,
    first_day,
    local_day,
    local_time,
    midnight,
    moment_bounds,
    period_days,
)
from vitrail.model.errors import Bug
from vitrail.model.tree import Arithmetic, Duration, Last, Next, Now, Value, Window

Interval = tuple[int, int]


class Concerned(msgspec.Struct, frozen=True):
    """The profiles to look at again.

    `holders` are those who have, among what the boundary names (records of its collection,
    observations of its trait, values of its `value`), one dated in `instants` (microseconds) or, when
    it is a date, in `days` (since 1970-01-01). Intervals are half open. For an anniversary or a
    birthday, the anniversary falls on one of `days`, or the date itself does.
    """

    who: Literal["nobody", "everybody", "holders"]
    instants: tuple[Interval, ...] = ()
    days: tuple[Interval, ...] = ()


NOBODY = Concerned("nobody")
EVERYBODY = Concerned("everybody")


def concerned(boundary: Boundary, earlier: int, *, later: int, zone: ZoneInfo) -> Concerned:
    """Whom a boundary can concern when the question moves from one instant to a later one."""
    ends = (earlier, later)
    match boundary.kind:
        case "arrival" | "observation" | "score" | "consent":
            return _holders([ends])
        case "member" | "ranking" | "now":
            return EVERYBODY
        case "clock":
            first, last = (_part(boundary, at, zone=zone) for at in ends)
            return NOBODY if first == last else EVERYBODY
        case "birthday":
            today, then = (day_number(local_day(at, zone)) for at in ends)
            return _holders([], days=[(today + 1, then + 1)])
        case "threshold":
            low, high = sorted(_moved(boundary.moving, at, zone=zone) for at in ends)
            crossed = (low, high + 1)
            return _holders([crossed], days=[(first_day(low, zone), first_day(high + 1, zone))])
        case "window" | "moment" | "anniversary" | "period":
            return _windowed(boundary, ends, zone=zone)
        case "wait":
            waited = [_shifted(at, boundary.wait, sign=-1, zone=zone) for at in ends]
            return _holders([(waited[0] + 1, waited[1] + 1)])
        case _:
            assert_never(boundary.kind)


def _windowed(boundary: Boundary, ends: Interval, *, zone: ZoneInfo) -> Concerned:
    window = boundary.window
    if boundary.kind == "period":
        return _holders(_differing(*(_periods(boundary, at, zone=zone) for at in ends)))
    if window is None:
        raise Bug(f"a boundary of kind {boundary.kind} has a window")
    if boundary.kind == "window":
        return _holders(_differing(*(bounds(window, at, zone=zone) for at in ends)))
    if boundary.kind == "anniversary":
        return _holders([], days=_differing(*(anniversary_days(window, at, zone=zone) for at in ends)))
    days = [] if _in_hours(window) else _differing(*(day_bounds(window, at, zone=zone) for at in ends))
    return _holders(_differing(*(moment_bounds(window, at, zone=zone) for at in ends)), days=days)


def _holders(instants: list[Interval], *, days: list[Interval] | None = None) -> Concerned:
    """Those who hold something in one of the intervals; nobody when they are all empty."""
    moments = tuple(each for each in instants if each[0] < each[1])
    dates = tuple(each for each in days or [] if each[0] < each[1])
    return Concerned("holders", moments, dates) if moments or dates else NOBODY


def _differing(first: Interval, second: Interval) -> list[Interval]:
    """What lies in one of two intervals and not in the other."""
    (start, end), (other_start, other_end) = sorted([first, second])
    if end <= other_start:
        return [(start, end), (other_start, other_end)]
    return [(start, other_start), (min(end, other_end), max(end, other_end))]


def _periods(boundary: Boundary, at_us: int, *, zone: ZoneInfo) -> Interval:
    if boundary.every is None:
        raise Bug("a boundary of kind period says which")
    today = local_day(at_us, zone)
    first, _ = period_days(boundary.every, -boundary.of_last, today=today)
    end, _ = period_days(boundary.every, 0, today=today)
    return midnight(day_of(first), zone), midnight(day_of(end), zone)


def _part(boundary: Boundary, at_us: int, *, zone: ZoneInfo) -> int:
    local: dt.datetime = local_time(at_us, zone)
    match boundary.part:
        case "hour":
            return local.hour
        case "weekday":
            return local.isoweekday()
        case "month":
            return local.month
        case "year":
            return local.year
        case None:
            raise Bug("a boundary of kind clock says which part")
        case _:
            assert_never(boundary.part)


def _moved(moving: Value | None, at_us: int, *, zone: ZoneInfo) -> int:
    """The value at an instant of `now`, moved by durations."""
    match moving:
        case Now():
            return at_us
        case Arithmetic(below, operator, Duration() as by):
            start = _moved(below, at_us, zone=zone)
            return _shifted(start, by, sign=1 if operator == "+" else -1, zone=zone)
        case Arithmetic(Duration() as by, "+", below):
            return _shifted(_moved(below, at_us, zone=zone), by, sign=1, zone=zone)
        case _:
            raise Bug("a threshold moves by written durations")


def _shifted(at_us: int, by: Duration | None, *, sign: int, zone: ZoneInfo) -> int:
    return add_calendar(at_us, sign * by.count, unit=by.unit, zone=zone) if by else at_us


def _in_hours(window: Window) -> bool:
    return isinstance(window, Last | Next) and is_short(window.duration)
