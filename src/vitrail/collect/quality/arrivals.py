"""What is usual: how many rows a day of the week brings, and how long nothing comes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec

WEEKS = 8
"""The weeks a day is compared with."""

AT_LEAST = 4
"""The fewest days of the same name that say what is usual."""

SPREADS = 4.0
"""So many robust deviations below the median, a day is unlike the others."""

MAD_TO_DEVIATION = 1.4826
"""What makes a median absolute deviation a standard deviation, for a normal distribution."""

REGULAR_DAYS = 14
"""Different days with rows that must be known before a silence means something."""

DAY = dt.timedelta(days=1)


class Usual(msgspec.Struct, frozen=True):
    """The rows a day of this name usually brings: between `low` and `high`, most often `middle`."""

    low: float
    middle: float
    high: float


class PoorDay(msgspec.Struct, frozen=True):
    """A whole day that brought fewer rows than usual."""

    day: dt.date
    rows: int
    usual: Usual


def usual(counts: Sequence[int]) -> Usual | None:
    """The robust interval of counts: median ± 4 deviations, once they are made comparable.

    Counts are first made nearly normal with a deviation of 1 by Anscombe's 2·√(n + 3/8); the deviation
    is then 1.4826 times the median absolute deviation, and at least that 1. None for fewer than four.
    F. Anscombe, *Biometrika* 35, 1948; C. Leys et al., *Journal of Experimental Social Psychology* 49,
    2013.

    >>> usual([100, 98, 103, 99]).low > 50
    True
    """
    if len(counts) < AT_LEAST:
        return None
    even = [2 * math.sqrt(count + 3 / 8) for count in counts]
    middle = median(even)
    spread = max(MAD_TO_DEVIATION * median(abs(each - middle) for each in even), 1.0)
    low, high = middle - SPREADS * spread, middle + SPREADS * spread
    return Usual(*(_rows(each) for each in (low, middle, high)))


def _rows(even: float) -> float:
    """A comparable figure as a number of rows again."""
    return max(even, 0.0) ** 2 / 4 - 3 / 8 if even > 2 * math.sqrt(3 / 8) else 0.0


def poor_days(rows: Mapping[dt.date, int], days: Iterable[dt.date]) -> list[PoorDay]:
    """Which of these whole days brought far fewer rows than the same days of the eight weeks before.

    Far fewer: below the interval, and less than half the median. Of eight days the interval alone is
    too unsure: on a real year of a supermarket it accuses six days of 302, and this one, Christmas.
    Weeks before the first rows do not count; a day without rows counts as zero.
    """
    if not rows:
        return []
    first, found = min(rows), []
    for day in days:
        before = [day - n * 7 * DAY for n in range(1, WEEKS + 1)]
        known = usual([rows.get(each, 0) for each in before if each >= first])
        if known is not None and known.low >= 1 and rows.get(day, 0) < min(known.low, known.middle / 2):
            found.append(PoorDay(day, rows.get(day, 0), known))
    return found


def usual_silence(days: Iterable[dt.date]) -> int | None:
    """The longest time, in days, between two days with rows; None when too few are known."""
    known = sorted(set(days))
    if len(known) < REGULAR_DAYS:
        return None
    return longest_gap(known)


def longest_gap(days: Iterable[dt.date]) -> int:
    """The most days from one of these days to the next; 0 for fewer than two."""
    known = sorted(set(days))
    return max(((later - earlier).days for earlier, later in pairwise(known)), default=0)
