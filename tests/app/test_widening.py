"""Whole numbers that turn out to be decimals: declared so, they keep every answer they gave."""

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from vitrail.model.errors import UserError

MARCH = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
PEOPLE = pa.table({"id": ["Ana", "Bruno", "Chloé", "Dina"], "points": [1, 5, 7, 9]})
ORDERS = pa.table(
    {
        "order": ["1", "2"],
        "who": ["Ana", "Bruno"],
        "at": [MARCH - dt.timedelta(days=3)] * 2,
        "amount": [10, 20],
    }
)


@pytest.fixture
def shop(tmp_path: Path):
    with vitrail.create(tmp_path / "shop", timezone="Europe/Paris", currency="EUR") as ws:
        ws.load_profiles(PEOPLE, key="id")
        ws.load_events("order", ORDERS, profile="who", at="at", key="order")
        yield ws


def test_a_decimal_is_loaded_once_whole_numbers_are_declared_decimals(shop):
    shop.catalogue.declare(traits={"points": "decimal"})
    shop.load_profiles(pa.table({"id": ["Emma"], "points": ["6.5"]}), key="id")
    assert shop.count("points > 5 and points < 7", as_of=MARCH) == 1


def test_answers_stay_when_numbers_become_decimals(shop):
    rules = ["points >= 5", "sum(order.amount, last 1 year) >= 20", "max(order.amount) = 10"]
    before = [shop.members(rule, as_of=MARCH)["profile"].to_pylist() for rule in rules]
    shop.catalogue.declare(traits={"points": "decimal"}, events={"order": {"amount": "decimal"}})
    assert [shop.members(rule, as_of=MARCH)["profile"].to_pylist() for rule in rules] == before


def test_the_same_file_changes_nothing_after_it(shop):
    shop.catalogue.declare(events={"order": {"amount": "decimal"}})
    again = shop.load_events("order", ORDERS, profile="who", at="at", key="order")
    assert (again.created, again.unchanged) == (0, 2)


def test_frozen_cut_points_still_cut_where_they_did(shop):
    shop.define(
        vitrail.Segment(
            key="best", name={"fr": "Les meilleurs", "en": "The best"}, rule="percentile(points) > 50"
        )
    )
    shop.refresh(as_of=MARCH, recut=True)
    shop.catalogue.declare(traits={"points": "decimal"})
    shop.load_profiles(pa.table({"id": ["Emma"], "points": ["6.5"]}), key="id")
    shop.refresh(as_of=MARCH + dt.timedelta(hours=1))
    assert shop.segment("best").members()["profile"].to_pylist() == ["Chloé", "Dina"]


def test_events_known_again_by_what_they_say_keep_their_type(shop):
    shop.load_events("visit", pa.table({"who": ["Ana"], "at": [MARCH], "pages": [3]}), profile="who", at="at")
    with pytest.raises(UserError) as refusal:
        shop.catalogue.declare(events={"visit": {"pages": "decimal"}})
    assert [each.code for each in refusal.value.problems] == ["cannot_widen"]


def test_numbers_too_long_for_a_decimal_keep_their_type(shop):
    shop.load_profiles(pa.table({"id": ["Ana"], "big": [10**15]}), key="id")
    with pytest.raises(UserError) as refusal:
        shop.catalogue.declare(traits={"big": "decimal"})
    assert [each.code for each in refusal.value.problems] == ["cannot_widen"]
