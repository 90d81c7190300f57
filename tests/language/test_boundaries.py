"""How time alone changes answers, and whom it concerns."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vitrail.language import windows
from vitrail.language.boundaries import Boundary, boundaries
from vitrail.language.changes import EVERYBODY, NOBODY, Concerned, concerned
from vitrail.language.parse import parse

PARIS = ZoneInfo("Europe/Paris")


def us(text: str) -> int:
    return windows.microseconds(dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))


def days(*dates: str) -> tuple[tuple[int, int], ...]:
    numbers = [windows.day_number(dt.date.fromisoformat(date)) for date in dates]
    return tuple(zip(numbers[::2], numbers[1::2], strict=True))


def times(*texts: str) -> tuple[tuple[int, int], ...]:
    moments = [us(text) for text in texts]
    return tuple(zip(moments[::2], moments[1::2], strict=True))


def kinds(text: str) -> list[str]:
    return [each.kind for each in boundaries(parse(text))]


def only(text: str, kind: str) -> Boundary:
    [found] = [each for each in boundaries(parse(text)) if each.kind == kind]
    return found


def between(text: str, kind: str, earlier: str, later: str) -> Concerned:
    return concerned(only(text, kind), us(earlier), later=us(later), zone=PARIS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", []),
        ('sample(10%, "s")', []),
        ('country = "FR"', ["observation"]),
        ("did(order)", ["arrival"]),
        ("did(order, last 7 days)", ["arrival", "window"]),
        ("did(order, this month)", ["arrival", "window"]),
        ("did(order, since 2025-01-01)", ["arrival"]),
        ("renewal in next 3 days", ["moment", "observation"]),
        ("renewal in between 2025-01-01 and 2025-02-01", ["observation"]),
        ("anniversary(birth) in next 3 days", ["anniversary", "observation"]),
        ("age(birth) > 18", ["birthday", "observation"]),
        ("now - last_time(order) > 3 days", ["threshold", "arrival"]),
        ("last_time(order) < now - 3 months", ["threshold", "arrival"]),
        ("hour(now) > 20", ["clock"]),
        ("month(birth) = month(now)", ["observation", "clock"]),
        ("now - a > now - b", ["now", "observation", "observation"]),
        ("now in since 2025-01-01", ["now"]),
        ("regularly(order, every month, at least 3 of last 4)", ["period", "arrival"]),
        ("sequence(a, not b within 2 days, last 3 days)", ["window", "wait", "arrival", "arrival"]),
        ("sequence(a, not b)", ["arrival", "arrival"]),
        ("percentile(count(order)) > 90", ["ranking", "arrival"]),
        ('member("vip") and score("lead") > 1', ["member", "score"]),
        ("consented(marketing)", ["consent"]),
        ("did(deal where close in this month)", ["arrival", "moment"]),
    ],
)
def test_kinds_of_boundaries(text: str, expected: list[str]) -> None:
    assert kinds(text) == expected


def test_a_boundary_says_where_it_stands() -> None:
    assert only('country = "FR" and did(order, last 7 days)', "window").path == "conditions[1].of.window"


def test_inside_where_a_boundary_names_the_records() -> None:
    assert only("did(deal where now - opened > 3 days)", "threshold").collection == "deal"


def test_the_wait_of_an_absence_counts_from_the_step_before() -> None:
    assert only("sequence(a, b, not c within 2 days)", "wait").collection == "b"


def test_records_leave_a_rolling_window_and_arrive_at_its_end() -> None:
    found = between("did(order, last 7 days)", "window", "2025-03-10T00:00:00", "2025-03-11T00:00:00")
    assert found == Concerned(
        "holders",
        times("2025-03-03T00:00:00", "2025-03-04T00:00:00", "2025-03-10T00:00:00", "2025-03-11T00:00:00"),
    )


def test_a_month_can_start_earlier_the_day_after() -> None:
    # In Paris, a month before 29 March at 11:00 is 28 February at 11:00; before the 30th at 03:00, at 03:00.
    found = between("did(order, last 1 month)", "window", "2025-03-29T10:00:00", "2025-03-30T01:00:00")
    assert times("2025-02-28T02:00:00", "2025-02-28T10:00:00")[0] in found.instants


def test_nothing_leaves_the_current_month_before_its_end() -> None:
    found = between("did(order, this month)", "window", "2025-03-10T00:00:00", "2025-03-11T00:00:00")
    assert found.instants == times("2025-03-10T00:00:00", "2025-03-11T00:00:00")


def test_a_new_month_forgets_the_one_before() -> None:
    found = between("did(order, this month)", "window", "2025-03-31T00:00:00", "2025-04-02T00:00:00")
    assert found.instants == times(
        "2025-02-28T23:00:00", "2025-03-31T00:00:00", "2025-03-31T22:00:00", "2025-04-02T00:00:00"
    )


def test_dates_and_instants_of_a_moment_are_both_given() -> None:
    found = between("renewal in next 3 days", "moment", "2025-03-10T12:00:00", "2025-03-11T12:00:00")
    assert found.days == days("2025-03-10", "2025-03-11", "2025-03-13", "2025-03-14")
    assert found.instants[0] == times("2025-03-10T12:00:00", "2025-03-11T12:00:00")[0]


def test_birthdays_are_those_of_the_days_gone_by() -> None:
    found = between("age(birth) >= 18", "birthday", "2025-03-10T12:00:00", "2025-03-12T12:00:00")
    assert found == Concerned("holders", days=days("2025-03-11", "2025-03-13"))


def test_nobody_has_a_birthday_within_a_day() -> None:
    assert between("age(birth) >= 18", "birthday", "2025-03-10T08:00", "2025-03-10T12:00") == NOBODY


def test_anniversaries_enter_and_leave() -> None:
    found = between(
        "anniversary(birth) in next 7 days", "anniversary", "2025-03-10T12:00:00", "2025-03-11T12:00:00"
    )
    assert found == Concerned("holders", days=days("2025-03-10", "2025-03-11", "2025-03-17", "2025-03-18"))


@pytest.mark.parametrize(
    "text",
    [
        "now - seen > 180 days",
        "180 days < now - seen",
        "seen - now < 180 days",
        "seen < now - 180 days",
        "now between seen and seen + 180 days",
        "now - seen between 1 day and 180 days",
    ],
)
def test_every_way_to_write_a_threshold_is_understood(text: str) -> None:
    assert "threshold" in kinds(text) and "now" not in kinds(text)


def test_a_threshold_concerns_the_values_it_passes() -> None:
    found = between("now - seen > 2 days", "threshold", "2025-03-10T12:00:00", "2025-03-11T00:00:00")
    assert found.instants == ((us("2025-03-08T12:00:00"), us("2025-03-09T00:00:00") + 1),)
    assert found.days == days("2025-03-09", "2025-03-10")


def test_whole_periods_change_when_a_new_one_begins() -> None:
    text = "regularly(order, every month, at least 1 of last 2)"
    assert between(text, "period", "2025-03-10T12:00:00", "2025-03-20T12:00:00") == NOBODY
    assert between(text, "period", "2025-03-10T12:00:00", "2025-04-20T12:00:00").instants == times(
        "2024-12-31T23:00:00", "2025-01-31T23:00:00", "2025-02-28T23:00:00", "2025-03-31T22:00:00"
    )


def test_an_absence_is_established_when_its_time_is_up() -> None:
    found = between("sequence(a, not b within 1 day)", "wait", "2025-03-10T12:00:00", "2025-03-11T12:00:00")
    assert found.instants == ((us("2025-03-09T12:00:00") + 1, us("2025-03-10T12:00:00") + 1),)


def test_the_clock_concerns_everybody_or_nobody() -> None:
    assert between("hour(now) > 20", "clock", "2025-03-10T12:00:00", "2025-03-10T12:59:00") == NOBODY
    assert between("hour(now) > 20", "clock", "2025-03-10T12:00:00", "2025-03-10T13:00:00") == EVERYBODY
    assert between("weekday(now) = 1", "clock", "2025-03-10T12:00:00", "2025-03-10T23:00:00") == EVERYBODY
