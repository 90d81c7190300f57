"""The figures of every segment: members, their course over time, what they spend, what may be wrong."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import numpy as np

from vitrail.app.health import recent_health
from vitrail.app.instants import instant, microseconds
from vitrail.app.overview.orders import read_orders
from vitrail.app.report.gather import SCALE
from vitrail.app.segment_acts import users_of
from vitrail.app.web.desk import Desk
from vitrail.ledger import runs
from vitrail.model.errors import Problem
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import customers
from vitrail.warehouse.refresh import defined

COURSE = dt.timedelta(weeks=26)
WEEK = dt.timedelta(days=7)
YEAR = dt.timedelta(days=365)
POINTS = 40


class Point(msgspec.Struct, frozen=True):
    """How many members there were at an instant."""

    at: dt.datetime
    members: int


class Figures(msgspec.Struct, frozen=True):
    """One segment in figures; `revenue` is what its members spent in a year, None where nobody knows.

    `change` is against a week before or more; None where nothing is that old.
    """

    size: int
    course: tuple[Point, ...]
    change: int | None
    revenue: Decimal | None
    used_by: tuple[str, ...]
    problems: tuple[Problem, ...]


class AllFigures(msgspec.Struct, frozen=True):
    """Every segment in figures, as of the last refresh (None: there was none)."""

    at: dt.datetime | None
    customers: int
    segments: dict[str, Figures]


def all_figures(desk: Desk) -> AllFigures:
    """The figures of all segments; they are worked out again when something changed."""
    return desk.keep(("figures", desk.state()), lambda: _work_out(desk))


def _work_out(desk: Desk) -> AllFigures:
    ws = desk.ws
    store = ws.store
    compiled = defined(store)[1]
    with store.ledger.reading() as connection:
        last = runs.last_run(connection)
    at = None if last is None else instant(last.as_of_us)
    members = current_members(store)
    courses = _courses(desk, at)
    revenue = _revenue(desk, at)
    used = users_of(compiled.conditions)
    wrong = recent_health(store, ws.catalogue.current(), database=ws.database).segments
    found = {}
    for key in compiled.conditions:
        inside = np.array(members.get(key, ()), dtype=np.int64)
        course = courses.get(key, ())
        found[key] = Figures(
            size=len(inside),
            course=course,
            change=_change(course),
            revenue=None if revenue is None else Decimal(int(revenue[inside].sum())) / SCALE,
            used_by=tuple(used.get(key, ())),
            problems=wrong.get(key, ()),
        )
    return AllFigures(at, customers(store.source()), found)


def _courses(desk: Desk, at: dt.datetime | None) -> dict[str, tuple[Point, ...]]:
    if at is None:
        return {}
    with desk.ws.store.ledger.reading() as connection:
        rows = runs.sizes_since(connection, microseconds(at - COURSE))
    points: dict[str, list[Point]] = {}
    for segment, at_us, members in rows:
        points.setdefault(segment, []).append(Point(instant(at_us), members))
    return {segment: tuple(_fewer(every)) for segment, every in points.items()}


def _fewer(points: list[Point]) -> list[Point]:
    """At most so many points, evenly taken, the last one among them."""
    step = -(-len(points) // POINTS)
    return points[::-1][::step][::-1]


def _change(course: tuple[Point, ...]) -> int | None:
    if not course:
        return None
    before = [each for each in course if each.at <= course[-1].at - WEEK]
    return course[-1].members - before[-1].members if before else None


def _revenue(desk: Desk, at: dt.datetime | None) -> np.ndarray | None:
    """What each profile spent in the year before, in ten-thousandths; None without amounts."""
    orders = read_orders(desk.ws.store)
    if at is None or not orders.has_amounts or not len(orders.profile):
        return None
    year = orders.between(microseconds(at - YEAR), microseconds(at))
    totals = np.zeros(desk.ws.store.source().profiles, dtype=np.int64)
    np.add.at(totals, year.profile, year.amount)
    return totals
