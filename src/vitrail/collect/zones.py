"""Local times of a workspace turned into instants, for whole columns at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

Instants = NDArray[np.int64]

DAY_US = 86_400_000_000
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock, on purpose
_FIRST_DAY, _LAST_DAY = -719_161, 2_932_895


def to_instants(walls: Instants, zone: ZoneInfo) -> Instants:
    """Microseconds shown by wall clocks, turned into microseconds in UTC.

    A local time that does not exist takes the offset before the change; one that exists twice is the
    first: what `datetime` does with `fold=0`.
    """
    days, places = _distinct(walls // DAY_US)
    offsets = np.array([_offset_of_day(int(day), zone) for day in days], dtype=np.float64)
    changes = np.isnan(offsets)
    result = walls - np.where(changes, 0, offsets).astype(np.int64).take(places)
    if not changes.any():
        return result
    uneven = changes.take(places)
    moments, back = np.unique(walls[uneven], return_inverse=True)
    exact = np.array([_offset_us(_wall(int(moment)), zone) for moment in moments], dtype=np.int64)
    result[uneven] = walls[uneven] - exact[back]
    return result


def _distinct(days: Instants) -> tuple[Instants, Instants]:
    """The days, each once, and the place of each among them."""
    first = int(days.min()) if len(days) else 0
    if not len(days) or int(days.max()) - first > len(days):
        return np.unique(days, return_inverse=True)
    seen = np.flatnonzero(np.bincount(days - first))
    places = np.zeros(int(seen[-1]) + 1, dtype=np.int64)
    places[seen] = np.arange(len(seen))
    return seen + first, places.take(days - first)


@lru_cache(maxsize=100_000)
def _offset_of_day(day: int, zone: ZoneInfo) -> float:
    """The offset from UTC during a local day; NaN when it changes in the course of the day."""
    start = _offset_us(_wall(max(day, _FIRST_DAY) * DAY_US), zone)
    end = _offset_us(_wall(min(day + 1, _LAST_DAY) * DAY_US), zone)
    return float(start) if start == end else float("nan")


def _wall(moment_us: int) -> datetime:
    return _EPOCH + timedelta(microseconds=moment_us)


def _offset_us(wall: datetime, zone: ZoneInfo) -> int:
    offset = wall.replace(tzinfo=zone).utcoffset()
    return 0 if offset is None else offset // timedelta(microseconds=1)
