"""Windows on events, instants, dates and anniversaries (language §4; decision 0003, 5-9)."""

import datetime as dt

import pytest

from tests.engine.people import holds, instant, orders, person

DAY = dt.date.fromisoformat


@pytest.mark.parametrize(
    ("when", "inside"),
    [
        ("2024-12-31T08:00:00", True),
        ("2024-12-31T07:59:59.999999", False),
        ("2025-03-31T07:59:59.999999", True),
        ("2025-03-31T08:00:00", False),
    ],
)
def test_last_days_are_exact_and_half_open(when, inside):
    assert holds("did(order, last 90 days)", person(events=orders(when))) is inside


def test_days_are_24_hours_across_a_change_of_time():
    saturday = person(events=orders("2025-03-29T08:00:00"))
    assert holds("did(order, last 2 days)", saturday)
    assert not holds("did(order, last 2 days)", saturday, "2025-03-31T08:00:00.000001")


@pytest.mark.parametrize(
    ("when", "inside"), [("2025-02-28T07:00:00", True), ("2025-02-28T06:59:59.999999", False)]
)
def test_last_month_is_calendar_clamped_and_keeps_the_local_hour(when, inside):
    """31 March 10:00 in Paris less a month is 28 February 10:00, UTC+1 then: 9:00 UTC."""
    later = when.replace("T07", "T09").replace("T06", "T08")
    assert holds("did(order, last 1 month)", person(events=orders(later))) is inside


def test_three_months_before_a_leap_day():
    on_time = person(events=orders("2023-11-29T12:00:00"))
    assert holds("did(order, last 3 months)", on_time, "2024-02-29T12:00:00")
    assert not holds("did(order, last 3 months)", on_time, "2024-02-29T12:00:00.000001")


def test_a_local_time_that_does_not_exist_takes_the_offset_before_the_change():
    """2:30 on 30 March 2025 does not exist in Paris: UTC+1 makes it 1:30 UTC."""
    someone = person(events=orders("2025-03-30T01:30:00"))
    assert holds("did(order, last 1 month)", someone, "2025-04-30T00:30:00")
    assert not holds(
        "did(order, last 1 month)", person(events=orders("2025-03-30T01:29:59")), "2025-04-30T00:30:00"
    )


def test_a_local_time_that_exists_twice_is_the_first():
    """2:30 on 26 October 2025 comes at 0:30 and 1:30 UTC."""
    assert holds(
        "did(order, last 1 month)", person(events=orders("2025-10-26T00:30:00")), "2025-11-26T01:30:00"
    )
    assert not holds(
        "did(order, last 1 month)", person(events=orders("2025-10-26T00:29:59")), "2025-11-26T01:30:00"
    )


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("today", "2025-03-30T22:00:00", "2025-03-31T07:59:59"),
        ("yesterday", "2025-03-29T23:00:00", "2025-03-30T21:59:59"),
        ("this week", "2025-03-30T22:00:00", "2025-03-31T07:59:59"),
        ("last week", "2025-03-23T23:00:00", "2025-03-30T21:59:59"),
        ("this month", "2025-02-28T23:00:00", "2025-03-31T07:59:59"),
        ("last month", "2025-01-31T23:00:00", "2025-02-28T22:59:59"),
        ("last quarter", "2024-09-30T22:00:00", "2024-12-31T22:59:59"),
        ("this year", "2024-12-31T23:00:00", "2025-03-31T07:59:59"),
        ("last year", "2023-12-31T23:00:00", "2024-12-31T22:59:59"),
    ],
)
def test_periods_follow_the_workspace_zone(window, first, last):
    rule = f"did(order, {window})"
    before = (instant(first) - dt.timedelta(microseconds=1)).isoformat()[:26]
    after = (instant(last) + dt.timedelta(seconds=1)).isoformat()[:19]
    assert [holds(rule, person(events=orders(when))) for when in (first, last)] == [True, True]
    assert [holds(rule, person(events=orders(when))) for when in (before, after)] == [False, False]


def test_midnight_is_of_the_workspace():
    rule, someone = "did(order, since 2025-03-31)", person(events=orders("2025-03-30T23:00:00"))
    assert holds(rule, someone)
    assert not holds(rule, someone, zone="UTC")


