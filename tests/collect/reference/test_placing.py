import datetime as dt

import pyarrow as pa
import pytest

from tests.collect.contents import snapshot
from tests.storage import Clock, clock, store
from vitrail.app.workspace import Workspace
from vitrail.collect.declare import Declaration, declare
from vitrail.collect.load import load_events, load_profiles
from vitrail.collect.reference import placing
from vitrail.collect.reference.communes import Commune, Communes
from vitrail.collect.renewing import renew_reference
from vitrail.ledger import manifest
from vitrail.model.catalogue import Field
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

__all__ = ["clock", "store"]

ADDRESS = (
    Field("postcode", "text", "", geography="postcode"),
    Field("country", "text", "", geography="country"),
)


def day(number: int) -> dt.datetime:
    return dt.datetime(2025, 1, number, tzinfo=dt.UTC)


def people(store: Store, **columns: object) -> None:
    dates = {"at": "at"} if "at" in columns else {}
    load_profiles(store, pa.table(columns), key="id", **dates)


def loads(store: Store) -> list[str]:
    with store.ledger.reading() as connection:
        return [load.kind for load in manifest.all_loads(connection)]


@pytest.fixture
def placed(store: Store) -> Store:
    """A base that knows which traits are an address."""
    declare(store, Declaration(traits=ADDRESS))
    return store


def test_a_postcode_alone_becomes_conditions(placed: Store):
    people(placed, id=["a", "b", "c"], postcode=["35000", "97400", "75011"])
    ws = Workspace(placed)
    assert ws.members('region = "Bretagne"')["profile"].to_pylist() == ["a"]
    assert ws.members('territory = "overseas" and continent = "AF"')["profile"].to_pylist() == ["b"]
    assert ws.count('holiday_zone in ("B", "C")') == 2
    assert ws.describe('region = "Bretagne"', language="en") == "the region is “Brittany”"


def test_it_is_right_as_of_any_date_whatever_the_order_of_the_loads(placed: Store):
    people(placed, id=["a"], postcode=["69001"], at=[day(20)])
    people(placed, id=["a"], postcode=["35000"], at=[day(10)])
    people(placed, id=["a"], country=["Belgique"], at=[day(15)])
    ws = Workspace(placed)
    found = [ws.count('region = "Bretagne"', as_of=day(n)) for n in (9, 12, 16, 21)]
    assert found == [0, 1, 0, 0]
    assert ws.count('region = "abroad"', as_of=day(21)) == 1


def test_who_moves_abroad_leaves_the_region(placed: Store, clock: Clock):
    people(placed, id=["a"], postcode=["35000"])
    clock.advance(days=1)
    people(placed, id=["a"], postcode=["1000 AA"], country=["NL"])
    found = snapshot(placed)["a"]
    assert {found[name] for name in ("territory", "department", "region", "holiday_zone")} == {"abroad"}
    assert (found["country_code"], found["continent"]) == ("NL", "EU")


def test_those_who_were_there_before_are_placed_when_it_is_declared(store: Store):
    people(store, id=["a"], postcode=["35000"])
    declare(store, Declaration(traits=ADDRESS))
    assert snapshot(store)["a"]["department"] == "35"


def test_what_is_computed_is_its_own_load_and_comes_once(placed: Store):
    people(placed, id=["a"], postcode=["35000"])
    people(placed, id=["a"], postcode=["35000"])
    load_events(placed, "order", data=pa.table({"who": ["a"], "at": [day(1)]}), profile="who", at="at")
    assert loads(placed) == ["profiles", "reference", "profiles", "event"]


def test_a_load_that_was_cut_off_is_made_up_for(placed: Store, monkeypatch: pytest.MonkeyPatch):
    with monkeypatch.context() as patch:
        patch.setattr(placing, "_place", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            people(placed, id=["a"], postcode=["35000"])
    people(placed, id=["b"], postcode=["75001"])
    assert [each["department"] for each in snapshot(placed).values()] == ["35", "75"]


def test_a_new_edition_places_everybody_again(placed: Store, clock: Clock):
    people(placed, id=["a", "b"], postcode=["35000", "75001"])
    renew_reference(placed, Communes("1", (Commune("35000", "35238", "Rennes", 48.11, -1.68),)), source="x")
    assert [each["commune"] for each in snapshot(placed).values()] == ["Rennes", "unknown"]
    ws = Workspace(placed)
    assert ws.members("distance(latitude, longitude, 48.1, -1.7) < 5")["profile"].to_pylist() == ["a"]
    clock.advance(days=1)
    people(placed, id=["a"], country=["BE"])
    assert ws.count("distance(latitude, longitude, 48.1, -1.7) >= 0") == 0


def test_a_name_that_is_taken_is_left_to_its_owner(store: Store):
    people(store, id=["a"], region=["West"], postcode=["35000"])
    declare(store, Declaration(traits=ADDRESS))
    assert [snapshot(store)["a"][name] for name in ("region", "postcode_region")] == ["West", "Bretagne"]


def test_a_computed_trait_is_not_loaded(placed: Store):
    with pytest.raises(UserError) as refused:
        people(placed, id=["a"], region=["West"])
    assert [each.code for each in refused.value.problems] == ["trait_computed"]


@pytest.mark.parametrize(
    ("traits", "code"),
    [
        ([Field("zip", "integer", "", geography="postcode")], "geography_not_text"),
        ([ADDRESS[0], Field("zip", "text", "", geography="postcode")], "geography_twice"),
        ([Field("town", "text", "", geography="city")], "geography_city_alone"),
    ],
)
def test_what_cannot_place_anybody_is_refused(store: Store, traits: list[Field], code: str):
    with pytest.raises(UserError) as refused:
        declare(store, Declaration(traits=tuple(traits)))
    assert [each.code for each in refused.value.problems] == [code]
