"""What is usual: rows by day of the week, and silences."""

import datetime as dt
import random

from vitrail.collect.quality.arrivals import DAY, longest_gap, poor_days, usual, usual_silence

MONDAY = dt.date(2025, 6, 2)


def weeks(*counts: int) -> dict[dt.date, int]:
    """Rows on the Mondays before the 2nd of June 2025, the latest last."""
    return {MONDAY - (len(counts) - n) * 7 * DAY: count for n, count in enumerate(counts)}


def test_the_interval_is_that_made_by_hand():
    """2·√(100.375) = 20.0375; four deviations of at least 1 below it, and back: 16.0375²/4 − 3/8."""
    found = usual([100, 100, 100, 100])
    assert found is not None
    assert (round(found.low, 2), round(found.middle, 2), round(found.high, 2)) == (63.93, 100.0, 144.07)


def test_a_day_is_compared_with_days_of_its_name():
    rows = weeks(100, 98, 103, 99, 101, 100) | {MONDAY - 1 * DAY: 0}
    assert [(day.day, day.rows) for day in poor_days({**rows, MONDAY: 20}, [MONDAY])] == [(MONDAY, 20)]
    assert poor_days({**rows, MONDAY: 85}, [MONDAY]) == []


def test_a_day_that_lost_less_than_half_is_not_accused():
    rows = weeks(100, 100, 100, 100, 100)
    accused = [count for count in (60, 51, 49, 20) if poor_days({**rows, MONDAY: count}, [MONDAY])]
    assert accused == [49, 20]


def test_one_odd_week_does_not_hide_the_next():
    assert poor_days({**weeks(100, 98, 5, 99, 101, 100), MONDAY: 6}, [MONDAY])


def test_few_rows_or_few_weeks_prove_nothing():
    assert poor_days({**weeks(3, 2, 4, 1, 3), MONDAY: 0}, [MONDAY]) == []
    assert poor_days({**weeks(100, 100, 100), MONDAY: 0}, [MONDAY]) == []


def test_chance_raises_no_alarm():
    chance = random.Random(4)
    counts = [sum(chance.random() < 0.5 for _ in range(100)) for _ in range(300)]
    rows = {MONDAY + n * DAY: count for n, count in enumerate(counts)}
    assert poor_days(rows, list(rows)[60:]) == []


def test_a_silence_is_measured_between_days_with_rows():
    week = [MONDAY + n * DAY for n in range(26) if (MONDAY + n * DAY).weekday() < 5]
    assert (longest_gap(week), usual_silence(week), usual_silence(week[:13])) == (3, 3, None)
