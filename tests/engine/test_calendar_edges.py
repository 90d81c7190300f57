"""Every window and every part of a date, at the edges of days, months and clock changes of several zones."""

import datetime as dt
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from tests.engine.harness import World, answered, expected, run
from tests.strategies.worlds import DAY, HOUR, us_of
from vitrail.engine.profile.history import Event, History, Observation
from vitrail.engine.profile.local_time import instant_at, local_at
from vitrail.engine.source import ALWAYS
from vitrail.language.check import check
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import (
    Age,
    Anniversary,
    Arithmetic,
    Before,
    Between,
    Compare,
    Condition,
    Date,
    DatePart,
    Did,
    Duration,
    Instant,
    Integer,
    Known,
    Last,
    Next,
    Now,
    Period,
    Property,
    Regularly,
    Selection,
    Since,
    Trait,
    Window,
    Within,
)

UNITS = ("day", "week", "month", "quarter", "year")
LENGTHS = [Duration(count, unit) for unit in UNITS for count in (1, 2, 13)]
MOMENTS = [
    ("Europe/Paris", "2025-03-30T01:00:00"),
    ("Europe/Paris", "2024-10-27T00:30:00"),
    ("Europe/Paris", "2024-02-29T23:30:00"),
    ("America/St_Johns", "2025-03-09T05:30:00"),
    ("Africa/Casablanca", "2025-02-23T02:00:00"),
    ("America/Santiago", "2024-09-08T04:00:00"),
    ("Asia/Kathmandu", "2024-12-31T18:15:00"),
]


def windows(today: dt.date, at_us: int) -> list[Window]:
    first = Date(today.replace(day=1))
    edge = Instant(instant_at(at_us - 2 * DAY - HOUR))
    return [
        *map(Last, LENGTHS),
        *map(Next, LENGTHS),
        *(Period(unit, offset) for unit, offset in product(UNITS, (-1, 0, 1))),
        Between(Date(today.replace(month=1, day=1)), first),
        Between(edge, Date(today)),
        Since(first),
        Since(edge),
        Before(first),
        Before(edge),
    ]


def instants(today: dt.date, at_us: int, zone: ZoneInfo) -> list[int]:
    """Midnights of the days around the ends of all windows, and the question, each with its neighbours."""
    shifts = (-8, -7, -2, -1, 0, 1, 2, 7, 8, *range(-800, 800, 92))
    days = [today + dt.timedelta(days=shift) for shift in shifts]
    edges = [at_us + shift for shift in (0, HOUR, -HOUR, 3 * HOUR, DAY, -DAY, -DAY - HOUR, -DAY + HOUR)]
    for day in days:
        for anchor in (day, day.replace(day=1)):
            midnight = dt.datetime.combine(anchor, dt.time(), tzinfo=zone)
            edges.append(round(midnight.timestamp()) * 1_000_000)
    return sorted({edge + shift for edge in edges for shift in (-1, 0, 2 * HOUR)})


def questions(zone: str, at_us: int) -> dict[str, Condition]:
    today = local_at(at_us, ZoneInfo(zone)).date()
    asked: list[Condition] = []
    moment, day, here = Trait("moment"), Trait("day"), Property("at")
    for window in windows(today, at_us):
        asked += [Within(moment, window), Within(day, window, negated=True)]
        asked += [Within(Anniversary(of), window) for of in (moment, day)]
        asked += [Did(Selection("visit", None, window)), Did(Selection("visit", Within(here, window)))]
    for part, bound in (("hour", 2), ("hour", 23), ("weekday", 1), ("month", 3), ("year", today.year)):
        asked += [Compare(DatePart(part, of), "=", Integer(bound)) for of in (moment, Now())]
        asked.append(Did(Selection("visit", Compare(DatePart(part, here), "=", Integer(bound)))))
    for length, of in product(LENGTHS, (moment, day)):
        asked += [Compare(Arithmetic(of, sign, length), "<", Now()) for sign in "+-"]  # type: ignore[arg-type]
    asked += [Compare(Age(of), ">=", Integer(1)) for of in (moment, day)]
    asked += [Known(Age(day)), Compare(day, "<=", moment), Compare(day, "=", Instant(instant_at(at_us)))]
    asked += [Regularly(Selection("visit"), unit, 1, 3) for unit in UNITS]  # type: ignore[arg-type]
    known = Catalogue(timezone=zone, traits=TRAITS, collections=VISITS)
    good = [each for each in asked if not any(found.severity == "error" for found in check(each, known))]
    return {each.to_json(): each for each in good}


TRAITS = {"moment": Field("moment", "instant", "moment"), "day": Field("day", "date", "day")}
VISITS = {"visit": Collection("visit", "event", "visit")}


@pytest.mark.parametrize(("zone", "moment"), MOMENTS)
def test_edges(zone, moment, tmp_path):
    at_us = us_of(moment)
    rules = ZoneInfo(zone)
    today = local_at(at_us, rules).date()
    people = [
        History(
            str(edge),
            traits={
                "moment": (Observation(ALWAYS, 0, instant_at(edge)),),
                "day": (Observation(ALWAYS, 0, local_at(edge, rules).date()),),
            },
            events={"visit": (Event(edge, "v"),)},
        )
        for edge in instants(today, at_us, rules)
    ]
    world = World(Catalogue(timezone=zone, traits=TRAITS, collections=VISITS), people)
    asked = questions(zone, at_us)
    found = answered(run(asked, world, world.source(tmp_path), at_us=at_us), world)
    wanted = expected(asked, world, at_us=at_us)
    assert [each for each in asked if found[each] != wanted[each]] == []
