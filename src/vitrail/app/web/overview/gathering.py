"""All that the start page shows, gathered for who looks; what costs is kept until something changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable, Iterator
from functools import partial

import msgspec

from vitrail.app.counting import Counts
from vitrail.app.instants import instant, microseconds
from vitrail.app.overview.activity import Activity, activity_of
from vitrail.app.overview.attention import Concern, concerns_of
from vitrail.app.overview.cohorts import Cohort, cohorts_of
from vitrail.app.overview.orders import Orders, read_orders
from vitrail.app.overview.reach import Reached, marketing_purposes, reach_by_channel
from vitrail.app.overview.week import WEEK, Applied, Unusual, applied_since, unusual_since
from vitrail.app.respect_settings import respect_of
from vitrail.app.segmentations.moving import Moves, dates_of, moves_between
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview.maps import RFM
from vitrail.app.web.overview.wish import Wish
from vitrail.model.access import Permission
from vitrail.model.purposes import Purpose
from vitrail.warehouse.refresh import defined

MINUTES = 10
"""What depends on the hour is worked out again after so long."""

FIRST = (RFM, "lifecycle", "value")
"""Which segmentations are looked at first, where they are defined."""


class Chosen(msgspec.Struct, frozen=True):
    """A segmentation, the dates there are, and the two that were chosen."""

    key: str
    dates: tuple[dt.datetime, ...]
    start: dt.datetime | None
    end: dt.datetime | None


def activity(desk: Desk) -> Activity:
    """How the base does."""
    at_us = desk.ws.store.now_us()
    return desk.keep(
        ("activity", _tick(desk, at_us)),
        lambda: activity_of(desk.ws.store, orders(desk), at=instant(at_us)),
    )


def orders(desk: Desk) -> Orders:
    """The orders of the workspace."""
    return desk.keep(("orders", desk.state()), lambda: read_orders(desk.ws.store))


def cohorts(desk: Desk, counts: Counts) -> tuple[Cohort, ...]:
    """The cohorts of the last year, as they may be told."""
    at_us = desk.ws.store.now_us()
    least = 0 if counts.exact else respect_of(desk.ws.store).smallest_group
    return desk.keep(
        ("cohorts", _tick(desk, at_us), least),
        lambda: cohorts_of(desk.ws.store, orders(desk), at=instant(at_us), least=least),
    )


def reached(desk: Desk, wish: Wish) -> tuple[Reached, ...]:
    """Who may be written to on each channel."""
    known = {each.key for each in purposes(desk)}
    purpose = wish.purpose if wish.purpose in known else ""
    key = ("reach", _tick(desk, desk.ws.store.now_us()), purpose)
    return desk.keep(key, lambda: reach_by_channel(desk.ws, purpose))


def purposes(desk: Desk) -> tuple[Purpose, ...]:
    """The purposes one may choose from."""
    return marketing_purposes(desk.ws)


def chosen_moves(desk: Desk, wish: Wish) -> Chosen | None:
    """Which segmentation and which dates the moves are told of; None without segmentations."""
    every = [each.key for each in defined(desk.ws.store)[1].document.segmentations]
    if not every:
        return None
    first = next((key for key in FIRST if key in every), every[0])
    key = wish.segmentation if wish.segmentation in every else first
    dates = desk.keep(("dates", desk.state(), key), lambda: dates_of(desk.ws.store, key))
    end = _on(desk, wish.end, dates=dates) or (dates[-1] if dates else None)
    earlier = tuple(each for each in dates if end is not None and each < end)
    start = _on(desk, wish.start, dates=earlier) or _weeks_before(earlier, end)
    return Chosen(key, dates, start, end)


def moves(desk: Desk, chosen: Chosen) -> Moves | None:
    """Who moved between the two dates; None where there are no two."""
    start, end = chosen.start, chosen.end
    if start is None or end is None:
        return None
    key = ("moves", desk.state(), chosen.key, start, end)
    before_us, after_us = microseconds(start), microseconds(end)
    return desk.keep(
        key, lambda: moves_between(desk.ws.store, chosen.key, before_us=before_us, after_us=after_us)
    )


def unusual(desk: Desk) -> tuple[Unusual, ...]:
    """The segments that grew or shrank beyond their habit."""

    return desk.keep(("unusual", desk.state()), lambda: unusual_since(desk.ws.store))


def applied(desk: Desk) -> tuple[Applied, ...]:
    """The versions of the definitions of the last week."""
    store = desk.ws.store
    since = instant(store.now_us()) - WEEK
    return applied_since(store, since)


def concerns(desk: Desk, can: frozenset[Permission]) -> tuple[Concern, ...]:
    """What somebody with these permissions should look at."""
    key = ("concerns", _tick(desk, desk.ws.store.now_us()), can)
    return desk.keep(key, lambda: concerns_of(desk.ws, can))


def warm_steps(desk: Desk) -> Iterator[Callable[[], object]]:
    """What costs most, to be worked out before anybody asks."""
    yield partial(activity, desk)
    yield partial(reached, desk, Wish())
    yield partial(unusual, desk)
    chosen = chosen_moves(desk, Wish())
    if chosen is not None:
        yield partial(moves, desk, chosen)


def _tick(desk: Desk, at_us: int) -> Hashable:
    """The state of the workspace, and which ten minutes it is."""
    return desk.state(), at_us // (MINUTES * 60_000_000)


def _on(desk: Desk, day: str, *, dates: tuple[dt.datetime, ...]) -> dt.datetime | None:
    """The refresh of a day, if there was one."""
    zone = desk.ws.store.zone
    return next((each for each in dates if each.astimezone(zone).date().isoformat() == day), None)


def _weeks_before(dates: tuple[dt.datetime, ...], end: dt.datetime | None) -> dt.datetime | None:
    """The refresh four weeks before, or the one nearest to it."""
    if end is None or not dates:
        return None
    return min(dates, key=lambda each: abs(end - 4 * WEEK - each))
