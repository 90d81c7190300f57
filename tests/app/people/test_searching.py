"""Finding a customer by anything, and nothing that is hidden."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyroaring import BitMap

import vitrail
from tests.app.people.scene import SEGMENTS, TRAITS
from vitrail.app.http.access.callers import Caller
from vitrail.app.http.api import people as people_api
from vitrail.app.people.searching import base_of, search
from vitrail.app.people.viewer import Viewer
from vitrail.app.workspace import Workspace
from vitrail.model.access import Role, permissions_of
from vitrail.warehouse.people import keys_of


def found(ws: Workspace, text: str, *, role: Role = "owner", among: BitMap | None = None) -> list[str]:
    viewer = Viewer(ws.store, permissions_of(role))
    hits = search(base_of(ws.store, ws.database), text, viewer=viewer, among=among)
    return keys_of(ws.store.source(), np.array(hits.people, dtype=np.int64))


@pytest.mark.parametrize(
    "text",
    ["C1", "c1", "W7", "helene.durand@exemple.fr", " HELENE.Durand@exemple.fr ", "0698765431",
     "06 98 76 54 31",
     "+33 6 98 76 54 31", "0033698765431", "40123456", "4012-3456", "O-1001", "o-1002", "hélène durand",
     "Helene", "durand HELENE", "12/03/1990", "1990-03-12"],
)  # fmt: skip
def test_somebody_is_found_by_anything(shop: Workspace, text: str):
    assert found(shop, text)[0] == "C1"


def test_a_merged_profile_leads_to_the_one_it_belongs_to(shop: Workspace):
    assert found(shop, "W7") == ["C1"]


def test_a_postcode_finds_everybody_who_lives_there(shop: Workspace):
    assert sorted(found(shop, "75011")) == ["C1", "C3"]


def test_a_declared_value_is_found_by_what_people_call_it(shop: Workspace):
    assert found(shop, "belgium") == found(shop, "Belgique") == ["C3"]


def test_whole_values_come_before_beginnings(shop: Workspace):
    assert found(shop, "durand") == ["C1", "C3"]


def test_every_word_must_be_there(shop: Workspace):
    assert found(shop, "durand lyon") == []


@pytest.mark.parametrize(
    "text", ["", "  ", "nobody at all", "O-9999", "%", "'; drop table", "\x1f", "a" * 5_000]
)
def test_nobody_is_found_by_nothing(shop: Workspace, text: str):
    assert found(shop, text) == []


def test_a_search_may_be_among_some_people_alone(shop: Workspace):
    assert found(shop, "75011", among=BitMap([2])) == ["C3"]


@pytest.mark.parametrize(
    "text",
    ["C1", "W7", "helene.durand@exemple.fr", "06 98 76 54 31", "4012 3456", "O-1001", "Hélène", "Durand",
     "12/03/1990", "75", "par", "Helene.", "écrire", "exemple"],
)  # fmt: skip
def test_a_search_confirms_nothing_that_is_hidden(shop: Workspace, text: str):
    assert found(shop, text, role="analyst") == []


def test_who_is_masked_finds_by_whole_values_they_may_see(shop: Workspace):
    assert found(shop, "lyon", role="analyst") == ["C2"]


def test_who_is_masked_finds_by_pseudonym(shop: Workspace):
    viewer = Viewer(shop.store, permissions_of("analyst"))
    (name,) = viewer.names([1], shop.store.source())
    assert found(shop, name, role="analyst") == ["C2"]


def test_nobody_is_in_a_segment_that_is_not_counted_yet(tmp_path: Path):
    with vitrail.create(tmp_path / "shop") as ws:
        ws.catalogue.declare(traits=TRAITS)
        ws.load_profiles(pa.table({"id": ["C2"], "first_name": ["Ben"]}), key="id")
        ws.define(SEGMENTS[1])
        caller = Caller("user", permissions=permissions_of("owner"))
        assert people_api.found(ws, caller, q="C2", segment="ben", page=1).total == 0
        ws.refresh()
        assert people_api.found(ws, caller, q="C2", segment="ben", page=1).total == 1
