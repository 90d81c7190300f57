"""The bounds that plans are built with are those the evaluation of one profile finds by itself."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.strategies import trees
from vitrail.engine.profile import windows as oracle
from vitrail.engine.profile.local_time import Clock
from vitrail.language import windows
from vitrail.model.tree import Duration, Last, Next, Window

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
ZONES = st.sampled_from(
    ["Europe/Paris", "UTC", "America/St_Johns", "America/Sao_Paulo", "America/Havana", "Asia/Kathmandu"]
).map(ZoneInfo)
NIGHTS = [
    *("2025-03-30T01:00", "2025-10-26T00:30", "2024-02-29T12:00", "2024-12-31T23:30", "2025-03-31T00:00"),
    *("2018-11-04T03:00", "2024-11-03T04:00", "2024-03-10T05:00", "2025-08-31T22:30"),
]
nights = st.sampled_from(NIGHTS).map(lambda text: dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC))
instants = st.builds(
    lambda night, shift: windows.microseconds(night) + shift,
    nights | st.integers(-20 * 365, 110 * 365).map(lambda days: EPOCH + dt.timedelta(days, 8_000)),
    st.sampled_from([0, 1, -1, 3_600_000_000]),
)
lengths = st.builds(Duration, st.integers(1, 60), trees.UNITS)
many = trees.windows | lengths.map(Last) | lengths.map(Next)
some = settings(max_examples=400, deadline=None)


def clipped(bounds: tuple[int, int], low: int, *, high: int) -> tuple[int, int] | None:
    """The part of an interval that can hold something; None when it is empty."""
    start, end = max(bounds[0], low), min(bounds[1], high)
    return (start, end) if start < end else None


def instants_of(bounds: tuple[int, int]) -> tuple[int, int] | None:
    return clipped(bounds, windows.FIRST_INSTANT, high=windows.LAST_INSTANT)


def days_of(bounds: tuple[int, int], shift: int) -> tuple[int, int] | None:
    return clipped((bounds[0] + shift, bounds[1] + shift), windows.FIRST_DAY, high=windows.END_OF_DAYS - 1)


@some
@given(many, instants, ZONES)
def test_bounds_of_instants_agree(window: Window, at_us: int, zone: ZoneInfo) -> None:
    mine = windows.moment_bounds(window, at_us, zone=zone)
    assert instants_of(mine) == instants_of(oracle.instant_bounds(window, Clock(at_us, zone)))


@some
@given(many, instants, ZONES)
def test_bounds_of_dates_agree(window: Window, at_us: int, zone: ZoneInfo) -> None:
    if isinstance(window, Last | Next) and window.duration.unit in ("minute", "hour"):
        return
    ordinal = -dt.date(1970, 1, 1).toordinal()
    clock = Clock(at_us, zone)
    for mine, other in (
        (windows.day_bounds, oracle.day_bounds),
        (windows.anniversary_days, oracle.anniversary_bounds),
    ):
        assert days_of(mine(window, at_us, zone=zone), 0) == days_of(other(window, clock), ordinal)
