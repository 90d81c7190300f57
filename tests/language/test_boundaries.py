"""How time alone changes answers, and whom it concerns."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vitrail.language import windows
from vitrail.language.boundaries import Boundary, boundaries
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
