"""Retention of data whose people stay: events, records, values of traits, and what waits in quarantine."""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import vitrail
from tests.collect.tracked import filed, identify
from tests.consent.marked import SOURCE
from tests.storage import Clock
from vitrail.collect.filing import quarantine
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.manifest import files_in_force
from vitrail.ledger.write_keys import add_source
from vitrail.model.definitions import Segment
from vitrail.model.errors import UserError
from vitrail.model.retention import DataRule, PeopleRule, RetentionFile

START = dt.datetime(2020, 1, 15, 12, tzinfo=dt.UTC)
RULES = RetentionFile(
    2026,
    data=(
        DataRule("deals", {"en": "Deals"}, records=("deal",), months=36),
        DataRule("tastes", {"en": "Tastes"}, traits=("taste",), months=24),
        DataRule("waiting", {"en": "Waiting"}, quarantine=True, days=90),
    ),
)


@pytest.fixture
def clock():
    made = Clock()
    made.now = START
    return made


@pytest.fixture
def ws(tmp_path, clock):
    with vitrail.create(tmp_path / "shop", clock=clock) as made:
        people = {"id": ["Ana", "Bob"], "taste": ["tea", "Coffee"], "city": ["Lyon", "Nice"]}
        made.load_profiles(pa.table(people), key="id")
        deals = {"deal": ["1", "2"], "who": ["Ana", "Bob"], "stage": ["won", "lost"]}
        made.load_records("deal", pa.table(deals), profile="who", key="deal")
        made.retention.define(RULES)
        yield made


def later(clock, **more):
    clock.now += dt.timedelta(**more)


def due(ws):
    return {each.rule: each.rows for each in ws.retention.plan().data if each.rows}


def go(ws):
    return ws.retention.run(ws.retention.plan(), patience=Patience(seconds=0)).data


def kept(ws, kind, column):
    """All that the files in force of a kind say in a column."""
    found = []
    with ws.store.ledger.reading() as connection:
        for file in files_in_force(connection, kind=kind):
            table = pq.read_table(ws.store.path / file.path)
            if column in table.column_names:
                found += [each for each in table[column].to_pylist() if each is not None]
    return found


def test_records_that_did_not_change_go(ws, clock):
    later(clock, days=400)
    again = {"deal": ["2"], "who": ["Bob"], "stage": ["won"]}
    ws.load_records("deal", pa.table(again), profile="who", key="deal")
    later(clock, days=800)
    assert due(ws)["deals"] == {"deal": 1}
    assert go(ws)["deals"] == 1
    assert ws.members("count(deal) > 0")["profile"].to_pylist() == ["Bob"]


def test_a_record_goes_with_all_its_versions(ws, clock):
    later(clock, days=10)
    again = {"deal": ["2"], "who": ["Bob"], "stage": ["won"]}
    ws.load_records("deal", pa.table(again), profile="who", key="deal")
    later(clock, days=1200)
    go(ws)
    assert kept(ws, "record", "stage") == []


def test_old_values_of_a_trait_go_and_the_others_stay(ws, clock):
    later(clock, days=760)
    assert due(ws)["tastes"] == {"taste": 2}
    assert go(ws)["tastes"] == 2
    assert (ws.count("taste is known"), ws.count("city is known")) == (0, 2)
    assert ws.count("taste is known", as_of=START + dt.timedelta(days=1)) == 0


def test_no_file_in_force_has_the_old_values(ws, clock):
    later(clock, days=760)
    go(ws)
    for kind in ("observation", "snapshot"):
        assert kept(ws, kind, "taste") == kept(ws, kind, "taste~folded") == []
        assert kept(ws, kind, "city")


def test_a_value_that_was_observed_since_stays(ws, clock):
    later(clock, days=400)
    ws.load_profiles(pa.table({"id": ["Ana"], "taste": ["wine"]}), key="id")
    later(clock, days=360)
    assert due(ws)["tastes"] == {"taste": 2}
    go(ws)
    assert ws.members("taste is known")["profile"].to_pylist() == ["Ana"]
    assert kept(ws, "observation", "taste") == ["wine"]


def test_dated_values_go_by_their_date(ws, clock):
    later(clock, days=700)
    old = pa.table({"id": ["Cid"], "taste": ["milk"], "seen": [START - dt.timedelta(days=90)]})
    ws.load_profiles(old, key="id", at="seen")
    assert due(ws)["tastes"] == {"taste": 1}


def test_what_becomes_unknown_is_seen_by_the_next_refresh(ws, clock):
    ws.define(Segment(key="tea", name={"en": "Tea"}, rule='taste = "tea"'))
    ws.refresh()
    later(clock, days=760)
    go(ws)
    assert ws.refresh().left == 1


def test_refused_rows_go_whoever_they_are_about(ws, clock):
    bad = pa.table({"deal": ["3"], "who": [None], "stage": ["someone@nowhere.example"]})
    report = ws.load_records("deal", bad, profile="who", key="deal")
    assert report.rejected == 1
    later(clock, days=89)
    assert "waiting" not in due(ws)
    later(clock, days=3)
    assert due(ws)["waiting"]["waiting"] >= 1
    go(ws)
    assert "waiting" not in due(ws) and not pq.read_metadata(ws.store.path / report.rejects_path).num_rows


def test_messages_set_aside_go_by_when_they_came(ws, clock):
    with ws.store.ledger.writing() as connection:
        add_source(connection, SOURCE)
    clock.now = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)
    filed(ws.store, identify({"city": "Metz"}, userId="zoe", timestamp="2031-01-01T00:00:00Z"))
    assert [each.code for each in quarantine.groups(ws.store)] == ["future"]
    later(clock, days=92)
    assert due(ws)["waiting"] == {"waiting": 1}
    assert go(ws)["waiting"] == 1 and quarantine.groups(ws.store) == ()


def test_a_run_does_what_the_plan_says_once(ws, clock):
    later(clock, days=1200)
    plan = ws.retention.plan()
    done = ws.retention.run(plan, patience=Patience(seconds=0))
    assert done.data == {rule: count for rule, count in plan.counts().items() if count}
    assert ws.retention.plan().is_empty and ws.count("true") == 2


def wrong(ws, **parts):
    with pytest.raises(UserError) as refused:
        ws.retention.define(RetentionFile(2026, **parts))
    return [each.code for each in refused.value.problems]


@pytest.mark.parametrize(
    ("about", "code"),
    [
        ({}, "no_data"),
        ({"records": ("deals",)}, "unknown_record"),
        ({"traits": ("tast",)}, "unknown_trait"),
        ({"events": ("deal",)}, "unknown_event"),
    ],
)
def test_a_rule_says_what_it_is_about_by_known_names(ws, about, code):
    assert wrong(ws, data=(DataRule("x", {"en": "X"}, months=1, **about),)) == [code]


def test_what_a_rule_about_people_asks_stays_as_long(ws):
    ws.catalogue.declare(events={"order": {}})
    people = PeopleRule("x", {"en": "X"}, months=36, who='taste = "tea"')
    early = DataRule("early", {"en": "Early"}, traits=("taste",), months=12)
    assert wrong(ws, people=(people,), data=(early,), contacts=("order",)) == ["sign_gone_too_soon"]
