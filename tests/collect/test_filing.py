import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.collect.contents import first_seen, keys, us
from tests.collect.identity.scenes import merged
from tests.collect.tracked import did, filed, identify, known_of, message, send, track
from vitrail.collect.filing.drain import drain, filed_until
from vitrail.collect.filing.quarantine import groups
from vitrail.ledger import manifest
from vitrail.ledger.inbox import open_inbox
from vitrail.warehouse.store import Store

ROOT = Path(__file__).parents[2]
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605 Version/18.1 Safari/604.1"


def test_an_event_becomes_one_of_the_collection_it_names(store: Store):
    report = filed(store, track("Order Completed", {"total": 12, "coupon": "NOEL"}))
    assert (report.messages, report.filed, report.laid.events) == (1, 1, 1)
    (order,) = did(store, "Order Completed")
    assert (order["profile"], str(order["total"]), order["coupon"]) == ("anne", "12.0000", "NOEL")


def test_an_event_happened_when_it_says(store: Store):
    filed(store, track("visit", timestamp="2025-01-01T00:00:00Z"))
    assert first_seen(store) == {"anne": us("2025-01-01T00:00:00Z")}


def test_the_same_message_counts_once(store: Store):
    order = track("Order Completed", {"total": 12})
    assert (filed(store, order, order).filed, filed(store, order).known) == (1, 1)
    assert len(did(store, "Order Completed")) == 1


def test_a_message_counts_once_whatever_it_says_the_second_time(store: Store):
    filed(store, track("visit", messageId="1"))
    assert filed(store, track("another", messageId="1")).known == 1
    assert "another" not in store.catalogue.collections


def test_a_message_without_a_name_belongs_to_its_device(store: Store):
    filed(store, track("visit", anonymousId="d7"), track("visit", userId="anne", anonymousId="d7"))
    assert sorted(keys(store).values()) == ["anne", "anonymous:d7"]


def test_somebody_called_null_is_the_device(store: Store):
    filed(store, track("visit", userId="null", anonymousId="d7"))
    assert list(keys(store).values()) == ["anonymous:d7"]


def test_whose_message_it_is_must_be_told(store: Store):
    assert filed(store, track("visit", userId="null")).set_aside == 1
    assert groups(store)[0].code == "no_profile"


def test_pages_and_screens_have_their_collections(store: Store):
    page = message("page", name="Home", properties={"path": "/", "title": "Welcome"})
    filed(store, page, message("screen", name="Basket"))
    assert did(store, "page_view")[0]["path"] == "/"
    assert did(store, "screen_view")[0]["name"] == "Basket"


def test_the_circumstances_have_the_same_names_everywhere(store: Store):
    context = {
        "page": {"url": "https://shop.fr/a?utm_source=news&utm_campaign=spring", "path": "/a"},
        "userAgent": SAFARI,
        "locale": "fr-FR",
        "ip": "192.0.2.1",
        "library": {"name": "analytics.js"},
        "sessionId": 17,
    }
    filed(store, track("visit", context=context))
    (visit,) = did(store, "visit")
    assert visit == {
        "profile": "anne",
        "url": "https://shop.fr/a?utm_source=news&utm_campaign=spring",
        "path": "/a",
        "utm_source": "news",
        "utm_campaign": "spring",
        "device": "mobile",
        "os": "iOS",
        "browser": "Safari",
        "locale": "fr-FR",
        "library": "analytics.js",
        "session": "17",
        "source": "site",
    }


def test_products_are_events_of_their_own(store: Store):
    products = [{"sku": "A", "price": 10, "quantity": 2}, {"sku": "B", "price": 5.5, "quantity": 1}]
    filed(store, track("Order Completed", {"order_id": "7", "total": 25.5, "products": products}))
    bought = did(store, "Order Completed.products")
    assert [(each["sku"], str(each["price"]), each["order_id"]) for each in bought] == [
        ("A", "10.0000", "7"),
        ("B", "5.5000", "7"),
    ]
    assert all("total" not in each for each in bought)


def test_the_products_of_one_order_must_agree_on_types(store: Store):
    products = [{"price": 10}, {"price": "dear"}]
    assert filed(store, track("Order Completed", {"products": products})).set_aside == 1
    assert store.catalogue.collections == {}


def test_what_has_no_column_is_kept_as_json(store: Store):
    report = filed(store, track("visit", {"scores": [1, 2.5], "at": "noon"}))
    (visit,) = did(store, "visit")
    assert (visit["unfiled"], visit["properties.at"]) == ('{"scores":[1,2.5]}', "noon")
    assert report.filed == 1


def test_traits_are_observed_when_the_message_says(store: Store):
    old = identify({"city": "Lille"}, timestamp="2025-01-01T00:00:00Z")
    filed(store, identify({"city": "Paris", "address": {"country": "FR"}}), old)
    assert known_of(store, "anne") == {"city": "Paris", "address.country": "FR"}


