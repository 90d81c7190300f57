"""Privacy and settings over the API: the acts of their pages, for programs."""

import datetime as dt
from collections.abc import Iterator

import httpx2
import pyarrow as pa
import pytest

import vitrail
from tests.app.accounts.people import CLI
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import make_key
from vitrail.app.accounts.sessions import Place, begin
from vitrail.app.accounts.users import add_user
from vitrail.model.access import PERMISSIONS

LONG_AGO = dt.date(2015, 1, 1)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("privacy-api") / "shop"
    with vitrail.create(root) as ws:
        ws.catalogue.declare(
            traits={"email": "text", "religion": "text", "joined": "date"},
            events={"visit": {}, "order": {}},
            created="joined",
        )
        table = {"id": ["ann", "bob"], "email": ["a@example.org", "b@example.org"], "joined": [LONG_AGO] * 2}
        ws.load_profiles(pa.table(table), key="id")
    with serving(root, "", options=("--requests-a-second", "0")) as server:
        yield server


@pytest.fixture(scope="module")
def api(served: Served) -> httpx2.Client:
    headers = {**make_key(served, *PERMISSIONS), "accept-language": "en"}
    return httpx2.Client(base_url=served.url, headers=headers, timeout=120)


def test_purposes_are_planned_then_applied(api: httpx2.Client):
    planned = api.post("/api/purposes/plan", json={"ready": True}).json()
    assert not planned["applied"]
    applied = api.post("/api/purposes/apply", json={"ready": True}).json()
    assert (applied["applied"], applied["changes"]) == (True, planned["changes"])
    assert api.get("/api/purposes").json()["version"] == applied["version"]
    assert not api.post("/api/purposes/apply", json={"ready": True}).json()["applied"]


def test_a_register_or_the_ready_made_one_is_asked_for(api: httpx2.Client):
    assert api.post("/api/purposes/plan", json={}).json()["problems"][0]["code"] == "which_register"


def test_what_is_in_order_is_told(api: httpx2.Client):
    points = {each["code"]: each["tone"] for each in api.get("/api/privacy").json()["points"]}
    assert points["controller"] == "wrong"
    assert points["purposes"] == "right"
    assert points["sensitive"] == "warn"


def test_consents_are_listed_and_their_seals_checked(served: Served, api: httpx2.Client):
    said = {"id": ["ann"], "purpose": ["marketing"], "channel": ["email"], "state": ["granted"]}
    with vitrail.open(served.root) as ws:
        ws.load_consents(pa.table({**said, "proof": ["form 12"]}), profile="id", state="state")
    (found,) = api.get("/api/consents?purpose=marketing").json()["consents"]
    assert (found["profile"], found["state"], found["proof"]) == ("ann", "granted", "form 12")
    assert api.get("/api/consents?state=refused").json()["consents"] == []
    assert api.post("/api/consents/verify").json() | {"seal": ""} == {
        "whole": True, "broken": None, "entries": 1, "seal": "",
    }  # fmt: skip
    courses = api.get("/api/consents/course").json()["courses"]
    assert [each["counts"][-1]["count"] for each in courses if each["purpose"] == "prospecting_email"] == [1]


def test_who_sees_no_personal_data_sees_neither_who_nor_the_proof(served: Served):
    headers = make_key(served, "view_people")
    (found,) = httpx2.get(f"{served.url}/api/consents", headers=headers, timeout=60).json()["consents"]
    assert found["profile"].startswith("p-")
    assert found["proof"] == "•••"


def test_a_request_is_noted_extended_and_refused(api: httpx2.Client):
    made = api.post("/api/requests", json={"right": "access", "person": "ann", "how": "letter"})
    assert made.status_code == 201
    place = f"/api/requests/{made.json()['number']}"
    assert api.patch(place, json={"do": "extend"}).json()["problems"][0]["code"] == "no_reason"
    assert api.patch(place, json={"do": "extend", "why": "complex"}).json()["extended_why"] == "complex"
    assert api.patch(place, json={"do": "refuse", "why": "excessive"}).json()["state"] == "refused"
    assert api.get("/api/requests").json()["requests"][0]["why"] == "excessive"


def test_a_sensitive_field_needs_a_purpose_that_permits_it(api: httpx2.Client):
    asked = {"path": "traits.religion", "do": "allow", "purpose": "prospecting_email"}
    assert api.post("/api/sensitive", json=asked).json()["problems"][0]["code"] == "purpose_does_not_permit"
    items = api.post("/api/sensitive", json={"path": "traits.religion", "do": "not"}).json()["items"]
    assert "traits.religion" not in [each["path"] for each in items]


def test_the_record_holds_every_purpose(api: httpx2.Client):
    record = api.get("/api/record").json()["record"]
    assert len(record["activities"]) == len(api.get("/api/purposes").json()["register"]["purposes"])


def test_retention_runs_with_the_seal_of_its_plan_alone(served: Served, api: httpx2.Client):
    assert api.patch("/api/retention", json={"ready": True}).json()["rules"]["people"]
    plan = api.post("/api/retention/plan").json()
    assert sum(each["count"]["count"] for each in plan["due"]) == 2
    refused = api.post("/api/retention/run", json={"seal": "0"}).json()
    assert refused["problems"][0]["code"] == "retention_moved_on"
    done = api.post("/api/retention/run", json={"seal": plan["seal"]}).json()
    assert (sum(done["erased"].values()), done["traces"]) == (2, 0)
    assert api.patch("/api/retention", json={"on": True}).json()["on"]


def test_the_workspace_is_named_and_its_smallest_group_chosen(api: httpx2.Client):
    asked = {"name": "Boutique", "smallest_group": 30, "language": "en"}
    told = api.patch("/api/settings", json=asked).json()
    assert {name: told[name] for name in asked} == asked
    wrong = api.patch("/api/settings", json={"name": "Shop", "smallest_group": 1})
    assert wrong.json()["problems"][0]["code"] == "bad_smallest_group"
    assert api.get("/api/settings").json()["name"] == "Boutique"


def test_a_write_key_is_told_once(api: httpx2.Client):
    made = api.post("/api/write-keys", json={"name": "till", "kind": "store"}).json()
    assert made["key"].startswith("wk_")
    assert api.get("/api/write-keys").json()["sources"][0]["key"] is None
    assert api.post("/api/write-keys/till/rotate").json()["key"] != made["key"]
    assert api.delete("/api/write-keys/till").status_code == 204
    assert api.get("/api/write-keys").json()["sources"] == []


def test_the_sessions_of_a_user_end(served: Served, api: httpx2.Client):
    with vitrail.open(served.root) as ws:
        user, _ = add_user(ws.store, "zoe@example.org", role="reader", name="Zoé", by=CLI)
        begin(ws.store, user, place=Place("", ""), is_whole=True)
    assert api.delete(f"/api/users/{user.id}/sessions").json() == {"ended": 1}


def test_the_doctor_looks_and_changes_nothing(api: httpx2.Client):
    found = api.post("/api/doctor").json()
    assert found["good"] is not any(each["severity"] == "error" for each in found["findings"])
    assert "no_backup" in [each["code"] for each in found["findings"]]
