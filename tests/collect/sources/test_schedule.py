"""When a source is due."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from vitrail.collect.sources.schedule import in_words, next_time, parse_schedule
from vitrail.collect.sources.timing import after_failure
from vitrail.model.errors import Message, UserError

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("schedule", "after", "then"),
    [
        ("every 15 minutes", "2025-06-01T12:00+02:00", "2025-06-01T12:15+02:00"),
        ("every hour", "2025-06-01T12:07+02:00", "2025-06-01T13:07+02:00"),
        ("daily at 06:30", "2025-06-01T06:29+02:00", "2025-06-01T06:30+02:00"),
        ("daily at 06:30", "2025-06-01T06:30+02:00", "2025-06-02T06:30+02:00"),
        ("daily at 02:30", "2025-03-29T12:00+01:00", "2025-03-30T03:30+02:00"),  # 02:30 does not exist then
        ("daily at 02:30", "2025-10-25T12:00+02:00", "2025-10-26T02:30+02:00"),
        ("*/20 7-9 * * 1-5", "2025-06-06T09:40+02:00", "2025-06-09T07:00+02:00"),  # Friday, then Monday
        ("0 6 1,15 * *", "2025-06-02T00:00+02:00", "2025-06-15T06:00+02:00"),
        ("0 6 13 * 5", "2025-06-01T00:00+02:00", "2025-06-06T06:00+02:00"),  # a 13th, or a Friday
        ("0 6 29 2 *", "2025-06-01T00:00+02:00", "2028-02-29T06:00+01:00"),
        ("5/30 * * * 7", "2025-06-01T12:06+02:00", "2025-06-01T12:35+02:00"),
    ],
)
def test_next_time(schedule: str, after: str, then: str):
    found = next_time(parse_schedule(schedule), after=dt.datetime.fromisoformat(after), zone=PARIS)
    assert found == dt.datetime.fromisoformat(then)


@pytest.mark.parametrize(
    "text",
    ["often", "every 0 minutes", "daily at 24:00", "* * * *", "60 * * * *", "0 0 30 2 *", "5-1 * * * *"],
)
def test_what_says_no_time_is_refused(text: str):
    with pytest.raises(UserError) as refused:
        parse_schedule(text)
    assert refused.value.problems[0].code == "bad_schedule"


def test_failures_wait_longer_and_longer_up_to_six_hours():
    waits = [after_failure("every 5 minutes", 0, failures=number) / 60e6 for number in (1, 2, 5, 12)]
    assert 0.8 <= waits[0] <= 1.2 < waits[1] < waits[2] < waits[3] <= 6 * 60 * 1.2


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("every 2 hours", "toutes les 2 heures", "every 2 hours"),
        ("every 1 minute", "toutes les minutes", "every minute"),
        ("Every  3 days", "tous les 3 jours", "every 3 days"),
        ("daily at 06:30", "chaque jour à 06:30", "daily at 06:30"),
        ("0 6 * * 1", "selon cron\u00a0: 0 6 * * 1", "by cron: 0 6 * * 1"),
    ],
)
def test_a_schedule_is_said_in_both_languages(text: str, french: str, english: str):
    assert in_words(text) == Message(french, english)