def test_a_group_is_a_record_and_a_trait(store: Store):
    filed(store, message("group", groupId="acme", traits={"employees": 12}))
    (group,) = did(store, "group")
    assert (group["group_id"], str(group["employees"])) == ("acme", "12.0000")
    assert known_of(store, "anne") == {"group": "acme"}


def test_an_alias_claims_the_earlier_name(store: Store):
    filed(store, message("alias", previousId="d7"))
    with store.ledger.reading() as connection:
        files = manifest.files_in_force(connection, kind="identity")
    tables = [pq.read_table(store.path / file.path) for file in files]
    claims = {(row["kind"], row["value"]) for table in tables for row in table.to_pylist()}
    assert claims == {("key", "anne"), ("key", "d7"), ("anonymous_id", "d7")}


def test_a_visitor_who_says_who_she_is_brings_her_visits_along(store: Store):
    filed(store, track("visit", anonymousId="d7"))
    assert merged(store) == {}
    filed(store, identify({"city": "Lille"}, userId="anne", anonymousId="d7"))
    assert merged(store) == {"anonymous:d7": "anne"}
    filed(store, identify({"city": "Paris"}, anonymousId="d7", timestamp="2025-06-01T10:00:00Z"))
    assert known_of(store, "anne") == {"city": "Paris"}


def test_a_tablet_in_a_shop_brings_nobody_together(store: Store):
    filed(store, track("visit", anonymousId="d7"), identify({}, userId="anne", anonymousId="d7"))
    filed(store, identify({}, userId="ben", anonymousId="d7"))
    assert merged(store) == {}


@pytest.mark.parametrize(
    ("first", "second", "waits"),
    [(12, 12.5, False), (12, "12.50", True), ("a", 7, False), ("a", True, True), ([], ["x"], False)],
)
def test_a_type_is_fixed_at_first_sight(store: Store, first: object, second: object, waits: bool):
    filed(store, track("visit", {"value": first}))
    assert filed(store, track("visit", {"value": second})).set_aside == waits


def test_a_message_that_waits_makes_nothing_known(store: Store):
    filed(store, track("visit", {"value": 1}))
    filed(
        store, track("visit", {"value": "one", "another": 1}), track("visit", {"value": "one"}, userId="zoe")
    )
    assert "another" not in store.catalogue.collections["visit"].properties
    assert list(keys(store).values()) == ["anne"]


def test_a_message_that_waits_settles_nothing_of_its_name(store: Store):
    """An event that cannot be filed does not keep the name from the groups."""
    wrong = track("group", {"size": 10**30})
    assert filed(store, wrong, message("group", groupId="acme")).filed == 1
    assert store.catalogue.collections["group"].kind == "record"


def test_an_event_of_the_day_after_tomorrow_waits(store: Store):
    filed(
        store,
        track("visit", timestamp="2025-06-02T11:59:00Z"),
        track("visit", timestamp="2025-06-03T00:00:00Z"),
    )
    assert len(did(store, "visit")) == 1
    assert [(group.code, group.messages) for group in groups(store)] == [("future", 1)]


def test_a_drain_takes_about_as_many_as_it_is_asked_for(store: Store):
    with open_inbox(store.path) as inbox:
        for number in range(5):
            send(inbox, track("visit", {"number": number}), track("visit", {"number": -number - 1}))
        first = drain(store, inbox, limit=4)
        assert (first.messages, first.more) == (4, True)
        assert (drain(store, inbox).messages, drain(store, inbox).messages) == (6, 0)
        assert inbox.backlog().requests == 0
    assert filed_until(store) == 5


def test_each_source_has_one_load_a_day(store: Store):
    filed(store, track("visit", {"number": 1}), source="site")
    filed(store, track("visit", {"number": 2}), source="app")
    filed(store, track("visit", {"number": 3}), track("visit", {"number": 3}), source="site")
    with store.ledger.reading() as connection:
        loads = {load.name: load for load in manifest.all_loads(connection)}
    assert {name: (load.created, load.unchanged) for name, load in loads.items()} == {
        "site": (2, 1),
        "app": (1, 0),
    }


def test_a_drain_killed_at_any_step_files_every_message_once(tmp_path: Path, request: pytest.FixtureRequest):
    """On PostgreSQL, where each copy of a workspace costs seconds, at every fifth step."""
    stride = 1 if request.config.getoption("--ledger") == "sqlite" else 5
    program = [sys.executable, "-m", "tests.collect.killing_filing", str(tmp_path), str(stride)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    renames, commits, replays = map(int, ended.stdout.split())
    assert renames * stride >= 12
    assert commits * stride >= 6
    assert replays * stride >= 3


def test_an_empty_inbox_waits_for_nobody_who_writes(store: Store):
    with open_inbox(store.path) as inbox, store.writing():
        assert drain(store, inbox).messages == 0
