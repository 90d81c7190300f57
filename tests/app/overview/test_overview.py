"""What the start page counts: against plain loops, against the command line, and for those who see less."""

import datetime as dt
import json
import threading
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import vitrail
from tests.app.conftest import DAY, NOW
from vitrail import Segment
from vitrail.app.cli import app
from vitrail.app.counting import Counts
from vitrail.app.instants import microseconds
from vitrail.app.overview.activity import activity_of
from vitrail.app.overview.attention import concerns_of
from vitrail.app.overview.cohorts import cohorts_of
from vitrail.app.overview.orders import Orders, read_orders
from vitrail.app.overview.reach import reach_by_channel
from vitrail.app.overview.week import Course, applied_since, unusual_changes, weekly
from vitrail.app.purposes import define_purposes
from vitrail.app.ready.here import choose_mapping, mapping_of
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview.figures import revenue_chart, told, told_months
from vitrail.app.web.overview.wish import Wish
from vitrail.app.web.speech import Speech
from vitrail.consent.small_groups import Figure
from vitrail.model.access import permissions_of
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

WEEK = dt.timedelta(weeks=1)


def activity(ws):
    return activity_of(ws.store, read_orders(ws.store), at=NOW)


def orders_of(rows: list[tuple[int, int, int]]) -> Orders:
    """Orders from profile, days before now, amount in euros."""
    columns = np.array(rows or [(0, 0, 0)], dtype=np.int64)[: len(rows)].T
    at_us = np.array([microseconds(NOW - DAY * int(days)) for days in columns[1]], dtype=np.int64)
    return Orders("order", True, columns[0], at_us, columns[2] * 10_000)


# --- activity ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "stretch"), [("last 30 days", "thirty"), ("this month", "month")], ids=["thirty", "month"]
)
def test_who_is_active_is_who_the_engine_counts(shop, rule, stretch):
    found = getattr(activity(shop), stretch).now
    assert len(found.buyers) == shop.count(f"did(order, {rule})")


def test_the_stretch_before_is_as_long(shop):
    before = activity(shop).thirty.before
    assert len(before.buyers) == shop.count("did(order, last 30 days)", NOW - 30 * DAY)
    assert before.end - before.start == 30 * DAY


def test_a_month_is_compared_with_the_same_days(shop):
    compared = activity(shop).month
    assert compared.before.start == dt.datetime(2025, 4, 30, 22, tzinfo=dt.UTC)
    assert compared.before.end == dt.datetime(2025, 5, 1, 12, tzinfo=dt.UTC)


def test_amounts_that_are_unknown_are_nothing(shop):
    assert activity(shop).thirty.now.revenue == Decimal("10.5")
    assert activity(shop).thirty.now.orders == 2


def test_the_month_that_is_not_over_says_so(shop):
    assert [month.whole for month in activity(shop).months][-2:] == [True, False]


def test_figures_without_news_are_told_late(shop, clock):
    assert activity(shop).is_late
    assert not activity_of(shop.store, read_orders(shop.store), at=NOW - 2 * DAY).is_late


def test_nothing_is_known_of_an_empty_workspace(empty):
    found = activity(empty)
    assert not found.is_known
    assert not found.has_amounts


def test_orders_go_by_the_name_they_have_here(shop):
    choose_mapping(shop.store, {"order": "purchase"})
    assert not activity(shop).is_known
    choose_mapping(shop.store, {"order": "order"})
    assert activity(shop).is_known


def test_without_an_amount_revenue_is_not_zero_but_unknown(shop):
    choose_mapping(shop.store, {"order.amount": ""})
    assert activity(shop).is_known
    assert activity(shop).thirty.now.revenue is None


def test_an_unknown_role_is_refused_and_changes_nothing(shop):
    before = mapping_of(shop.store)
    with pytest.raises(UserError, match="ordre"):
        choose_mapping(shop.store, {"ordre": "order", "order": "x"})
    assert mapping_of(shop.store) == before


def test_a_reader_is_told_no_small_group(shop):
    reader = Counts(shop, permissions_of("reader"))
    found = told(activity(shop).thirty, reader)
    assert found.now.buyers == Figure(under=20)
    assert found.now.revenue is None
    assert found.buyers is None


def test_a_month_of_few_buyers_is_told_to_those_alone_who_see_people(shop):
    found = activity(shop)
    exact, hidden = (told_months(found, Counts(shop, permissions_of(role))) for role in ("analyst", "reader"))
    assert [each.revenue for each in exact] == [each.revenue for each in found.months]
    assert sum(each.revenue for each in exact) > 0
    assert {(each.revenue, each.orders) for each in hidden} == {(None, None)}
    brought = Speech("en").money(exact[-1].revenue)
    assert brought in str(revenue_chart(exact, Speech("en")))
    assert brought not in str(revenue_chart(hidden, Speech("en")))


def test_the_command_line_counts_the_same(shop):
    now = dt.datetime.now(dt.UTC)
    asked = ["count", "did(order, last 4000 days)", "--json", "--workspace", str(shop.store.path)]
    counted = json.loads(CliRunner().invoke(app, asked).stdout)["count"]
    orders = read_orders(shop.store)
    assert len({*orders.between(0, microseconds(now)).profile.tolist()}) == counted == 3


# --- cohorts ----------------------------------------------------------------------------------


