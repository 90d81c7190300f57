"""The pages of people over HTTP: what each role finds, sees and may decide."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import httpx2
import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_key, make_user, new_address
from tests.app.people.scene import ORDERS, PEOPLE, SEGMENTS, TRAITS
from vitrail.app.purposes import define_purposes
from vitrail.ledger import audit
from vitrail.model.access import Role


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root: Path = tmp_path_factory.mktemp("people") / "shop"
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits=TRAITS)
        ws.load_profiles(pa.table(PEOPLE), key="id", source="crm")
        ws.load_events("order", pa.table(ORDERS), profile="customer", at="at", key="id", source="till")
        define_purposes(ws.store)
        for segment in SEGMENTS:
            ws.define(segment)
        ws.refresh()
    with serving(root, "", options=("--requests-a-second", "0")) as server:
        yield server


def enter(served: Served, role: Role) -> Visitor:
    visitor = Visitor(served)
    visitor.sign_in(make_user(served, role, new_address(role)).email)
    return visitor


@pytest.fixture(scope="module")
def owner(served: Served) -> Visitor:
    return enter(served, "owner")


@pytest.fixture(scope="module")
def analyst(served: Served) -> Visitor:
    return enter(served, "analyst")


@pytest.fixture(scope="module")
def officer(served: Served) -> Visitor:
    return enter(served, "privacy_officer")


def test_the_page_of_people_begins_with_segments_and_those_looked_at_last(served: Served):
    visitor = enter(served, "owner")
    first = visitor.go("/people").text
    assert 'href="/people?segment=buyers"' in first
    assert "Those you looked at last" not in first
    found = visitor.go("/people?segment=buyers").text
    address = re.search(r'<tr><th scope="row"><a href="(/people/[^"]+)"', found)[1]
    visitor.go(address)
    last = visitor.go("/people").text.partition("Those you looked at last")[2]
    assert f'href="{address}"' in last
    assert "Those you looked at last" not in enter(served, "owner").go("/people").text


def acts(served: Served) -> list[str]:
    with vitrail.open(served.root) as ws, ws.store.ledger.reading() as connection:
        return [each.act.name for each in audit.every_act(connection)]


TABS = ("", "/timeline", "/segments", "/segments?segment=buyers", "/consents", "/profiles")


def test_a_search_says_what_matched(owner: Visitor):
    page = owner.go("/people?q=durand").text
    assert "<mark>Durand</mark>" in page
    assert 'href="/people/C1"' in page


def test_an_identity_leads_straight_to_the_customer(owner: Visitor):
    assert owner.go("/people?q=W7").headers["location"] == "/people/C1"


def test_nobody_found_says_what_was_tried(owner: Visitor):
    assert "e-mails, phones, cards and other identities" in owner.go("/people?q=nobody").text


def test_a_segment_lists_who_is_in_it(owner: Visitor):
    page = owner.go("/people?segment=buyers").text
    assert 'href="/people/C1"' in page
    assert 'href="/people/C2"' not in page


def test_every_look_is_on_the_audit_trail(served: Served, owner: Visitor):
    before = acts(served).count("profile.view")
    for tab in TABS:
        assert owner.go(f"/people/C1{tab}").status_code == 200
    assert acts(served).count("profile.view") == before + len(TABS)


def test_why_and_why_not_are_told(owner: Visitor):
    assert "Hélène Durand is in." in owner.go("/people/C1/segments?segment=buyers").text
    page = owner.go("/people/C2/segments?segment=buyers").text
    assert re.search(r"What would bring them in</dt><dd>[^<]*order", page)


def test_a_past_day_is_told_as_it_was(owner: Visitor):
    assert "by today’s rules" in owner.go("/people/C1?at=2026-03-20").text


@pytest.mark.parametrize("tab", TABS)
def test_a_masked_role_is_shown_nothing_that_is_hidden(analyst: Visitor, tab: str):
    listed = analyst.go("/people?segment=buyers").text
    (address,) = set(re.findall(r'href="(/people/p-[^"]*)"', listed))
    page = analyst.go(address + tab)
    assert page.status_code == 200
    text = page.text
    for hidden in ("Hélène", "Durand", "helene.durand", "98 76 54", "4012", "O-1001", "/people/C1", "W7"):
        assert hidden not in text, hidden


@pytest.mark.parametrize("q", ["Durand", "helene.durand@exemple.fr", "C1", "O-1001", "0698765431"])
def test_a_masked_role_can_confirm_nothing_by_searching(analyst: Visitor, q: str):
    told = {each: unquote(analyst.go(f"/people?q={each}").text) for each in (q, "zzzzzz")}
    assert told[q].replace(q, "…") == told["zzzzzz"].replace("zzzzzz", "…")


def test_a_reader_sees_no_field_to_search_people(served: Served):
    page = enter(served, "reader").go("/segments").text
    assert 'href="/people"' not in page
    assert 'name="q" type="search" autocomplete="off" placeholder="Find a customer"' not in page


def test_a_split_is_seen_before_it_is_decided_and_taken_back(served: Served, owner: Visitor):
    with vitrail.open(served.root) as ws:
        part = next(n for n, key in enumerate(PEOPLE["id"]) if key == "W7")
        assert ws.identities("C1").profiles == ("C1", "W7")
    page = owner.go(f"/people/C1/profiles?split={part}").text
    assert "On its own" in page
    assert owner.send("/people/C1/profiles/split", profile=str(part), why="two people").status_code == 303
    with vitrail.open(served.root) as ws:
        assert ws.identities("C1").profiles == ("C1",)
    page = owner.go("/people/C1/profiles").text
    number = re.search(r'name="decision" value="(\d+)"', page)[1]
    owner.send("/people/C1/profiles/undo", decision=number)
    with vitrail.open(served.root) as ws:
        assert ws.identities("C1").profiles == ("C1", "W7")


def test_a_request_is_noted_with_its_deadline(officer: Visitor):
    officer.go("/people/C3/rights")
    officer.send("/people/C3/rights/note", right="access", how="letter")
    assert "to answer by" in officer.go("/people/C3/rights").text


def test_access_is_handed_over_as_a_zip(officer: Visitor):
    officer.go("/people/C1/rights")
    answer = officer.send("/people/C1/rights/access")
    assert answer.headers["content-type"] == "application/zip"
    assert answer.content[:2] == b"PK"


def test_an_objection_is_in_force_at_once_and_can_be_lifted(officer: Visitor):
    officer.go("/people/C3/rights")
    officer.send("/people/C3/rights/object", purpose="", proof="letter", why="")
    page = officer.go("/people/C3/rights").text
    assert "Opposes since" in page
    officer.send("/people/C3/rights/lift", right="objection", purpose="")
    assert "Opposes since" not in officer.go("/people/C3/rights").text


def test_a_trait_is_put_right(served: Served, officer: Visitor):
    officer.go("/people/C3/rights")
    officer.send("/people/C3/rights/rectify", trait="city", value="Liège", proof="", why="")
    with vitrail.open(served.root) as ws:
        (city,) = (each for each in ws.profile("C3").traits if each.name == "city")
    assert (city.value, city.provenance.source) == ("Liège", "rectified")


def test_an_erasure_must_be_confirmed_by_typing(served: Served, officer: Visitor):
    page = officer.go("/people/C4/rights?erase=look").text
    assert "Type C4 to confirm" in page
    assert officer.send("/people/C4/rights/erase", confirm="C5").status_code == 400
    assert officer.go("/people/C4").status_code == 200
    officer.go("/people/C4/rights?erase=look")
    answer = officer.send("/people/C4/rights/erase", confirm="C4", why="asked", proof="")
    assert answer.headers["location"] == "/people/erasures/1"
    assert "Search for traces" in officer.go("/people/erasures/1").text
    until_erased(officer)


def until_erased(officer: Visitor) -> None:
    """Wait: this server takes files away without waiting for those who read them."""
    until = time.monotonic() + 60
    while "finished on" not in officer.page.text:
        assert time.monotonic() < until
        time.sleep(0.2)
        officer.go("/people/erasures/1")


# --- the same over the API ----------------------------------------------------------------------

SEES = ("view_people", "view_personal_data", "import_data", "serve_rights")


@pytest.fixture(scope="module")
def api(served: Served) -> httpx2.Client:
    return httpx2.Client(base_url=served.url, headers=make_key(served, *SEES), timeout=60)


@pytest.fixture(scope="module")
def masked(served: Served) -> httpx2.Client:
    return httpx2.Client(base_url=served.url, headers=make_key(served, "view_people"), timeout=60)


def test_the_api_finds_and_tells_a_customer(api: httpx2.Client):
    (one,) = api.get("/api/people", params={"q": "helene durand"}).json()["people"]
    told = api.get(f"/api/people/{one['profile']}").json()
    assert (told["name"], told["orders"], told["segments"]) == ("Hélène Durand", 2, ["buyers"])
    (city,) = (each for each in told["traits"] if each["name"] == "city")
    assert (city["value"], city["source"], city["why"]) == ("Paris", "crm", "only")


def test_the_api_tells_why_not(api: httpx2.Client):
    told = api.get("/api/people/C2/segments/buyers").json()
    assert not told["inside"]
    assert told["flip"]["changes"][0]["kind"] == "add"


def test_the_api_tells_what_happened_what_was_said_and_who_is_one(api: httpx2.Client):
    told = api.get("/api/people/C1/timeline", params={"q": "lampe"})
    assert told.status_code == 200, told.text
    assert [each["id"] for each in told.json()["moments"]] == ["O-1001"]
    said = api.get("/api/people/C1/consents")
    assert said.status_code == 200, said.text
    assert {each["reachable"] for each in said.json()["gate"] if each["purpose"] == "prospecting_sms"} == {
        False
    }
    parts = api.get("/api/people/C1/profiles").json()["parts"]
    assert [each["profile"] for each in parts] == ["C1", "W7"]


def test_the_api_previews_a_split_and_changes_nothing(api: httpx2.Client):
    asked = {"part": 3, "preview": True}
    told = api.post("/api/people/C1/split", json=asked).json()
    assert (told["decision"], told["before"]) == (None, [["C1", "W7"]])
    assert len(api.get("/api/people/C1/profiles").json()["parts"]) == 2


def test_the_api_gives_the_zip_of_an_access(api: httpx2.Client):
    answer = api.post("/api/people/C1/rights/access", json={})
    assert answer.content[:2] == b"PK"


def test_the_api_erases_nobody_who_is_not_confirmed(api: httpx2.Client):
    assert api.post("/api/people/C2/rights/erase", json={"confirm": "C1"}).status_code == 400
    assert api.get("/api/people/C2").status_code == 200


@pytest.mark.parametrize("place", ["", "/timeline", "/segments/buyers", "/consents", "/profiles"])
def test_the_api_hides_what_a_masked_key_may_not_see(masked: httpx2.Client, place: str):
    (one,) = masked.get("/api/people", params={"segment": "buyers"}).json()["people"]
    assert masked.get("/api/people/C1").status_code == 404
    text = masked.get(f"/api/people/{one['profile']}{place}").text
    assert one["profile"].startswith("p-")
    for hidden in ("Hélène", "Durand", "helene.durand", "98 76 54", "4012", "O-1001", '"C1"', "W7"):
        assert hidden not in text, hidden


def test_no_key_that_is_masked_is_given_a_file_of_personal_data(served: Served, masked: httpx2.Client):
    headers = make_key(served, "view_people", "serve_rights", "import_data")
    key = httpx2.Client(base_url=served.url, headers=headers, timeout=60)
    (one,) = masked.get("/api/people", params={"segment": "buyers"}).json()["people"]
    answer = key.post(f"/api/people/{one['profile']}/rights/access", json={})
    assert (answer.status_code, answer.content[:2] == b"PK") == (400, False)
    for place in ("/people/duplicates", f"/people/{one['profile']}/rights?erase=look"):
        page = key.get(place).text
        assert "C1" not in page
        assert "Durand" not in page
