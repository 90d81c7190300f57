"""The course of consents says at each instant what the engine says."""

from __future__ import annotations

import random

import numpy as np

from tests.consent.shop import NOW, at, consents, people, reached
from vitrail.app.consent_course import consent_courses
from vitrail.app.instants import microseconds
from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purpose_view import Changed, reach_changed, reach_now
from vitrail.app.purposes import propose_purpose, purpose_in_force
from vitrail.consent.courses import agreed_over_time
from vitrail.consent.purposes import register_of
from vitrail.model.access import GRANTED
from vitrail.model.tree import Consented
from vitrail.warehouse.refresh import bitmap

DAYS = (30, 20, 10, 5, 1, 0)
PAIRS = (("marketing", "email"), ("marketing", "sms"), ("analytics", "web"))


def words(chance: random.Random, keys: list[str]) -> list[tuple[str, str, str, str, float]]:
    """Anything anybody may have said, much of it at the same instant."""
    return [
        (
            chance.choice(keys),
            chance.choice(["marketing", "analytics"]),
            chance.choice(["email", "sms", "web", ""]),
            chance.choice(["granted", "refused", "withdrawn"]),
            float(chance.choice(DAYS[:5])),
        )
        for _ in range(200)
    ]


def test_it_is_what_the_engine_answers_of_each_instant(ws):
    keys = [f"c{n}" for n in range(12)]
    people(ws, *keys, email=[f"same{n % 9}@example.com" for n in range(12)])
    consents(ws, *words(random.Random(7), keys))
    moments = [at(days) for days in DAYS]
    told = agreed_over_time(ws.store.source(), PAIRS, instants_us=list(map(microseconds, moments)))
    asked = [ws.sets({str(n): Consented(*pair) for n, pair in enumerate(PAIRS)}, each) for each in moments]
    expected = [[bitmap(each.members[str(n)], each.size) for each in asked] for n in range(len(PAIRS))]
    assert told == expected
    assert np.sum([len(each) for row in told for each in row]) > 20


def test_there_is_a_course_for_each_channel_of_each_purpose_that_asks(ws):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "granted", 10))
    courses = consent_courses(ws, GRANTED["owner"])
    asked = [each for each in ready_purposes().purposes if each.basis == "consent"]
    assert len(courses.courses) == sum(len(each.channels) for each in asked)
    found = next(each for each in courses.courses if each.purpose.key == "prospecting_email")
    assert [each.value for each in found.figures] == [0] * 12 + [1]
    assert courses.instants[-1] == NOW


def test_who_may_not_see_people_gets_no_small_number(ws):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "granted", 10))
    figures = [each.figures[-1] for each in consent_courses(ws, GRANTED["reader"]).courses]
    assert all(each.value is None and each.under == 20 for each in figures)


def test_a_purpose_reaches_as_many_as_an_audience_of_everybody(ws):
    people(ws, "ann", "bob", "cid")
    consents(ws, ("ann", "marketing", "email", "granted", 10), ("bob", "marketing", "email", "refused", 1))
    purpose = purpose_in_force(ws.store, "prospecting_email")
    (reach,) = reach_now(ws, purpose, can=GRANTED["owner"])
    assert reach.before.value == len(reached(ws, "prospecting_email", "email")) == 1


def test_a_changed_purpose_is_foreseen_and_not_in_force(ws):
    people(ws, "ann")
    consents(ws, ("ann", "marketing", "email", "granted", 10))
    before = purpose_in_force(ws.store, "prospecting_email")
    after = type(before)(
        **{name: getattr(before, name) for name in before.__struct_fields__} | {"channels": ()}
    )
    version = register_of(ws.store).version
    plan = propose_purpose(ws.store, after)
    (reach,) = reach_changed(ws, Changed(before, after, plan.document), can=GRANTED["owner"])
    assert (reach.before.value, reach.after) == (1, None)
    assert register_of(ws.store).version == version
