"""What a device said before anybody signed in, and its person afterwards: the last plain word counts."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.collect.tracked import filed, track
from tests.consent.shop import NOW, consents, reached
from tests.consent.test_tcf import written
from vitrail.consent.courses import agreed_over_time

pytestmark = pytest.mark.both_ledgers

ABOUT = ("personalisation_trackers", "web")
YES = {"consent": {"tcf": written({1, 5, 6, 8}, set(), ranges=False)}}
ANEW = {"consent": {"tcf": written({1, 5, 6, 7, 8}, set(), ranges=False)}}
NO = {"consent": {"tcf": written({8}, set(), ranges=False)}}
MODE = dict.fromkeys(("ad_storage", "ad_user_data", "ad_personalization"), "granted")
MODE_YES, MODE_NO = {"consent": MODE}, {"consent": MODE | {"ad_storage": "denied"}}
GPC = {"gpc": True}
ALONE, PHONE, LAPTOP, PAPER = "a device alone", "phone", "laptop", "paper"

STORIES = {
    "a no before signing in": ([(ALONE, NO), (PHONE, {})], False),
    "then a yes there": ([(ALONE, NO), (PHONE, {}), (PHONE, YES)], True),
    "then a yes on another device": ([(ALONE, NO), (PHONE, {}), (LAPTOP, YES)], True),
    "then a yes on paper": ([(ALONE, NO), (PHONE, {}), (PAPER, "granted")], True),
    "a yes on paper, then the no": ([(PAPER, "granted"), (ALONE, NO), (PHONE, {})], False),
    "the older yes, given again there": ([(PHONE, YES), (ALONE, NO), (PHONE, YES)], True),
    "the no again, after signing out": ([(ALONE, NO), (PHONE, YES), (ALONE, NO)], False),
    "a yes taken back, which the device repeats": ([(ALONE, YES), (PAPER, "withdrawn"), (PHONE, YES)], False),
    "and says anew": ([(ALONE, YES), (PAPER, "withdrawn"), (PHONE, YES), (PHONE, ANEW)], True),
    "the browser's no, then paper": (
        [(ALONE, GPC), (PHONE, GPC), (PAPER, "granted"), (PHONE, GPC), (ALONE, GPC)],
        True,
    ),
    "another device repeats the older yes": ([(LAPTOP, YES), (PHONE, NO), (LAPTOP, YES)], False),
    "and is asked again": (
        [(LAPTOP, MODE_YES), (PHONE, MODE_NO), (LAPTOP, MODE_NO), (LAPTOP, MODE_YES)],
        True,
    ),
    "and is not": ([(LAPTOP, MODE_YES), (PHONE, MODE_NO), (LAPTOP, MODE_YES)], False),
    "a yes of the device alone": ([(PAPER, "refused"), (PHONE, {}), (ALONE, YES)], False),
}  # fmt: skip


def page(who: str, where: str, context: object, *, minute: int) -> dict[str, object]:
    """A page somebody sees, signed in on one of their devices, or not yet on their telephone."""
    at = f"2025-06-01T10:{minute:02}:00Z"
    device = f"{who}, {PHONE if where == ALONE else where}"
    signed = {} if where == ALONE else {"userId": who}
    return track("visit", **signed, anonymousId=device, timestamp=at, context=context)


def days_ago(minute: int) -> float:
    return (NOW - dt.datetime(2025, 6, 1, 10, minute, tzinfo=dt.UTC)) / dt.timedelta(days=1)


@pytest.fixture
def told(ws):
    """All stories, told together, minute by minute."""
    for minute in range(max(len(steps) for steps, _ in STORIES.values())):
        now = {who: steps[minute] for who, (steps, _) in STORIES.items() if minute < len(steps)}
        for who, (where, state) in now.items():
            if where == PAPER:
                consents(ws, (who, *ABOUT, state, days_ago(minute)))
        seen = [page(who, *step, minute=minute) for who, step in now.items() if step[0] != PAPER]
        filed(ws.store, *seen)
    return ws


def expected(ws) -> list[str]:
    return sorted(who for who, (_, is_reached) in STORIES.items() if is_reached)


def test_the_last_plain_word_counts(told):
    assert sorted(who for who in reached(told, *ABOUT) if who in STORIES) == expected(told)


def test_one_customer_alone_is_judged_the_same(told):
    may = {
        who for who in STORIES if told.explain("consented(personalisation_trackers, web)", profile=who).inside
    }
    assert sorted(may) == expected(told)


def test_the_course_over_time_says_the_same(told):
    [[now]] = agreed_over_time(told.store.source(), [ABOUT], instants_us=[told.store.now_us()])
    assert len(now) == len(expected(told))


def test_pages_that_are_filed_together_say_the_same(ws):
    papers = [who for who, (steps, _) in STORIES.items() if any(where == PAPER for where, _ in steps)]
    others = {who: story for who, story in STORIES.items() if who not in papers}
    every = [
        page(who, *step, minute=minute)
        for who, (steps, _) in others.items()
        for minute, step in enumerate(steps)
    ]
    filed(ws.store, *every)
    assert sorted(who for who in reached(ws, *ABOUT) if who in others) == sorted(
        who for who, (_, is_reached) in others.items() if is_reached
    )
