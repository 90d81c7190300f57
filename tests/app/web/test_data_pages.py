"""The pages of data do what their buttons say, and hide what a role may not see."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import httpx2
import pytest

import vitrail
from tests.app.http.serving import Served, make_workspace, serving, wait_until_filed
from tests.app.http.visiting import Visitor, make_key, make_user
from vitrail.app.source_files import read_sources
from vitrail.app.tasks.kept import Said
from vitrail.app.tracking_sources import add_source, all_sources
from vitrail.app.web.data.mapping import said_of
from vitrail.collect.proposal import propose
from vitrail.collect.sources.kept import apply_sources
from vitrail.model.access import Role

T = TypeVar("T")

FOLDER = """
edition: 2026
sources:
  - key: crm
    kind: folder
    path: {folder}
    pattern: "*.csv"
    settle: 0 seconds
    schedule: every 1 day
    load: {{kind: profiles, columns: {{key: id}}}}
"""
CUSTOMERS = b"id;prenom;ne le\nA;Ana;13/05/1980\nB;Leo;31/02/1985\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    place = tmp_path_factory.mktemp("data")
    root, folder = place / "shop", place / "in"
    key = make_workspace(root)
    folder.mkdir()
    (folder / "people.csv").write_text("id,city\nA,Lyon\nB,Lille\n", "utf-8")
    (place / "sources.yaml").write_text(FOLDER.format(folder=folder), "utf-8")
    with vitrail.open(root) as ws:
        till = add_source(ws.store, "till", kind="store", unplanned="refuse").key
        apply_sources(ws.store, read_sources(place / "sources.yaml"))
    with serving(root, key, role="all", options=("--requests-a-second", "0")) as server:
        server.post("/v1/track", {"userId": "A", "event": "Order", "properties": {"total": 12, "note": "x"}})
        server.post("/v1/track", {"userId": "ana@example.org", "event": "Sale"}, key=till)
        wait_until_filed(server)
        yield server


def entered(served: Served, role: Role) -> Visitor:
    visitor = Visitor(served)
    visitor.sign_in(make_user(served, role).email)
    visitor.client.headers["accept-language"] = "en"
    return visitor


@pytest.fixture(scope="module")
def owner(served: Served) -> Visitor:
    return entered(served, "owner")


@pytest.fixture(scope="module")
def reader(served: Served) -> Visitor:
    return entered(served, "reader")


def page(visitor: Visitor, path: str) -> str:
    answer = visitor.client.get(path, headers={"accept": "text/html"})
    assert answer.status_code == 200, answer.text[:300]
    return answer.text


def send(visitor: Visitor, path: str, **fields: str) -> httpx2.Response:
    token = visitor.client.get("/api/me").json()["csrf"]
    return visitor.client.post(path, data={"csrf": token, **fields})


def until(found: Callable[[], T], *, seconds: float = 60) -> T:
    end = time.monotonic() + seconds
    while not (told := found()):
        assert time.monotonic() < end
        time.sleep(0.2)
    return told


def test_a_source_is_read_now_paused_and_resumed(owner: Visitor):
    send(owner, "/data/sources/crm", do="pause")
    assert "paused" in page(owner, "/data")
    send(owner, "/data/sources/crm", do="run")
    until(lambda: "being read" not in page(owner, "/data"))
    assert "paused" in page(owner, "/data")
    assert "well" in page(owner, "/data/sources/crm")
    send(owner, "/data/sources/crm", do="resume")
    assert "paused" not in page(owner, "/data")


def test_pages_that_are_not_for_somebody_are_not_offered(owner: Visitor, reader: Visitor):
    assert 'href="/data/report"' in page(owner, "/data")
    assert 'href="/data/report"' not in page(reader, "/data")


def test_what_waits_is_shown_without_values_then_planned_and_filed(owner: Visitor):
    told = page(owner, "/data/quarantine")
    assert "Sale" in told
    group = told.split('id="group-')[1].split('"')[0]
    sample = page(owner, f"/data/quarantine?show={group}")
    assert "ana@example.org" not in sample and "•••" in sample
    send(owner, "/data/sending", do="add", name="kiosk", kind="app")
    send(owner, "/data/plan/till", unplanned="allow")
    send(owner, "/data/quarantine", do="replay", group=group)
    until(lambda: "Filed: 1." in page(owner, "/data/quarantine"))
    assert "Nothing waits" in page(owner, "/data/quarantine")


def test_what_was_seen_is_taken_into_the_plan_at_once(owner: Visitor, served: Served):
    assert "Order" in page(owner, "/data/plan").split("Seen, not planned", 1)[1]
    send(owner, "/data/plan", accept="Order")
    with vitrail.open(served.root) as ws:
        order = ws.store.catalogue.collections["Order"]
    assert not order.inferred and not any(each.inferred for each in order.properties.values())


def test_the_words_of_a_field_are_changed_and_its_type_stays(owner: Visitor, served: Served):
    fields = {"of": "Order", "field": "total", "fr": "montant", "en": "amount", "unit": "EUR"}
    assert send(owner, "/data/catalogue/field", **fields, sensitive="no").status_code == 303
    with vitrail.open(served.root) as ws:
        field = ws.store.catalogue.collections["Order"].properties["total"]
    assert (field.label.fr, field.unit, field.sensitive, field.type) == ("montant", "EUR", False, "decimal")
    assert until(lambda: "Amount" in page(owner, "/data/catalogue"))


def test_a_source_gets_a_key_and_loses_it(owner: Visitor, served: Served):
    send(owner, "/data/sending", do="add", name="web-site", kind="web")
    assert "/tag.js" in page(owner, "/data/sending")
    send(owner, "/data/sending", do="remove", name="web-site")
    with vitrail.open(served.root) as ws:
        assert "web-site" not in {each.name for each in all_sources(ws.store)}


def test_who_manages_no_sources_sees_no_key(reader: Visitor, served: Served):
    assert served.key not in page(reader, "/data/sending")
    assert "wk_" not in reader.client.get("/api/sources").text


@pytest.mark.parametrize("address", ["/api/sources", "/api/write-keys"])
def test_a_list_tells_no_key_to_anybody(owner: Visitor, served: Served, address: str):
    told = owner.client.get(address).text
    assert "wk_" not in told and served.key not in told


def test_a_key_is_told_once_when_it_is_made(served: Served):
    api = httpx2.Client(base_url=served.url, headers=make_key(served, "manage_sources"), timeout=30)
    made = api.post("/api/write-keys", json={"name": "second-till", "kind": "store"}).json()
    changed = api.patch("/api/write-keys/second-till", json={"unplanned": "refuse"}).json()
    assert (changed["unplanned"], changed["key"]) == ("refuse", None)
    assert api.post("/api/write-keys/second-till/rotate").json()["key"] not in ("", None, made["key"])
    assert api.delete("/api/write-keys/second-till").status_code == 204


def test_a_bad_name_of_a_source_is_told_on_the_page(owner: Visitor):
    answer = send(owner, "/data/sending", do="add", name="Été 1", kind="web")
    assert answer.status_code == 400 and "cannot name a source" in answer.text


def test_a_program_imports_a_file_from_end_to_end(served: Served):
    key = make_key(served, "import_data", "view_personal_data", "view_segments")
    client = httpx2.Client(base_url=served.url, headers=key, timeout=60)
    id = client.post("/api/imports?name=clients.csv", content=CUSTOMERS).json()["id"]
    until(lambda: _is_over(client, id))
    brought = client.get(f"/api/imports/{id}").json()
    assert brought["found"]["kind"] == "profiles" and brought["missing"] == []
    said = {"kind": "profiles", "source": "shop", "columns": {"ne le": {"becomes": "date", "name": "born"}}}
    assert client.put(f"/api/imports/{id}", json=said).status_code == 200
    until(lambda: _is_over(client, id))
    assert client.post(f"/api/imports/{id}/load").status_code == 200
    until(lambda: _is_over(client, id))
    step = client.get(f"/api/imports/{id}").json()["step"]
    assert (step["act"], step["state"]) == ("load", "done")
    assert step["reports"][0]["accepted"] == 1
    refused = client.get(f"/api/imports/{id}/refused")
    assert "31/02/1985" in refused.text
    assert client.get("/api/loads").json()["loads"][0]["source"] == "shop"


def _is_over(client: httpx2.Client, id: str) -> bool:
    return client.get(f"/api/imports/{id}").json()["step"]["state"] not in ("waiting", "running")


def test_samples_and_refused_rows_are_hidden_from_who_may_not_see_them(served: Served):
    client = httpx2.Client(base_url=served.url, headers=make_key(served, "import_data"), timeout=60)
    id = client.post("/api/imports?name=hidden.csv", content=CUSTOMERS).json()["id"]
    until(lambda: _is_over(client, id))
    found = client.get(f"/api/imports/{id}").json()["found"]
    assert found["columns"] and "Ana" not in str(found)
    assert client.get(f"/api/imports/{id}/refused").status_code in (400, 404)


def test_a_file_larger_than_the_disk_takes_is_refused_before_it_comes(served: Served):
    client = httpx2.Client(base_url=served.url, headers=make_key(served, "import_data"), timeout=60)
    answer = client.post(f"/api/imports?name=big.csv&size={10**15}", content=b"x")
    assert answer.status_code == 400 and answer.json()["code"] == "file_too_large"


def test_the_sample_shop_is_only_made_in_an_empty_workspace(owner: Visitor):
    answer = send(owner, "/welcome", do="shop")
    assert answer.status_code == 400 and "has data already" in answer.text


def test_what_a_form_drawn_for_another_kind_says_of_columns_is_not_kept(tmp_path):
    (tmp_path / "clients.csv").write_text("id;mail\n1;ann@example.org\n2;bob@example.org\n")
    found = propose(tmp_path / "clients.csv")
    sent = {"kind": ["profiles"], "drawn-for": [""], "becomes:0": ["text"], "becomes:1": ["text"]}
    said = said_of(sent, Said(kind="profiles"), found=found)
    assert {each.becomes for each in said.columns.values()} == {""}
