"""One customer as somebody may see them: figures, traits, what happened, where they belong and why."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.people.scene import AT, NOW
from vitrail.app.people.belonging import belonging, why
from vitrail.app.people.sight import Sight, head_of, sight
from vitrail.app.people.timeline import Wish, timeline
from vitrail.app.people.traits import traits_of
from vitrail.app.people.viewer import Viewer
from vitrail.app.ready.here import choose_mapping
from vitrail.app.workspace import Workspace
from vitrail.consent.gate import audience
from vitrail.consent.one_person import reasons_for
from vitrail.consent.waterfall import Wanted
from vitrail.model.access import Role, permissions_of
from vitrail.model.definitions import Segment
from vitrail.model.errors import UserError
from vitrail.model.purposes import Channel
from vitrail.warehouse.people import number_of


def see(ws: Workspace, number: int = 0, *, role: Role = "owner", at: dt.datetime | None = None) -> Sight:
    viewer = Viewer(ws.store, permissions_of(role))
    return sight(ws, viewer.names([number], ws.store.source())[0], viewer=viewer, at=at)


def test_the_head_tells_who_it_is(shop: Workspace):
    head = head_of(see(shop))
    assert (head.name, head.age, head.city) == ("Hélène Durand", 36, "Paris")
    assert (head.orders, head.spent) == (2, Decimal("130.5"))


def test_the_head_is_that_of_the_day_that_is_asked_for(shop: Workspace):
    head = head_of(see(shop, at=dt.datetime(2026, 3, 20, tzinfo=dt.UTC)))
    assert (head.orders, head.spent) == (1, Decimal("120.5"))


def test_the_head_speaks_of_orders_under_the_names_of_the_workspace(tmp_path: Path):
    with vitrail.create(tmp_path / "shop", clock=lambda: NOW) as ws:
        bought = pa.table({"who": ["C1", "C1"], "at": [AT, AT], "id": ["1", "2"], "montant": [10, 5]})
        ws.load_events("commande", bought, profile="who", at="at", key="id")
        choose_mapping(ws.store, {"order": "commande", "order.amount": "montant"})
        head = head_of(see(ws))
    assert (head.orders, head.spent, head.last_order) == (2, Decimal(15), AT)


def test_what_is_planned_is_nothing_somebody_did(tmp_path: Path):
    with vitrail.create(tmp_path / "shop", clock=lambda: NOW) as ws:
        days = [AT, NOW + dt.timedelta(days=30)]
        visits = pa.table({"who": ["C1", "C1"], "at": days, "id": ["1", "2"]})
        ws.load_events("visit", visits, profile="who", at="at", key="id")
        head = head_of(see(ws))
    assert (head.last, head.last_of) == (AT, "visit")


def test_who_is_masked_sees_no_name(shop: Workspace):
    seen = see(shop, role="analyst")
    assert head_of(seen).name == seen.name
    assert seen.name.startswith("p-")
    assert head_of(seen).age is None


def test_who_is_masked_does_not_reach_anybody_by_key(shop: Workspace):
    viewer = Viewer(shop.store, permissions_of("analyst"))
    told = []
    for name in ("C1", "C999"):
        with pytest.raises(UserError) as error:
            sight(shop, name, viewer=viewer)
        told.append(error.value.problems[0].message.en.replace(name, "…"))
    assert told[0] == told[1]


def test_a_trait_is_told_with_its_source(shop: Workspace):
    known = [each for some in traits_of(see(shop)).groups.values() for each in some]
    city = next(each for each in known if each.field.name == "city")
    assert (city.value, city.origin.source, city.why, city.is_stale) == ("Paris", "crm", "only", False)


def test_no_value_that_is_hidden_is_in_what_a_masked_role_is_given(shop: Workspace):
    seen = see(shop, role="analyst")
    told = repr((traits_of(seen), timeline(seen, Wish()), belonging(seen), head_of(seen)))
    for hidden in ("Hélène", "Durand", "helene.durand", "98 76", "4012", "1990", "O-1001", "C1'", "W7"):
        assert hidden not in told


def test_what_happened_is_told_the_newest_first(shop: Workspace):
    found = timeline(see(shop), Wish(kinds=("order",)))
    assert [each.id for _, some in found.days for each in some] == ["O-1002", "O-1001"]


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        (Wish(text="lampe"), ["O-1001"]),
        (Wish(since=dt.date(2026, 4, 1)), ["O-1002"]),
        (Wish(until=dt.date(2026, 4, 1)), ["O-1001"]),
        (Wish(kinds=("visit",)), []),
    ],
)
def test_a_timeline_shows_what_is_wished(shop: Workspace, wish: Wish, ids: list[str]):
    found = timeline(see(shop), wish)
    assert [each.id for _, some in found.days for each in some] == ids


def test_a_segment_is_told_with_what_was_met(shop: Workspace):
    (told,) = belonging(see(shop)).segments
    assert told.key == "buyers"
    assert told.met[0].found[0].figure.value == "2"


def test_a_past_day_has_its_own_segments(shop: Workspace):
    assert belonging(see(shop, at=dt.datetime(2026, 3, 20, tzinfo=dt.UTC))).segments == ()


def test_why_not_tells_the_smallest_change(shop: Workspace):
    found = why(see(shop, 1), "buyers")
    assert not found.inside
    assert found.flip is not None
    assert (found.flip.changes[0].kind, found.flip.changes[0].count) == ("add", 1)


def test_why_is_closed_to_who_may_not_see_what_the_rule_reads(shop: Workspace):
    told = {each.key: each for each in belonging(see(shop, 1, role="analyst")).segments}
    assert told["ben"].closed
    with pytest.raises(UserError):
        why(see(shop, 1, role="analyst"), "ben")


def test_the_gate_says_of_one_customer_what_it_says_of_an_audience(shop: Workspace):
    purposes = ("prospecting_email", "prospecting_email_customers")
    for purpose in purposes:
        shop.define(Segment(key=f"of_{purpose}", name={"fr": purpose}, rule="true", purposes=(purpose,)))
    ways = [(purpose, "email") for purpose in purposes]
    for number, key in enumerate(("C1", "C2", "C3")):
        told = reasons_for(shop.store, number, ways=ways, database=shop.database)
        for purpose in purposes:
            wanted = Wanted(f"of_{purpose}", purpose, "email")
            whole = audience(shop.store, wanted, database=shop.database).reason(key)
            one = told[purpose, "email"]
            assert (one.inside, one.step, one.code) == (whole.inside, whole.step, whole.code)


def test_the_gate_hears_the_no_of_whoever_has_the_same_address(shop: Workspace):
    shop.privacy.object("C2", "satisfaction")
    shop.load_profiles(pa.table({"id": ["C9"], "mobile": ["06.11.22.33.55"]}), key="id")
    shop.split("C9")
    ways: list[tuple[str, Channel]] = [("satisfaction", "sms")]
    number = number_of(shop.store.source(), "C9")
    assert number is not None
    told = reasons_for(shop.store, number, ways=ways, database=shop.database)[ways[0]]
    shop.define(Segment(key="nine", name={"fr": "9"}, rule="true", purposes=(ways[0][0],)))
    whole = audience(shop.store, Wanted("nine", *ways[0]), database=shop.database).reason("C9")
    assert (told.inside, told.step, told.code) == (whole.inside, whole.step, whole.code)
    assert told.code == "same_address_objects"
