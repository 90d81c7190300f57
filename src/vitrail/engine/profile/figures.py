"""Figures over the records of one profile: sums, averages, first and last values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never
from zoneinfo import ZoneInfo

from vitrail.engine.profile.history import Fact, History, Record, current, happened
from vitrail.engine.profile.local_time import EARLIEST_US, LATEST_US, Clock
from vitrail.engine.profile.quantities import Ratio, ordering, total
from vitrail.engine.profile.windows import instant_bounds
from vitrail.model.tree import Function, Window


def records(history: History, collection: str, *, window: Window | None, clock: Clock) -> tuple[Record, ...]:
    """The records before T: events of the window in order of (time, id), record sets as they stood."""
    if collection in history.records:
        return current(history.records[collection], clock.at_us)
    bounds = (EARLIEST_US, LATEST_US) if window is None else instant_bounds(window, clock)
    return happened(history.events.get(collection, ()), (bounds[0], min(bounds[1], clock.at_us)))


# --- figures ----------------------------------------------------------------------------------


def figure(
    function: Function, values: Sequence[Fact], *, nothing: int | Decimal | float, zone: ZoneInfo
) -> Fact | Ratio | None:
    """One figure over the known values of records in order of (time, id); `nothing` is the sum of none."""
    if function == "sum":
        return total(values, nothing=nothing)
    if function == "distinct":
        return len(set(values))
    if not values:
        return None
    order = ordering(zone)
    match function:
        case "avg":
            return _average(total(values, nothing=nothing), len(values))
        case "min":
            return min(values, key=order)
        case "max":
            return max(values, key=order)
        case "first":
            return values[0]
        case "last":
            return values[-1]
        case "mode":
            counts = Counter(values)
            return min(values, key=lambda each: (-counts[each], order(each)))
        case _:
            assert_never(function)


def _average(of_all: int | Decimal | float, count: int) -> Ratio | float | None:
    if not isinstance(of_all, float):
        return Ratio(of_all, count)
    return None if of_all != of_all else of_all / count
