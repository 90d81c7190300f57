"""When a source is pulled: every so many minutes, daily at a time, or as five cron fields say."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

import msgspec

from vitrail.model.errors import Message, UserError, refuse

MINUTE = dt.timedelta(minutes=1)
HORIZON = dt.timedelta(days=366 * 8)
"""How far a cron schedule is looked ahead: the 29th of February comes back within eight years."""

_EVERY = re.compile(r"every (?:([1-9][0-9]{0,4}) )?(minute|hour|day)s?")
_DAILY = re.compile(r"daily at ([01][0-9]|2[0-3]):([0-5][0-9])")
_PART = re.compile(r"(\*|[0-9]+(?:-[0-9]+)?)(?:/([1-9][0-9]*))?")
_UNITS = {"minute": MINUTE, "hour": dt.timedelta(hours=1), "day": dt.timedelta(days=1)}
_OFTEN = {
    "minute": ("toutes les minutes", ("toutes les", "minutes")),
    "hour": ("toutes les heures", ("toutes les", "heures")),
    "day": ("chaque jour", ("tous les", "jours")),
}
_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


class Every(msgspec.Struct, frozen=True):
    """Again after this long."""

    interval: dt.timedelta


class Times(msgspec.Struct, frozen=True):
    """At these minutes of these hours, on days that fit, in the zone of the workspace.

    As cron has it, when both the day of the month and the day of the week are told, either will do.
    """

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool = True
    any_weekday: bool = True

    def fits(self, day: dt.date) -> bool:
        """Whether the source is pulled on that day."""
        in_month = day.day in self.days
        in_week = day.isoweekday() % 7 in self.weekdays
        fitting = in_month and in_week if self.any_day or self.any_weekday else in_month or in_week
        return day.month in self.months and fitting


Schedule = Every | Times


def parse_schedule(text: str, *, path: str = "schedule") -> Schedule:
    """The schedule a text says. Raises `UserError` when it says none."""
    told = " ".join(text.lower().split())
    if (every := _EVERY.fullmatch(told)) is not None:
        return Every(int(every[1] or 1) * _UNITS[every[2]])
    if (daily := _DAILY.fullmatch(told)) is not None:
        return _cron([daily[2], daily[1], "*", "*", "*"]) or _never(text, path)
    found = _cron(told.split()) if len(told.split()) == len(_RANGES) else None
    return found or _never(text, path)


def in_words(text: str) -> Message:
    """A schedule as people say it: `toutes les 2 heures`, `daily at 06:30`; cron fields stay as they are."""
    told = " ".join(text.lower().split())
    if (every := _EVERY.fullmatch(told)) is not None:
        count = int(every[1] or 1)
        one, several = _OFTEN[every[2]]
        if count == 1:
            return Message(one, f"every {every[2]}")
        return Message(f"{several[0]} {count} {several[1]}", told)
    if (daily := _DAILY.fullmatch(told)) is not None:
        return Message(f"chaque jour à {daily[1]}:{daily[2]}", told)
    return Message(f"selon cron\u00a0: {told}", f"by cron: {told}")


def next_time(schedule: Schedule, *, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    """The first instant of a schedule after another; an hour that a day skips comes right after the gap."""
    match schedule:
        case Every(interval=interval):
            return after + interval
        case Times():
            return _next_fit(schedule, after=after, zone=zone)


def _next_fit(times: Times, *, after: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    day = after.astimezone(zone).date()
    while day <= after.date() + HORIZON:
        if times.fits(day):
            for hour in sorted(times.hours):
                for minute in sorted(times.minutes):
                    local = dt.datetime.combine(day, dt.time(hour, minute), tzinfo=zone)
                    if (found := local.astimezone(dt.UTC)) > after:
                        return found
        day += dt.timedelta(days=1)
    return after + HORIZON


def _cron(parts: list[str]) -> Times | None:
    found = [_values(part, bounds) for part, bounds in zip(parts, _RANGES, strict=True)]
    if not all(found):
        return None
    minutes, hours, days, months, weekdays = found
    times = Times(
        minutes=minutes,
        hours=hours,
        days=days,
        months=months,
        weekdays=frozenset(day % 7 for day in weekdays),
        any_day=parts[2].startswith("*"),
        any_weekday=parts[4].startswith("*"),
    )
    leap = dt.date(2024, 1, 1)
    year = (leap + dt.timedelta(days=number) for number in range(366))
    return times if any(times.fits(day) for day in year) else None


def _values(part: str, bounds: tuple[int, int]) -> frozenset[int]:
    """The numbers a cron field says; none when it makes no sense."""
    lowest, highest = bounds
    found: set[int] = set()
    for piece in part.split(","):
        match = _PART.fullmatch(piece)
        if match is None:
            return frozenset()
        start, _, end = match[1].partition("-")
        first = lowest if start == "*" else int(start)
        last = highest if start == "*" or (match[2] and not end) else int(end or start)
        if not lowest <= first <= last <= highest:
            return frozenset()
        found |= set(range(first, last + 1, int(match[2] or 1)))
    return frozenset(found)


def _never(text: str, path: str) -> Schedule:
    raise _unreadable(text, path)


def _unreadable(text: str, path: str) -> UserError:
    return refuse(
        "bad_schedule",
        path=path,
        fr=f"« {text} » ne dit pas quand : every 15 minutes, every 2 hours, daily at 06:30, "
        "ou cinq champs cron (*/15 7-20 * * 1-5).",
        en=f"“{text}” does not say when: every 15 minutes, every 2 hours, daily at 06:30, "
        "or five cron fields (*/15 7-20 * * 1-5).",
    )
