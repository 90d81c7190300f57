"""Windows at the corners of the calendar, from docs/decisions/0003-meaning.md points 5 to 9."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vitrail.language import windows
from vitrail.language.parse import parse
from vitrail.model.errors import Bug
from vitrail.model.tree import Window, Within

PARIS = ZoneInfo("Europe/Paris")
APIA = ZoneInfo("Pacific/Apia")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
HAVANA = ZoneInfo("America/Havana")


def us(text: str) -> int:
    moment = dt.datetime.fromisoformat(text)
    return windows.microseconds(moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC))


def window(text: str) -> Window:
    condition = parse(f"seen in {text}")
    assert isinstance(condition, Within)
    return condition.window


def moments(text: str, at: str, zone: ZoneInfo = PARIS) -> tuple[int, int]:
    return windows.moment_bounds(window(text), us(at), zone=zone)


def events(text: str, at: str, zone: ZoneInfo = PARIS) -> tuple[int, int]:
    return windows.bounds(window(text), us(at), zone=zone)


def days(text: str, at: str, zone: ZoneInfo = PARIS) -> tuple[str, str]:
    first, end = windows.day_bounds(window(text), us(at), zone=zone)
    return windows.day_of(first).isoformat(), windows.day_of(end).isoformat()


def birthdays(text: str, at: str) -> tuple[str, str]:
    first, end = windows.anniversary_days(window(text), us(at), zone=PARIS)
    return windows.day_of(first).isoformat(), windows.day_of(end).isoformat()


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last 90 minutes", "2025-03-30T22:30:00", "2025-03-31T00:00:00"),
        ("last 1 day", "2025-03-30T00:00:00", "2025-03-31T00:00:00"),
        ("last 2 weeks", "2025-03-17T00:00:00", "2025-03-31T00:00:00"),
        ("next 1 day", "2025-03-31T00:00:00", "2025-04-01T00:00:00"),
        # 02:00 in Paris on 31 March is 02:00 on 28 February, in winter time.
        ("last 1 month", "2025-02-28T01:00:00", "2025-03-31T00:00:00"),
        ("last 1 quarter", "2024-12-31T01:00:00", "2025-03-31T00:00:00"),
        # 02:00 in Paris did not exist on 31 March 2024.
        ("last 1 year", "2024-03-31T01:00:00", "2025-03-31T00:00:00"),
        ("next 1 month", "2025-03-31T00:00:00", "2025-04-30T00:00:00"),
        ("today", "2025-03-30T22:00:00", "2025-03-31T00:00:00"),
        ("yesterday", "2025-03-29T23:00:00", "2025-03-30T22:00:00"),
        ("this week", "2025-03-30T22:00:00", "2025-03-31T00:00:00"),
        ("last week", "2025-03-23T23:00:00", "2025-03-30T22:00:00"),
        ("next week", "2025-04-06T22:00:00", "2025-04-13T22:00:00"),
        ("this month", "2025-02-28T23:00:00", "2025-03-31T00:00:00"),
        ("last month", "2025-01-31T23:00:00", "2025-02-28T23:00:00"),
        ("this quarter", "2024-12-31T23:00:00", "2025-03-31T00:00:00"),
        ("next quarter", "2025-03-31T22:00:00", "2025-06-30T22:00:00"),
        ("last year", "2023-12-31T23:00:00", "2024-12-31T23:00:00"),
        ("between 2025-03-01 and 2026-03-01", "2025-02-28T23:00:00", "2026-02-28T23:00:00"),
        ("between 2025-03-01T00:00:00Z and 2025-03-02", "2025-03-01T00:00:00", "2025-03-01T23:00:00"),
        ("since 2025-03-01", "2025-02-28T23:00:00", "2025-03-31T00:00:00"),
    ],
)
def test_bounds_of_a_window_on_instants(text: str, start: str, end: str) -> None:
    assert moments(text, "2025-03-31T00:00:00") == (us(start), us(end))


def test_before_has_no_start() -> None:
    assert moments("before 2025-03-01", "2025-03-31T00:00:00") == (-windows.OPEN, us("2025-02-28T23:00"))


def test_no_window_on_events_is_everything_before_t() -> None:
    assert windows.bounds(None, 17, zone=PARIS) == (-windows.OPEN, 17)


@pytest.mark.parametrize("text", ["between 2025-01-01 and 2030-01-01", "before 2030-01-01", "this year"])
def test_events_at_t_or_later_do_not_exist(text: str) -> None:
    assert events(text, "2025-03-31T00:00:00")[1] == us("2025-03-31T00:00:00")


@pytest.mark.parametrize("text", ["next 3 days", "since 2026-01-01", "between 2026-01-01 and 2026-02-01"])
def test_a_window_ahead_holds_no_event(text: str) -> None:
    start, end = events(text, "2025-03-31T00:00:00")
    assert start == end


def test_an_exact_day_is_24_hours_across_the_night_of_23() -> None:
    start, _ = events("last 1 day", "2025-03-30T10:00:00")
    assert start == us("2025-03-29T10:00:00")


def test_a_month_keeps_the_local_hour_across_a_change_of_time() -> None:
    # 12:00 in Paris on 15 April is 12:00 on 15 March, one hour more from UTC.
    assert events("last 1 month", "2025-04-15T10:00:00")[0] == us("2025-03-15T11:00:00")


def test_a_local_time_that_does_not_exist_takes_the_offset_before_the_change() -> None:
    # 02:30 on 30 March 2025 is skipped in Paris; with winter's +01:00 it is 01:30 UTC.
    assert windows.add_calendar(us("2025-02-28T01:30:00"), 1, unit="month", zone=PARIS) == us(
        "2025-03-28T01:30:00"
    )
    assert windows.add_calendar(us("2025-01-30T01:30:00"), 2, unit="month", zone=PARIS) == us(
        "2025-03-30T01:30:00"
    )


def test_a_local_time_that_exists_twice_is_the_first() -> None:
    # 02:30 on 26 October 2025 comes at 00:30 UTC and again at 01:30 UTC.
    assert windows.add_calendar(us("2025-09-26T00:30:00"), 1, unit="month", zone=PARIS) == us(
        "2025-10-26T00:30:00"
    )


def test_the_day_of_the_night_of_25_hours_is_whole() -> None:
    start, end = moments("yesterday", "2025-10-27T10:00:00")
    assert end - start == 25 * windows.EXACT["hour"]


def test_a_day_without_midnight_starts_at_the_change() -> None:
    # On 4 November 2018 clocks in São Paulo went from 00:00 to 01:00.
    assert windows.midnight(dt.date(2018, 11, 4), SAO_PAULO) == us("2018-11-04T03:00:00")


def test_a_day_with_two_midnights_starts_at_the_first() -> None:
    # On 3 November 2024 clocks in Havana went from 01:00 back to 00:00.
    assert windows.midnight(dt.date(2024, 11, 3), HAVANA) == us("2024-11-03T04:00:00")


def test_a_day_the_calendar_skipped_has_the_midnight_of_the_next() -> None:
    # Samoa had no 30 December 2011.
    skipped, following = dt.date(2011, 12, 30), dt.date(2011, 12, 31)
    assert windows.midnight(skipped, APIA) == windows.midnight(following, APIA)


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("last 7 days", "2025-03-24", "2025-03-31"),
        ("last 1 week", "2025-03-24", "2025-03-31"),
        ("last 1 month", "2025-02-28", "2025-03-31"),
        ("last 2 months", "2025-01-31", "2025-03-31"),
        ("next 7 days", "2025-03-31", "2025-04-07"),
        ("next 1 quarter", "2025-03-31", "2025-06-30"),
        ("today", "2025-03-31", "2025-04-01"),
        ("yesterday", "2025-03-30", "2025-03-31"),
        ("this month", "2025-03-01", "2025-04-01"),
        ("this year", "2025-01-01", "2025-04-01"),
        ("last month", "2025-02-01", "2025-03-01"),
        ("next month", "2025-04-01", "2025-05-01"),
        ("last week", "2025-03-24", "2025-03-31"),
        ("since 2025-03-30", "2025-03-30", "2025-04-01"),
        ("before 2025-03-30", "0001-01-01", "2025-03-30"),
        ("between 2025-03-01 and 2025-03-05", "2025-03-01", "2025-03-05"),
    ],
)
def test_days_of_a_window_on_dates(text: str, first: str, end: str) -> None:
    assert days(text, "2025-03-30T22:30:00") == (first, end)


def test_dates_between_instants_are_those_whose_midnight_lies_between() -> None:
    text = "between 2025-02-28T23:00:00Z and 2025-03-01T23:00:01Z"
    assert days(text, "2025-03-31T00:00:00") == ("2025-03-01", "2025-03-03")


def test_since_a_day_to_come_holds_no_date() -> None:
    assert days("since 2026-01-01", "2025-03-31T00:00:00") == ("2026-01-01", "2026-01-01")


def test_dates_are_not_counted_in_hours() -> None:
    with pytest.raises(Bug):
        days("last 3 hours", "2025-03-31T00:00:00")


def test_the_current_period_of_anniversaries_is_whole() -> None:
    assert birthdays("this month", "2025-02-10T00:00:00") == ("2025-02-01", "2025-03-01")


def test_other_windows_of_anniversaries_are_those_of_dates() -> None:
    assert birthdays("next 7 days", "2025-12-28T10:00:00") == ("2025-12-28", "2026-01-04")


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2024-02-29", -12, "2023-02-28"),
        ("2025-12-31", 2, "2026-02-28"),
        ("2025-01-31", -2, "2024-11-30"),
        ("2025-12-15", 1, "2026-01-15"),
        ("2025-01-15", -1, "2024-12-15"),
        ("9999-12-01", 1, "9999-12-31"),
        ("0001-01-31", -1, "0001-01-01"),
    ],
)
def test_months_are_clamped_to_the_end_of_the_month(day: str, months: int, expected: str) -> None:
    assert windows.add_months(dt.date.fromisoformat(day), months).isoformat() == expected


def test_the_local_day_changes_at_local_midnight() -> None:
    assert windows.local_day(us("2025-03-30T21:59:59.999999"), PARIS) == dt.date(2025, 3, 30)
    assert windows.local_day(us("2025-03-30T22:00:00"), PARIS) == dt.date(2025, 3, 31)


def test_microseconds_are_exact_far_from_1970() -> None:
    assert us("9999-12-31T23:59:59.999999") == windows.LAST_INSTANT


@pytest.mark.parametrize("at", [-windows.OPEN, windows.FIRST_INSTANT, windows.LAST_INSTANT, windows.OPEN])
@pytest.mark.parametrize("zone", [PARIS, APIA, SAO_PAULO])
@pytest.mark.parametrize(
    "text",
    ["last 2147483647 years", "next 2147483647 weeks", "last year", "next week", "this quarter"],
)
def test_the_ends_of_time_are_clamped(text: str, at: int, zone: ZoneInfo) -> None:
    for interval in (windows.bounds, windows.moment_bounds, windows.day_bounds, windows.anniversary_days):
        start, end = interval(window(text), at, zone=zone)
        assert -windows.OPEN <= start <= end <= windows.OPEN
