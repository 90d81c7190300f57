"""Segmentations: moves between classes, whom order takes, the form, the pages and the API."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_key, make_user, new_address
from tests.app.terminal import SEGMENTS, make_shop
from vitrail.app.accounts import sessions
from vitrail.app.accounts.sessions import Place
from vitrail.app.instants import microseconds
from vitrail.app.segmentations.classes import lost_to_order
from vitrail.app.segmentations.journeys import journeys_between
from vitrail.app.segmentations.moving import (
    OUTSIDE,
    class_keys,
    dates_of,
    find_segmentation,
    moves_between,
    moves_if,
)
from vitrail.app.web.segmentations.form import Row, acted, draft_of, draft_sent, segmentation_of
from vitrail.app.web.segmentations.journeys import grown
from vitrail.ledger.audit import Asked, acts
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segmentation
from vitrail.model.errors import UserError
from vitrail.warehouse.refresh import defined

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)
ACTIVITY = Segmentation(
    "activity",
    {"en": "Activity"},
    (
        Class("active", {"en": "Active"}, "did(order, last 30 days)"),
        Class("known", {"en": "Known"}, "did(order)"),
    ),
    Remainder("never", {"en": "Never"}),
)


@pytest.fixture
def ws(tmp_path) -> Iterator[vitrail.Workspace]:
    make_shop(tmp_path / "shop")
    with vitrail.open(tmp_path / "shop") as opened:
        opened.define(ACTIVITY)
        opened.refresh(NOW - 35 * DAY, full=True)
        opened.refresh(NOW, full=True)
        yield opened


def names(ws, people) -> dict[tuple[str, str], int]:
    return {pair: len(each) for pair, each in people.items()}


# --- moves ------------------------------------------------------------------------------------


def test_moves_add_up_to_both_dates(ws):
    first, last = dates_of(ws.store, "activity")
    found = moves_between(ws.store, "activity", before_us=microseconds(first), after_us=microseconds(last))
    for side, at in ((0, first), (1, last)):
        for key in class_keys(ACTIVITY):
            size = sum(len(each) for pair, each in found.people.items() if pair[side] == key)
            assert size == ws.segment(key).size(at)


def test_who_moved_is_told_with_where(ws):
    found = moves_between(
        ws.store, "activity", before_us=microseconds(NOW - 35 * DAY), after_us=microseconds(NOW)
    )
    assert names(ws, found.people) == {
        ("activity.active", "activity.active"): 1,  # A ordered 40 and 5 days ago
        (OUTSIDE, "activity.active"): 1,  # B ordered 3 days ago: not known before
        ("activity.known", "activity.known"): 1,  # D
        ("activity.never", "activity.never"): 1,  # C
    }
    assert found.moved == 1
    assert not found.redefined


def test_classes_that_were_redefined_are_said_to_be(ws):
    before = microseconds(NOW)
    ws.define(vitrail.Segmentation("activity", {"en": "A"}, ACTIVITY.classes[:1], ACTIVITY.otherwise))
    ws.refresh()
    found = moves_between(ws.store, "activity", before_us=before, after_us=ws.store.now_us())
    assert found.redefined
    assert len(found.people["activity.active", "activity.active"]) == 2


def test_a_change_is_foreseen_as_it_comes(ws):
    swapped = Segmentation("activity", {"en": "A"}, ACTIVITY.classes[::-1], ACTIVITY.otherwise)
    plan = ws.plan(swapped)
    foreseen = moves_if(ws.store, plan.document, key="activity", database=ws.database)
    before = {key: ws.segment(key).members()["profile"].to_pylist() for key in class_keys(ACTIVITY)}
    ws.apply(plan)
    ws.refresh()
    for key in class_keys(swapped):
        now = ws.segment(key).members()["profile"].to_pylist()
        assert len(now) == sum(len(each) for pair, each in foreseen.people.items() if pair[1] == key)
    assert foreseen.moved == 2
    assert before["activity.active"] == ["A", "B"]
    assert ws.segment("activity.active").size() == 0


def test_whom_order_takes_is_counted_by_class(ws):
    lost = lost_to_order(ws, ACTIVITY)
    assert len(lost["activity.active"].people) == 0
    assert len(lost["activity.known"].people) == 2
    assert {key: len(each) for key, each in lost["activity.known"].taken.items()} == {"activity.active": 2}


def test_an_unknown_segmentation_is_refused_with_the_nearest(ws):
    with pytest.raises(UserError, match="activiti"):
        find_segmentation(defined(ws.store)[1].document, "activiti")


# --- the form ---------------------------------------------------------------------------------

ROWS = tuple(Row(fr=letter, rule="did(order)") for letter in "abc")


def sent_of(draft) -> dict[str, list[str]]:
    """What a browser sends of a form."""
    single = {name: [getattr(draft, name)] for name in draft.__struct_fields__ if name != "rows"}
    columns = {f"class_{name}": [getattr(row, name) for row in draft.rows] for name in Row.__struct_fields__}
    return single | columns


def test_the_form_of_a_segmentation_makes_the_same_again(ws):
    draft = draft_sent(sent_of(draft_of(ACTIVITY)))
    assert segmentation_of(draft, ACTIVITY, catalogue=ws.catalogue.current(), hides=False) == ACTIVITY


@pytest.mark.parametrize(
    ("do", "order"),
    [
        ("up:1", "bac"),
        ("down:1", "acb"),
        ("up:0", "abc"),
        ("down:2", "abc"),
        ("remove:1", "ac"),
        ("up:9", "abc"),
    ],
)
def test_a_button_moves_one_class(do, order):
    draft = acted(draft_of(ACTIVITY), "")
    draft = acted(draft_sent(sent_of(draft) | {"class_fr": list("abc"), "class_rule": ["x"] * 3}), do)
    assert "".join(row.fr for row in draft.rows) == order


@given(
    st.lists(
        st.sampled_from(["up:0", "up:1", "down:0", "down:1", "add", "remove:1", "x", "up:-1"]), max_size=12
    )
)
def test_buttons_lose_nothing_that_was_not_removed(buttons):
    draft = draft_of(ACTIVITY)
    for do in buttons:
        before = sorted(row.rule for row in draft.rows)
        draft = acted(draft, do)
        after = sorted(row.rule for row in draft.rows)
        assert len(after) - len(before) == {"add": 1}.get(
            do, -1 if do == "remove:1" and len(before) > 1 else 0
        )


def test_all_that_is_missing_is_told_at_once(ws):
    draft = draft_sent({"class_fr": ["", "B"], "class_rule": ["did(ordre)", ""]})
    with pytest.raises(UserError) as refused:
        segmentation_of(draft, None, catalogue=ws.catalogue.current(), hides=False)
    codes = [each.code for each in refused.value.problems]
    assert codes[:4] == ["no_name", "no_rest_name", "no_class_name", "no_class_rule"]
    assert "unknown_collection" in codes or len(codes) == 5


def test_personal_values_are_refused_to_who_may_not_see_them(ws):
    draft = draft_sent(sent_of(draft_of(ACTIVITY)) | {"class_rule": ['name = "Béa"', "did(order)"]})
    catalogue = ws.catalogue.current()
    with pytest.raises(UserError):
        segmentation_of(draft, ACTIVITY, catalogue=catalogue, hides=True)
    assert (
        segmentation_of(draft, ACTIVITY, catalogue=catalogue, hides=False).classes[0].rule == 'name = "Béa"'
    )


# --- pages and API ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = make_shop(tmp_path_factory.mktemp("segmentations") / "shop")
    (root.parent / "segments.yaml").write_text(SEGMENTS)
    with vitrail.open(root) as opened:
        opened.define(root.parent / "segments.yaml")
        opened.refresh()
    with serving(root, "", options=("--requests-a-second", "0")) as server:
        yield server


@pytest.fixture(scope="module")
def owner(served: Served) -> Visitor:
    user = make_user(SimpleNamespace(root=served.root), "owner", new_address("owner.divides"))
    with vitrail.open(served.root) as opened:
        token = sessions.begin(opened.store, user, place=Place("127.0.0.1", "Firefox"), is_whole=True)
    return Visitor(served, cookie=f"vitrail={token}")


@pytest.fixture(scope="module")
def api(served: Served) -> httpx2.Client:
    headers = make_key(served, "view_segments", "edit_segments", "view_people", "view_personal_data")
    return httpx2.Client(base_url=served.url, headers=headers, timeout=30)


def document(served: Served) -> DefinitionFile:
    with vitrail.open(served.root) as opened:
        return defined(opened.store)[1].document


def test_the_page_tells_classes_in_order_and_whom_order_takes(owner: Visitor):
    text = owner.go("/segmentations/activity").text
    page = text[text.index("<table") :]
    assert page.index("1. ") < page.index("Dormant") < page.index("Inactive")
    assert "2 also fit this rule" in page


def test_without_script_a_class_is_moved_reviewed_and_put_in_force(served: Served, owner: Visitor):
    owner.go("/segmentations/activity/edit")
    found = find_segmentation(document(served), "activity")
    fields = sent_of(draft_of(found))
    body = {**fields, "csrf": [owner.token], "do": ["down:0"]}
    moved = owner.client.post("/segmentations/activity/edit", data=body).text
    assert moved.index('value="dormant"') < moved.index('value="active"')
    swapped = {name: values[::-1] if name.startswith("class_") else values for name, values in fields.items()}
    body = {**swapped, "csrf": [owner.token], "do": ["review"]}
    review = owner.client.post("/segmentations/activity/edit", data=body).text
    assert "What would change" in review
    assert find_segmentation(document(served), "activity") == found
    saved = owner.client.post("/segmentations/activity/edit", data=body | {"do": ["save"]})
    assert saved.headers["location"] == "/segmentations/activity"
    assert [each.key for each in find_segmentation(document(served), "activity").classes] == [
        "dormant",
        "active",
    ]
    back = owner.go("/segmentations/activity/restore?version=1")
    assert "Bring back" in back.text
    owner.send("/segmentations/activity/restore?version=1")
    assert find_segmentation(document(served), "activity") == found


def test_what_was_typed_is_kept_when_it_is_refused(owner: Visitor):
    owner.go("/segmentations/new")
    page = owner.send(
        "/segmentations/new", name_en="Half done", class_en="One", class_rule="did(", do="save"
    ).text
    assert "Half done" in page
    assert "did(" in page
    assert "Class 1" in page


def test_a_ready_made_one_is_planned_then_used_then_removed(served: Served, owner: Visitor):
    assert "/segmentations/ready/activity" not in owner.go("/segmentations").text
    assert "does not fit" in owner.page.text or "do not fit" in owner.page.text
    assert owner.go("/segmentations/ready/value").status_code == 200
    owner.send("/segmentations/ready/value")
    assert find_segmentation(document(served), "value")
    owner.go("/segmentations/value/remove")
    owner.send("/segmentations/value/remove")
    assert "value" not in {each.key for each in document(served).segmentations}
    with vitrail.open(served.root) as opened, opened.store.ledger.reading() as connection:
        [entry] = acts(connection, Asked(act="definitions.apply"), limit=1)
    assert entry.act.subject.id == "value"


def test_the_names_of_things_decide_what_fits(served: Served, api: httpx2.Client):
    before = {each["key"] for each in api.get("/api/ready").json()["left_out"]}
    assert "value" not in before
    assert api.post("/api/mapping", json={"names": {"order.amount": ""}}).status_code == 200
    assert "value" in {each["key"] for each in api.get("/api/ready").json()["left_out"]}
    assert api.post("/api/mapping", json={"names": {"order.amount": "amount"}}).json()["names"][
        "order.amount"
    ]
    refused = api.post("/api/mapping", json={"names": {"nothing": "x"}})
    assert refused.status_code == 400


def test_the_api_tells_what_the_page_does(served: Served, api: httpx2.Client):
    one = api.get("/api/segmentations/activity").json()
    with vitrail.open(served.root) as opened:
        sizes = {key: opened.segment(key).size() for key in opened.catalogue.current().segments if "." in key}
    assert {each["key"]: each["size"]["count"] for each in one["classes"]} == {
        key: size for key, size in sizes.items() if key.startswith("activity.")
    }
    assert one["classes"][1]["taken_above"]["count"] == 2
    told = api.get("/api/segmentations/activity/moves").json()
    assert sum(each["people"]["count"] for each in told["moves"]) == 4
    told = api.get("/api/segmentations/activity/journeys").json()
    assert sum(each["people"]["count"] for each in told["journeys"]) == 4
    assert {len(each["steps"]) for each in told["journeys"]} == {len(told["dates"])}


def test_the_api_uses_and_removes(served: Served, api: httpx2.Client):
    planned = api.post("/api/ready/plan", json={"keys": ["value"]}).json()
    assert planned["changes"]
    assert not planned["applied"]
    assert api.post("/api/ready/apply", json={"keys": ["value"]}).json()["applied"]
    assert api.post("/api/definitions/removal/plan", json={"keys": ["value"]}).json()["changes"]
    assert api.post("/api/definitions/removal/apply", json={"keys": ["value"]}).json()["applied"]
    assert api.post("/api/ready/plan", json={"keys": ["no_such"]}).status_code == 400


def test_the_overview_of_the_api_is_that_of_the_command_line(served: Served, api: httpx2.Client):
    told = api.get("/api/overview").json()
    with vitrail.open(served.root) as opened:
        assert told["last_30_days"]["now"]["buyers"]["count"] == opened.count("did(order, last 30 days)") == 2
        assert told["customers"]["count"] == 4
    assert sum(each["people"] for each in api.get("/api/cohorts").json()["cohorts"]) in (2, 3)


def test_journeys_add_up_to_each_date(ws):
    dates = dates_of(ws.store, "activity")
    found = journeys_between(ws.store, "activity", instants_us=[microseconds(each) for each in dates])
    for side, at in enumerate(dates):
        for key in class_keys(ACTIVITY):
            size = sum(len(each.people) for each in found if each.steps[side] == key)
            assert size == ws.segment(key).size(at)


def test_a_journey_of_two_steps_is_a_move(ws):
    first, last = dates_of(ws.store, "activity")
    found = journeys_between(ws.store, "activity", instants_us=[microseconds(first), microseconds(last)])
    moves = moves_between(ws.store, "activity", before_us=microseconds(first), after_us=microseconds(last))
    assert {each.steps: each.people for each in found} == moves.people


def test_the_tree_tells_where_those_of_each_class_went():
    told = {("a", "a"): 60, ("a", "b"): 20, ("b", "b"): 20, ("c", "c"): 0}
    branches, others = grown(told, (), names={"a": "A", "b": "B", "c": "C"})
    assert [(each.name, each.number, each.share) for each in branches] == [("A", 80, 0.8), ("B", 20, 0.2)]
    assert [(each.name, each.number, each.stays) for each in branches[0].branches] == [
        ("A", 60, True),
        ("B", 20, False),
    ]
    assert others == 0


def test_ways_on_that_fewest_went_are_told_together():
    told = {("a", str(number)): 10 - number for number in range(6)}
    [branch], _ = grown(told, (), names=dict.fromkeys(["a", *"012345"], ""))
    assert [each.number for each in branch.branches] == [10, 9, 8, 7]
    assert branch.others == 6 + 5