def by_loops(rows, zone):
    """The cohorts by plain loops: month of the first order, months later -> buyers and euros."""
    dated = [((NOW - DAY * days).astimezone(zone), who, euros) for who, days, euros in rows if days > 0]
    first = {}
    for at, who, _ in dated:
        first[who] = min(first.get(who, at), at)
    people, buyers, revenue = defaultdict(set), defaultdict(set), defaultdict(int)
    for at, who, euros in dated:
        start = (first[who].year, first[who].month)
        later = (at.year - start[0]) * 12 + at.month - start[1]
        people[start].add(who)
        buyers[start, later].add(who)
        revenue[start, later] += euros
    return people, buyers, revenue


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    with vitrail.create(tmp_path_factory.mktemp("cohorts") / "w") as ws:
        yield ws.store


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 500), st.integers(0, 90)), max_size=40))
def test_cohorts_are_those_of_plain_loops(store, rows):
    people, buyers, revenue = by_loops(rows, store.zone)
    found = cohorts_of(store, orders_of(rows), at=NOW)
    for cohort in found:
        start = (cohort.first.year, cohort.first.month)
        assert cohort.people == len(people[start])
        for later, month in enumerate(cohort.months):
            assert month.buyers == len(buyers[start, later])
            assert month.revenue == revenue[start, later]
    if people:
        assert (found[-1].first.year, found[-1].first.month) == (2025, 6)
        assert not found[-1].months[-1].whole


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 200), st.integers(0, 9)), max_size=120))
def test_small_groups_of_cohorts_stay_hidden(store, rows):
    people, buyers, _ = by_loops(rows, store.zone)
    for cohort in cohorts_of(store, orders_of(rows), at=NOW, least=5):
        start = (cohort.first.year, cohort.first.month)
        assert cohort.people is None or len(people[start]) >= 5
        for later, month in enumerate(cohort.months):
            if month.buyers is not None:
                rest = len(people[start]) - len(buyers[start, later])
                assert month.buyers >= 5
                assert rest == 0 or rest >= 5


# --- the week ---------------------------------------------------------------------------------


def course(*sizes: int) -> list[Course]:
    return [Course(NOW - WEEK * (len(sizes) - 1 - place), size) for place, size in enumerate(sizes)]


def test_a_leap_after_quiet_weeks_is_told():
    found = unusual_changes({"vip": course(1000, 1004, 999, 1003, 1001, 1200)})
    assert [(each.key, each.change) for each in found] == [("vip", 199)]


@pytest.mark.parametrize(
    "sizes",
    [
        (1000, 1004, 999, 1003, 1001, 1006),  # as usual
        (100, 300, 100, 320, 90, 300),  # restless by habit
        (1000, 1100, 1200, 1300, 1400, 1500),  # grows by habit
        (4, 5, 4, 5, 4, 20),  # a few people
        (1000, 1200),  # too recent to have a habit
    ],
)
def test_what_is_usual_is_not_told(sizes):
    assert unusual_changes({"some": course(*sizes)}) == ()


def test_the_most_unlike_comes_first():
    found = unusual_changes(
        {"a": course(500, 500, 500, 500, 500, 560), "b": course(500, 500, 500, 500, 500, 900)}
    )
    assert [each.key for each in found] == ["b", "a"]


def test_a_week_with_many_refreshes_counts_once():
    daily = [Course(NOW - DAY * (28 - day), day) for day in range(29)]
    assert weekly(daily) == [0, 7, 14, 21, 28]


def test_versions_of_the_week_tell_what_they_changed(shop, clock):
    shop.define(Segment("a", {"en": "A"}, "did(order)"))
    clock.now = NOW + 8 * DAY
    shop.define(Segment("a", {"en": "A"}, 'country = "FR"'), note="only France")
    shop.define(Segment("b", {"en": "B"}, "did(order)"))
    found = applied_since(shop.store, clock.now - WEEK)
    assert [(each.added, each.changed, each.note) for each in found] == [
        (("b",), (), ""),
        ((), ("a",), "only France"),
    ]


# --- reach and care ---------------------------------------------------------------------------


def test_reach_is_what_the_gate_lets_through(shop):
    define_purposes(shop.store)
    shop.define(Segment("all", {"en": "All"}, "true", purposes=("prospecting_post",)))
    found = {each.channel: each for each in reach_by_channel(shop, "prospecting_post")}
    audience = shop.audience("all", purpose="prospecting_post", channel="post")
    assert found["post"].found.waterfall == audience.waterfall
    assert found["post"].found.reached == audience.numbers()


def test_without_purposes_nobody_is_reached(shop):
    assert reach_by_channel(shop) == ()


def test_nothing_waits_in_a_quiet_workspace(shop):
    assert concerns_of(shop, permissions_of("owner")) == ()


# --- what is kept --------------------------------------------------------------------------------


def test_what_two_visits_ask_at_once_is_worked_out_once(shop):
    desk, done, begun = Desk(shop), [], threading.Event()

    def slow() -> int:
        begun.set()
        time.sleep(0.2)
        done.append(1)
        return 7

    with ThreadPoolExecutor(4) as threads:
        first = threads.submit(desk.keep, "key", slow)
        begun.wait()
        others = [threads.submit(desk.keep, "key", slow) for _ in range(3)]
        assert [each.result() for each in (first, *others)] == [7] * 4
    assert done == [1]


def test_a_failure_is_not_kept(shop):
    desk = Desk(shop)
    with pytest.raises(ZeroDivisionError):
        desk.keep("key", lambda: 1 // 0)
    assert desk.keep("key", lambda: 7) == 7


def test_other_purposes_are_another_state(shop):
    desk = Desk(shop)
    before = desk.state()
    assert desk.state() == before
    define_purposes(shop.store)
    assert desk.state() != before


# --- addresses --------------------------------------------------------------------------------


def test_an_address_keeps_what_was_chosen():
    wish = Wish(purpose="prospecting_sms", start="2026-11-01")
    assert wish.address(cohorts="revenue") == "/?purpose=prospecting_sms&start=2026-11-01&cohorts=revenue"
    assert Wish().address() == "/"
    assert wish.others("start", "end") == {"purpose": "prospecting_sms"}
