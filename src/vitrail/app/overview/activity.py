"""How the base does: customers, those who order, what they bring, against the same stretch before."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.app.instants import instant, microseconds
from vitrail.app.overview.orders import Orders, month_starts
from vitrail.app.report.gather import SCALE
from vitrail.language.windows import add_calendar, local_day
from vitrail.warehouse.store import Store

DAYS = 30
MONTHS = 13


class Stretch(msgspec.Struct, frozen=True):
    """Some time, who ordered in it, how many orders there were and what they brought (None: unknown)."""

    start: dt.datetime
    end: dt.datetime
    buyers: BitMap
    orders: int
    revenue: Decimal | None


class Compared(msgspec.Struct, frozen=True):
    """A stretch of time and the one it is compared with, which is as long, or the same days of a month."""

    now: Stretch
    before: Stretch


class Month(msgspec.Struct, frozen=True):
    """What the orders of a calendar month brought; `whole` is false for the one that is not over."""

    first: dt.date
    buyers: BitMap
    revenue: Decimal
    orders: int
    whole: bool


class Activity(msgspec.Struct, frozen=True):
    """The last 30 days, the present month, the months before; `latest` is the last order that is known.

    `is_known` is false where nobody said what orders are called here, or none came.
    """

    at: dt.datetime
    is_known: bool
    has_amounts: bool
    thirty: Compared
    month: Compared
    months: tuple[Month, ...]
    latest: dt.datetime | None = None

    @property
    def is_late(self) -> bool:
        """Whether nothing came for more than two days, so that the last days may be missing."""
        return self.latest is not None and self.at - self.latest > dt.timedelta(days=2)


def activity_of(store: Store, orders: Orders, *, at: dt.datetime) -> Activity:
    """The figures as of an instant."""
    at_us = microseconds(at)
    known = orders.at_us[orders.at_us < at_us]
    days = add_calendar(at_us, -DAYS, unit="day", zone=store.zone)
    twice = add_calendar(days, -DAYS, unit="day", zone=store.zone)
    first, earlier, same = _month_bounds(at, store)
    return Activity(
        at=at,
        is_known=bool(len(known)),
        has_amounts=orders.has_amounts,
        thirty=Compared(
            _stretch(orders, start_us=days, end_us=at_us), _stretch(orders, start_us=twice, end_us=days)
        ),
        month=Compared(
            _stretch(orders, start_us=first, end_us=at_us), _stretch(orders, start_us=earlier, end_us=same)
        ),
        months=tuple(_months(store, orders, at=at)),
        latest=instant(int(known.max())) if len(known) else None,
    )


def _stretch(orders: Orders, *, start_us: int, end_us: int) -> Stretch:
    some = orders.between(start_us, end_us)
    revenue = Decimal(int(some.amount.sum())) / SCALE if orders.has_amounts else None
    return Stretch(instant(start_us), instant(end_us), _buyers(some), len(some.profile), revenue)


def _buyers(orders: Orders) -> BitMap:
    return BitMap(np.unique(orders.profile).astype(np.uint32))


def _month_bounds(at: dt.datetime, store: Store) -> tuple[int, int, int]:
    """The start of the month, the start of the month before, and the same moment of that one."""
    local = at.astimezone(store.zone)
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    earlier = (first - dt.timedelta(days=1)).replace(day=1)
    same = add_calendar(microseconds(at), -1, unit="month", zone=store.zone)
    return microseconds(first), microseconds(earlier), min(same, microseconds(first))


def _months(store: Store, orders: Orders, *, at: dt.datetime) -> list[Month]:
    at_us = microseconds(at)
    today = local_day(at_us, store.zone)
    first = local_day(add_calendar(at_us, 1 - MONTHS, unit="month", zone=store.zone), store.zone)
    starts = month_starts(first, today, zone=store.zone)
    found = []
    for (day, start), (_, end) in pairwise(starts):
        some = orders.between(start, min(end, at_us))
        revenue = Decimal(int(some.amount.sum())) / SCALE
        found.append(Month(day, _buyers(some), revenue, len(some.profile), whole=end <= at_us))
    return found
