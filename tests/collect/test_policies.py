"""Which value of a trait holds where sources disagree, as a person declares it."""

import datetime as dt

import pyarrow as pa
import pytest

from tests.collect.contents import snapshot
from tests.storage import Clock
from vitrail.app.workspace import Workspace
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.load import load_profiles
from vitrail.model.catalogue import Field, Policy
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

CRM_FIRST = Policy("priority", ("crm", "till"))
MOST = Policy("most_frequent")


def ask_for(store: Store, policy: Policy | None) -> None:
    declare(store, Declaration(traits=(Field("city", "text", "", policy=policy),)))


def say(store: Store, clock: Clock, *words: tuple[str, str]) -> None:
    """Each source says where Anne lives, one day after the other."""
    for source, city in words:
        load_profiles(store, pa.table({"id": ["anne"], "city": [city]}), key="id", source=source)
        clock.advance(days=1)


def city(store: Store) -> object:
    """Where she lives by the snapshot, which must be what the engine and the plain evaluation say too."""
    found = snapshot(store)["anne"]["city"]
    ws = Workspace(store)
    assert ws.count(f'city = "{found}"') == 1
    assert ws.explain(f'city = "{found}"', "anne").inside
    assert {each.name: each.value for each in ws.profile("anne").traits}["city"] == found
    ws.database.close()
    return found


@pytest.mark.parametrize(
    ("policy", "words", "lives"),
    [
        (None, [("crm", "lyon"), ("till", "nice")], "nice"),
        (CRM_FIRST, [("crm", "lyon"), ("till", "nice")], "lyon"),
        (CRM_FIRST, [("crm", "lyon"), ("till", "nice"), ("crm", "brest")], "brest"),
        (CRM_FIRST, [("web", "lyon"), ("till", "nice"), ("web", "brest")], "nice"),
        (CRM_FIRST, [("web", "lyon"), ("shop", "nice")], "nice"),
        (MOST, [("crm", "lyon"), ("web", "lyon"), ("till", "nice")], "lyon"),
        (MOST, [("crm", "lyon"), ("till", "nice")], "nice"),
        (MOST, [("crm", "lyon"), ("crm", "nice"), ("crm", "lyon"), ("a", "nice"), ("b", "nice")], "nice"),
    ],
)  # fmt: skip
def test_the_policy_says_which_value_holds(store: Store, clock: Clock, policy, words, lives):
    ask_for(store, policy)
    say(store, clock, *words)
    assert city(store) == lives


def test_the_same_words_again_change_nothing(store: Store, clock: Clock):
    ask_for(store, CRM_FIRST)
    say(store, clock, ("crm", "lyon"), ("till", "nice"))
    version = store.version
    say(store, clock, ("till", "nice"), ("crm", "lyon"))
    assert store.version == version


def test_another_policy_holds_for_what_is_there(store: Store, clock: Clock):
    ask_for(store, None)
    say(store, clock, ("crm", "lyon"), ("till", "nice"))
    ask_for(store, CRM_FIRST)
    assert city(store) == "lyon"
    ask_for(store, None)
    assert city(store) == "nice"


def test_the_past_is_settled_by_what_had_been_said_then(store: Store, clock: Clock):
    ask_for(store, MOST)
    day = clock.now
    say(store, clock, ("crm", "lyon"), ("web", "nice"), ("till", "lyon"))
    with Workspace(store) as ws:
        then = [ws.count('city = "nice"', day + dt.timedelta(days=days, hours=1)) for days in (1, 2)]
    assert then == [1, 0]


@pytest.mark.parametrize(
    "policy", [Policy("priority"), Policy("priority", ("crm", "crm")), Policy("latest", ("crm",))]
)
def test_a_priority_names_each_source_once(store: Store, policy: Policy):
    with pytest.raises(UserError) as error:
        ask_for(store, policy)
    assert [each.code for each in error.value.problems] == ["policy_sources"]
