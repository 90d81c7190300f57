"""Putting right what is wrong of somebody: it holds, under every policy and against every later import."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.consent.marked import SOURCE, file, send
from tests.storage import Clock
from vitrail.collect.declare import Declaration, declare
from vitrail.ledger.write_keys import add_source
from vitrail.model.catalogue import Field, Policy
from vitrail.model.errors import UserError

WRONG = {"id": ["A", "B"], "city": ["Lyonn", "Paris"], "born": [dt.date(1990, 1, 1), None], "size": [4, 5]}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ws(tmp_path: Path, clock: Clock) -> Iterator[vitrail.Workspace]:
    with vitrail.create(tmp_path / "shop", clock=clock) as made:
        made.load_profiles(pa.table(WRONG), key="id", source="crm")
        clock.advance(days=1)
        yield made


def right(ws: vitrail.Workspace, clock: Clock, **values: object) -> None:
    ws.privacy.rectify("A", values, by="ana", proof="letter")
    clock.advance(days=1)


def city(ws: vitrail.Workspace) -> str:
    """The city of A in each of the ways it is read, which must agree."""
    value = {each.name: each.value for each in ws.profile("A").traits}["city"]
    assert ws.members(f'city = "{value}"')["profile"].to_pylist()[:1] == ["A"]
    assert ws.members(f'city = "{value}"', as_of=ws_now(ws))["profile"].to_pylist()[:1] == ["A"]
    assert ws.explain(f'city = "{value}"', "A").inside
    return str(value)


def ws_now(ws: vitrail.Workspace) -> dt.datetime:
    return dt.datetime.fromtimestamp(ws.store.now_us() / 1e6, dt.UTC)


def test_the_right_value_holds_at_once_and_says_who_said_it(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    (found,) = [each for each in ws.profile("A").traits if each.name == "city"]
    assert (city(ws), found.provenance.source) == ("Lyon", "rectified")


@pytest.mark.parametrize("source", ["crm", "till", None])
def test_an_import_of_the_wrong_value_changes_nothing(
    ws: vitrail.Workspace, clock: Clock, source: str | None
):
    right(ws, clock, city="Lyon")
    ws.load_profiles(pa.table(WRONG), key="id", source=source)
    clock.advance(days=1)
    assert city(ws) == "Lyon"


def test_a_dated_import_of_the_wrong_value_changes_nothing(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    rows = {"id": ["A"], "city": ["Lyonn"], "when": [clock.now]}
    clock.advance(days=1)
    ws.load_profiles(pa.table(rows), key="id", at="when", source="crm")
    assert city(ws) == "Lyon"


def test_a_message_with_the_wrong_value_changes_nothing(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    with ws.store.ledger.writing() as connection:
        add_source(connection, SOURCE)
    send(ws, {"type": "identify", "userId": "A", "messageId": "m", "traits": {"city": "Lyonn", "nick": "Al"}})
    file(ws)
    clock.advance(days=1)
    assert (city(ws), ws.count('nick = "Al"')) == ("Lyon", 1)


@pytest.mark.parametrize("policy", ["priority", "most_frequent"])
def test_no_policy_prefers_another_source(ws: vitrail.Workspace, clock: Clock, policy: str):
    chosen = Policy(policy, ("crm",) if policy == "priority" else ())
    ws.load_profiles(pa.table({"id": ["A"], "city": ["Lyonn"]}), key="id", source="till")
    declare(ws.store, Declaration(traits=(Field("city", "text", "", policy=chosen),)))
    right(ws, clock, city="Lyon")
    ws.load_profiles(pa.table({"id": ["A"], "city": ["Nice"]}), key="id", source="crm")
    clock.advance(days=1)
    assert city(ws) == "Lyon"


def test_a_new_value_of_a_later_day_counts_where_the_latest_does(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    ws.load_profiles(pa.table({"id": ["A"], "city": ["Nice"]}), key="id", source="crm")
    clock.advance(days=1)
    assert city(ws) == "Nice"


def test_others_keep_the_same_value(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    ws.load_profiles(pa.table({"id": ["B"], "city": ["Lyonn"]}), key="id", source="crm")
    clock.advance(days=1)
    assert ws.members('city = "Lyonn"')["profile"].to_pylist() == ["B"]


def test_dates_and_numbers_are_put_right_too(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, born=dt.date(1991, 1, 1), size=7)
    ws.load_profiles(pa.table(WRONG), key="id")
    clock.advance(days=1)
    assert ws.members("born = 1991-01-01 and size = 7")["profile"].to_pylist() == ["A"]


def test_segments_follow_at_the_next_refresh(ws: vitrail.Workspace, clock: Clock):
    ws.define(vitrail.Segment(key="lyon", name={"en": "Lyon"}, rule='city = "Lyon"'))
    ws.refresh()
    right(ws, clock, city="Lyon")
    assert ws.refresh().entered == 1


def test_it_is_listed_for_those_who_were_given_the_wrong_value(ws: vitrail.Workspace, clock: Clock):
    right(ws, clock, city="Lyon")
    (made,) = ws.privacy.rectifications()
    assert (made.trait, made.wrong, made.by, made.proof) == ("city", ("Lyonn",), "ana", "letter")


def test_all_that_is_wrong_with_a_correction_is_told(ws: vitrail.Workspace):
    with pytest.raises(UserError) as refused:
        ws.privacy.rectify("A", {"citty": "Lyon", "sise": 3})
    assert [(each.path, each.hint[:1]) for each in refused.value.problems] == [
        ("citty", ("city",)),
        ("sise", ("size",)),
    ]


def test_a_value_of_another_type_changes_nothing(ws: vitrail.Workspace):
    with pytest.raises(UserError):
        ws.privacy.rectify("A", {"size": "large"})
    assert (ws.privacy.rectifications(), ws.count("size = 4")) == ((), 1)