def test_nothing_at_or_after_now_exists_whatever_the_window():
    someone = person(events=orders("2025-03-31T08:00:00", "2025-04-02T00:00:00"))
    assert holds("not did(order) and not did(order, between 2025-01-01 and 2026-01-01)", someone)


def test_between_excludes_its_end():
    rule = "did(order, between 2025-01-01 and 2025-02-01)"
    assert holds(rule, person(events=orders("2024-12-31T23:00:00")))
    assert not holds(rule, person(events=orders("2025-01-31T23:00:00")))


def test_before_is_everything_earlier():
    rule = "did(order, before 2025-02-01T00:00:00Z)"
    assert holds(rule, person(events=orders("1950-01-01")))
    assert not holds(rule, person(events=orders("2025-02-01")))


def test_a_window_longer_than_the_calendar_is_open():
    assert holds("did(order, last 9000 years)", person(events=orders("1950-01-01")))


@pytest.mark.parametrize(
    ("window", "first", "last"),
    [
        ("last 7 days", "2025-03-24", "2025-03-30"),
        ("last 2 months", "2025-01-31", "2025-03-30"),
        ("next 7 days", "2025-03-31", "2025-04-06"),
        ("next 1 month", "2025-03-31", "2025-04-29"),
        ("today", "2025-03-31", "2025-03-31"),
        ("this month", "2025-03-01", "2025-03-31"),
        ("next month", "2025-04-01", "2025-04-30"),
        ("last month", "2025-02-01", "2025-02-28"),
        ("since 2025-03-10", "2025-03-10", "2025-03-31"),
        ("between 2025-01-01 and 2025-02-01", "2025-01-01", "2025-01-31"),
        ("between 2025-01-01T00:00:00Z and 2025-02-01T00:00:00Z", "2025-01-02", "2025-02-01"),
    ],
)
def test_dates_are_whole_days(window, first, last):
    rule, one = f"due in {window}", dt.timedelta(days=1)
    inside, outside = (DAY(first), DAY(last)), (DAY(first) - one, DAY(last) + one)
    assert [holds(rule, person(due=day)) for day in inside] == [True, True]
    assert [holds(rule, person(due=day)) for day in outside] == [False, False]


def test_a_future_instant_lies_in_a_next_window():
    someone = person(due=instant("2025-04-30T08:00:00"))
    assert holds("due in next 31 days and due in next 2 months", someone)
    assert not holds("due in next 30 days", someone)


def test_next_week_is_whole():
    assert holds("due in next week", person(due=instant("2025-04-06T22:00:00")))
    assert not holds("due in next week", person(due=instant("2025-04-06T21:59:59")))


def test_an_unknown_date_is_neither_in_nor_not_in():
    assert not holds("due in last 7 days or due not in last 7 days", person())


def test_a_known_date_outside_is_not_in():
    assert holds("due not in last 7 days", person(due=DAY("2025-03-31")))


@pytest.mark.parametrize(
    ("born", "window", "expected"),
    [
        ("1980-04-06", "next 7 days", True),
        ("1980-04-07", "next 7 days", False),
        ("1980-03-24", "last 7 days", True),
        ("1980-03-31", "last 7 days", False),
        ("1980-03-31", "today", True),
        ("1980-03-01", "this month", True),
        ("1980-12-31", "this year", True),
        ("1980-04-30", "next month", True),
        ("2025-04-01", "next 7 days", False),
        ("2024-04-01", "next 7 days", True),
        ("1980-01-01", "between 2024-12-01 and 2025-01-02", True),
        ("1980-01-02", "between 2024-12-01 and 2025-01-02", False),
    ],
)
def test_anniversaries(born, window, expected):
    assert holds(f"anniversary(born) in {window}", person(born=DAY(born))) is expected


@pytest.mark.parametrize(
    ("today", "expected"),
    [("2025-02-28T12:00:00", False), ("2025-03-01T12:00:00", True), ("2024-02-29T12:00:00", True)],
)
def test_a_leap_day_is_kept_on_the_first_of_march(today, expected):
    assert holds("anniversary(born) in today", person(born=DAY("2000-02-29")), today) is expected


def test_an_unknown_birth_has_no_anniversary_in_or_out():
    assert not holds("anniversary(born) in today or anniversary(born) not in today", person())
