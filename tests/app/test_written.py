"""What addresses and forms write: values, or none."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vitrail.app.instants import microseconds
from vitrail.app.written import end_of, page_number, whole_number, written_day
from vitrail.model.errors import UserError


@pytest.mark.parametrize("text", ["", "²", "٣", "+1", "-1", "1.0", " 1", "1_0", "x", "1" * 10])
def test_what_is_no_plain_number_is_none(text: str):
    assert whole_number(text) is None


@pytest.mark.parametrize(("text", "page"), [("", 1), ("²", 1), ("0", 1), ("7", 7), ("1" * 6, 1)])
def test_a_page_that_makes_no_sense_is_the_first(text: str, page: int):
    assert page_number(text) == page


@pytest.mark.parametrize("text", ["", "9999-12-31", "0001-01-01", "2026-02-30", "today"])
def test_what_is_no_day_of_customers_is_none(text: str):
    assert written_day(text) is None


def test_a_day_of_a_change_of_hours_ends_at_midnight_there():
    assert end_of(dt.date(2026, 3, 29), ZoneInfo("Europe/Paris")).isoformat() == "2026-03-30T00:00:00+02:00"


@pytest.mark.parametrize(("year", "day", "hours"), [(1, 1, 14), (9999, 31, -14)])
def test_an_instant_beyond_the_calendar_is_refused_in_words(year: int, day: int, hours: int):
    zone = dt.timezone(dt.timedelta(hours=hours))
    with pytest.raises(UserError, match="calendar"):
        microseconds(dt.datetime(year, 1 if year == 1 else 12, day, 12, tzinfo=zone))
