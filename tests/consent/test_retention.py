"""Retention over the years: each goes on its day, what is shown is what goes, and nothing else does."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.consent.marked import SOURCE, send
from tests.copies import Mould
from tests.storage import Clock
from vitrail.app.retaining import Retainer
from vitrail.app.retention import ready_retention, retention_problems
from vitrail.consent.retention.running import let_come_back
from vitrail.consent.rights.erasing import Patience, spread
from vitrail.ledger.standing import erased_prints
from vitrail.ledger.write_keys import add_source
from vitrail.model.errors import UserError
from vitrail.model.retention import DataRule, PeopleRule, RetentionFile

START = dt.datetime(2020, 1, 15, 12, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
AT_ONCE = Patience(seconds=0)
RULES = RetentionFile(
    2026,
    contacts=("order", "click"),
    people=(
        PeopleRule("prospects", {"en": "Prospects"}, months=36, who="not did(order)"),
        PeopleRule("former", {"en": "Former"}, months=36, who="did(order)", then="restrict"),
        PeopleRule("accounting", {"en": "Books"}, months=120, who="did(order)", after=("order",)),
    ),
    data=(DataRule("browsing", {"en": "Browsing"}, events=("page",), months=25),),
)


@pytest.fixture
def clock():
    made = Clock()
    made.now = START
    return made


@pytest.fixture(scope="module")
def mould(tmp_path_factory):
    def make(root):
        with vitrail.create(root, clock=lambda: START) as made:
            made.load_profiles(pa.table({"id": ["buyer", "clicker", "opener", "silent"]}), key="id")
            event(made, "order", "buyer", START)
            event(made, "click", "clicker", START)
            event(made, "open", "opener", START)
            event(made, "page", "silent", START)
            made.retention.define(RULES)

    return Mould(tmp_path_factory.mktemp("retention"), make)


@pytest.fixture
def ws(mould, tmp_path, clock):
    with vitrail.open(mould.cast(tmp_path / "shop"), clock=clock) as made:
        yield made


def event(ws, name, who, at):
    row = pa.table({"key": [f"{name}-{who}-{at}"], "who": [who], "at": [at]})
    ws.load_events(name, row, profile="who", at="at", key="key")


def years(clock, number, **more):
    clock.now = START.replace(year=START.year + number) + dt.timedelta(**more)


def due(ws):
    plan = ws.retention.plan()
    return {each.rule: each.sample for each in plan.people if each.profiles} | {
        each.rule: each.rows for each in plan.data if each.rows
    }


def people(ws):
    return ws.members("true")["profile"].to_pylist()


def go(ws):
    return ws.retention.run(ws.retention.plan(), patience=AT_ONCE)


# --- who and what is past its period ---------------------------------------------------------------


def test_nothing_goes_before_its_day(ws, clock):
    years(clock, 3, minutes=-1)
    assert "prospects" not in due(ws) and "former" not in due(ws)


def test_prospects_go_three_years_after_their_last_contact(ws, clock):
    event(ws, "click", "clicker", START + dt.timedelta(days=400))
    years(clock, 3, minutes=1)
    assert due(ws)["prospects"] == ("opener", "silent")


def test_opening_a_mail_prolongs_nothing(ws, clock):
    event(ws, "open", "opener", START + dt.timedelta(days=1000))
    years(clock, 3, minutes=1)
    assert "opener" in due(ws)["prospects"]


@pytest.mark.parametrize("dated", [True, False])
def test_who_became_known_lately_stays(ws, clock, dated):
    years(clock, 2)
    ws.load_profiles(pa.table({"id": ["late"]}), key="id")
    if dated:
        event(ws, "page", "late", clock.now - MINUTE)
    years(clock, 3, minutes=1)
    assert "late" not in due(ws)["prospects"]


def test_customers_are_frozen_and_later_erased(ws, clock):
    years(clock, 3, minutes=1)
    assert due(ws)["former"] == ("buyer",)
    assert go(ws).restricted == {"former": 1}
    assert "former" not in due(ws)
    years(clock, 10, minutes=1)
    assert due(ws)["accounting"] == ("buyer",)
    assert go(ws).erased == {"accounting": 1}
    assert people(ws) == []


def test_who_asked_to_be_frozen_stays(ws, clock):
    ws.privacy.restrict("silent", why="contests an order")
    years(clock, 3, minutes=1)
    assert due(ws)["prospects"] == ("clicker", "opener")


def test_browsing_goes_by_the_day_and_people_stay(ws, clock):
    clock.now = dt.datetime(2022, 2, 15, 11, tzinfo=dt.UTC)
    assert "browsing" not in due(ws)
    clock.now = dt.datetime(2022, 2, 16, 1, tzinfo=dt.UTC)
    assert due(ws)["browsing"] == {"page": 1}
    assert go(ws).data == {"browsing": 1}
    assert (ws.count("did(page)"), len(people(ws))) == (0, 4)


def test_younger_events_of_the_same_file_stay(ws, clock):
    rows = [START + dt.timedelta(days=day) for day in (1, 300, 700)]
    table = pa.table({"key": ["a", "b", "c"], "who": ["silent"] * 3, "at": rows})
    ws.load_events("page", table, profile="who", at="at", key="key")
    years(clock, 3)
    assert go(ws).data == {"browsing": 3}
    assert ws.count("count(page) = 1") == 1


# --- what is shown is what goes ---------------------------------------------------------------------


def test_a_run_does_what_the_plan_says(ws, clock):
    years(clock, 3, minutes=1)
    plan = ws.retention.plan()
    done = ws.retention.run(plan, patience=AT_ONCE)
    counts = {rule: count for rule, count in plan.counts().items() if count}
    assert done.erased | done.restricted | done.data == counts
    assert (done.traces, people(ws)) == (0, ["buyer"])
    assert ws.retention.plan().is_empty


def test_a_plan_changes_nothing(ws, clock):
    years(clock, 3, minutes=1)
    before = ws.store.version
    first, second = ws.retention.plan(), ws.retention.plan()
    assert (ws.store.version, first.seal) == (before, second.seal)


def test_a_run_stops_when_somebody_gave_a_sign_since(ws, clock):
    years(clock, 3, minutes=1)
    plan = ws.retention.plan()
    event(ws, "click", "silent", clock.now - MINUTE)
    with pytest.raises(UserError) as refused:
        ws.retention.run(plan, patience=AT_ONCE)
    assert refused.value.problems[0].code == "retention_moved_on"
    assert len(people(ws)) == 4


def test_a_plan_tells_what_is_kept_of_them_by_holder(ws, clock):
    years(clock, 3, minutes=1)
    prospects = next(each for each in ws.retention.plan().people if each.rule == "prospects")
    assert prospects.holders["keys"] == 3 and sum(prospects.holders.values()) > 3


def test_a_plan_counts_refused_rows_that_tell_of_them(ws, clock):
    refused = pa.table({"key": ["1"], "who": ["buyer"], "at": ["clicker-37-lyon"]})
    ws.load_profiles(pa.table({"id": ["clicker-37-lyon"]}), key="id")
    event(ws, "order", "clicker-37-lyon", START)
    assert ws.load_events("order", refused, profile="who", at="at", key="key").rejected == 1
    years(clock, 11)
    gone = [each for each in ws.retention.plan().people if each.rule == "accounting"]
    assert gone[0].holders["rejects"] == 1


def test_who_was_erased_may_come_back(ws, clock):
    years(clock, 3, minutes=1)
    go(ws)
    with ws.store.ledger.reading() as connection:
        assert not erased_prints(connection)
    event(ws, "order", "silent", clock.now - MINUTE)
    assert "silent" in people(ws)


def test_a_stop_between_erasing_and_lifting_the_marks_is_made_good(ws, clock):
    years(clock, 3, minutes=1)
    ws.privacy.erase("silent", by="retention", patience=AT_ONCE)
    assert let_come_back(ws.retention._ground) > 0
    event(ws, "order", "silent", clock.now - MINUTE)
    assert "silent" in people(ws)


def test_who_asked_to_be_erased_stays_away(ws, clock):
    ws.privacy.erase("silent", patience=AT_ONCE)
    assert let_come_back(ws.retention._ground) == 0


# --- by itself --------------------------------------------------------------------------------------


def test_by_default_it_is_only_told(ws, clock):
    years(clock, 3, minutes=1)
    retainer = Retainer(ws.store)
    assert retainer.is_due() and not retainer.look() and not retainer.is_due()
    assert len(people(ws)) == 4
    assert {each.path for each in ws.health().problems if each.code == "retention_due"} == {
        "retention.prospects",
        "retention.former",
        "retention.browsing",
    }


def test_switched_on_it_goes_by_itself_and_is_not_told(ws, clock):
    ws.retention.switch(on=True)
    years(clock, 3, minutes=1)
    assert Retainer(ws.store, patience=AT_ONCE).look()
    assert people(ws) == ["buyer"] and retention_problems(ws.store) == ()


def test_it_looks_once_a_day(ws, clock):
    ws.retention.plan()
    clock.advance(hours=23)
    assert not Retainer(ws.store).is_due()
    clock.advance(hours=1)
    assert Retainer(ws.store).is_due()


# --- the rules ----------------------------------------------------------------------------------------


def wrong(ws, **parts):
    with pytest.raises(UserError) as refused:
        ws.retention.define(RetentionFile(2026, **parts))
    return [each.code for each in refused.value.problems]


def test_an_opening_is_no_contact(ws):
    assert wrong(ws, contacts=("open",)) == ["no_contact"]


def test_a_rule_needs_a_period_a_contact_and_known_names(ws):
    rule = PeopleRule("x", {"en": "X"}, who="did(ordr)")
    assert set(wrong(ws, people=(rule,), contacts=("clik",))) >= {"no_period", "unknown_event"}


def test_a_sign_stays_as_long_as_it_is_asked_for(ws):
    rule = PeopleRule("x", {"en": "X"}, months=36)
    early = DataRule("early", {"en": "Early"}, events=("order",), months=35)
    assert wrong(ws, people=(rule,), data=(early,), contacts=("order",)) == ["sign_gone_too_soon"]


def test_the_ready_made_rules_fit_what_the_workspace_knows(ws):
    rules = ws.retention.define()
    assert rules.contacts == ("order", "click")
    assert [each.key for each in rules.people][:3] == ["prospects", "former_customers", "accounting"]
    assert all(each.source for each in (*ready_retention().people, *ready_retention().data))


# --- stopped on its way -------------------------------------------------------------------------------


def test_a_run_that_is_killed_is_finished_by_the_next(tmp_path):
    program = [sys.executable, "-m", "tests.consent.killing_retention", str(tmp_path), "9"]
    ended = subprocess.run(program, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 4


def test_an_order_that_waits_to_be_filed_is_a_sign(ws, clock):
    with ws.store.ledger.writing() as connection:
        add_source(connection, SOURCE)
    years(clock, 3, minutes=1)
    plan = ws.retention.plan()
    at = (clock.now - MINUTE).isoformat()
    bought = {"type": "track", "messageId": "m1", "userId": "silent", "event": "order", "timestamp": at}
    send(ws, bought)
    with pytest.raises(UserError):
        ws.retention.run(plan, patience=AT_ONCE)
    assert "silent" in people(ws)


def test_of_many_words_some_are_searched_for_spread_over_all():
    words = tuple(f"w{number}" for number in range(10))
    assert spread(words, 5) == ("w0", "w2", "w4", "w6", "w8")
    assert spread(words, 10) == words and spread((), 5) == ()
