"""Records that follow one another, and records that come back regularly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import msgspec

from vitrail.engine.profile.local_time import Clock, midnight_us, period_start
from vitrail.model.tree import CalendarUnit


class Times(msgspec.Struct, frozen=True):
    """The instants, ascending, of the records of one step, and what the step asks of them."""

    at_us: Sequence[int]
    within_us: int | None = None
    absent: bool = False


def follow(steps: Sequence[Times], now_us: int) -> bool:
    """There are records, one per positive step, that come after one another as the steps say."""

    @cache
    def complete(index: int, previous: int | None) -> bool:
        if index == len(steps):
            return True
        step = steps[index]
        if step.absent and previous is not None:
            return _nothing_after(step, previous, now_us=now_us) and complete(index + 1, previous)
        later = step.at_us if previous is None else _after(step, previous)
        return any(complete(index + 1, each) for each in later)

    return complete(0, None)


def _after(step: Times, previous: int) -> Sequence[int]:
    start = bisect_right(step.at_us, previous)
    if step.within_us is None:
        return step.at_us[start:]
    return step.at_us[start : bisect_right(step.at_us, previous + step.within_us)]


def _nothing_after(step: Times, previous: int, *, now_us: int) -> bool:
    """Nothing in `(previous, previous + within]`, all of which has passed."""
    if step.within_us is not None and previous + step.within_us > now_us:
        return False
    return not _after(step, previous)


def periods_with(at_us: Sequence[int], every: CalendarUnit, *, of_last: int, clock: Clock) -> int:
    """In how many of the last whole calendar periods, before the current one, something happened."""
    days = [period_start(clock.today, every, offset=-back) for back in range(of_last, -1, -1)]
    bounds = [bisect_left(at_us, midnight_us(day, clock.zone)) for day in days]
    return sum(start < end for start, end in pairwise(bounds))
