"""Cohorts: customers by the month of their first order, and who of them orders in each month after."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import numpy as np

from vitrail.app.instants import instant, microseconds
from vitrail.app.overview.orders import Orders, month_starts
from vitrail.app.report.gather import SCALE
from vitrail.language.windows import local_day
from vitrail.warehouse.store import Store

COHORTS = 12


class Later(msgspec.Struct, frozen=True):
    """One month of a cohort: how many ordered, what they brought; `whole` is false while it lasts.

    Both are None where few people stand behind, for those who may not see people.
    """

    buyers: int | None
    revenue: Decimal | None
    whole: bool


class Cohort(msgspec.Struct, frozen=True):
    """Those whose first order was in a month: how many (None: too few to be told), and their months."""

    first: dt.date
    people: int | None
    months: tuple[Later, ...]


def cohorts_of(store: Store, orders: Orders, *, at: dt.datetime, least: int = 0) -> tuple[Cohort, ...]:
    """The cohorts of the last months, the oldest first.

    With `least`, a number is told only where so many people or more stand behind it, and behind what is
    left of the cohort.
    """
    at_us = microseconds(at)
    known = orders.between(-(2**62), at_us)
    if not len(known.profile):
        return ()
    began = np.full(int(known.profile.max()) + 1, 2**62, dtype=np.int64)
    np.minimum.at(began, known.profile, known.at_us)
    today = local_day(at_us, store.zone)
    earliest = local_day(int(known.at_us.min()), store.zone)
    starts = month_starts(earliest, today, zone=store.zone)
    bounds = np.array([start for _, start in starts], dtype=np.int64)
    cohort = np.searchsorted(bounds, began[known.profile], side="right") - 1
    month = np.searchsorted(bounds, known.at_us, side="right") - 1
    last = len(starts) - 2
    table = _Table(known, cohort=cohort, month=month)
    found = []
    for number in range(max(0, last - COHORTS + 1), last + 1):
        people = table.people(number)
        months = tuple(
            table.later(number, each, people=people, whole=starts[each + 1][1] <= at_us, least=least)
            for each in range(number, last + 1)
        )
        found.append(Cohort(starts[number][0], people if people >= least else None, months))
    return tuple(found)


class _Table:
    """Orders by cohort and month."""

    def __init__(self, orders: Orders, *, cohort: np.ndarray, month: np.ndarray) -> None:
        self._orders, self._cohort, self._month = orders, cohort, month

    def people(self, number: int) -> int:
        return len(np.unique(self._orders.profile[self._cohort == number]))

    def later(self, number: int, month: int, *, people: int, whole: bool, least: int) -> Later:
        chosen = (self._cohort == number) & (self._month == month)
        buyers = len(np.unique(self._orders.profile[chosen]))
        if least and (buyers < least or 0 < people - buyers < least):
            return Later(None, None, whole)
        amount = Decimal(int(self._orders.amount[chosen].sum())) / SCALE
        return Later(buyers, amount if self._orders.has_amounts else None, whole)


def first_known(orders: Orders) -> dt.datetime | None:
    """The first order there is: what was bought before it is not known."""
    return instant(int(orders.at_us.min())) if len(orders.at_us) else None
