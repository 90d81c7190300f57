"""The API before a real server: what it answers, what it hides, how it refuses."""

from collections.abc import Iterator

import httpx2
import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_key, make_user
from tests.app.terminal import make_shop
from vitrail.ledger.audit import Asked, acts

PEOPLE = {
    "id": ["A", "B", "C"],
    "email": ["anne@example.org", "bob@example.org", None],
    "phone": ["+33612345678", None, None],
    "first_name": ["Anne", "Bob", "Chloé"],
    "note": ["call anne@example.org", "", ""],
}
ANALYST = ("view_segments", "edit_segments", "view_people", "export")
SEGMENTS = {
    "edition": 2026,
    "segments": [{"key": "buyers", "name": {"en": "Buyers"}, "rule": "did(order)"}],
}


class Api:
    """A program with a key."""

    def __init__(self, served: Served, *permissions: str) -> None:
        headers = make_key(served, *permissions) if permissions else {}
        self.client = httpx2.Client(base_url=served.url, headers=headers, timeout=30)

    def post(self, path: str, **body: object) -> httpx2.Response:
        return self.client.post(f"/api/{path}", json=body)

    def get(self, path: str) -> httpx2.Response:
        return self.client.get(f"/api/{path}")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("api")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_SECRET_KEY_FILE", str(folder / "keys" / "shop.key"))
        root = make_shop(folder / "shop")
        with vitrail.open(root) as ws:
            ws.load_profiles(pa.table(PEOPLE), key="id")
        with serving(root, "", options=("--requests-a-second", "0")) as server:
            owner = Api(server, "view_segments", "edit_segments")
            assert owner.post("definitions/apply", definitions=SEGMENTS).json()["applied"]
            assert owner.post("refresh").status_code == 200
            yield server


@pytest.fixture(scope="module")
def marketer(served: Served) -> Api:
    return Api(served, *ANALYST, "view_personal_data")


@pytest.fixture(scope="module")
def analyst(served: Served) -> Api:
    return Api(served, *ANALYST)


def last_act(served: Served) -> tuple[str, str]:
    with vitrail.open(served.root) as ws, ws.store.ledger.reading() as connection:
        [entry] = acts(connection, Asked(), limit=1)
    return entry.act.name, f"{entry.act.subject.kind}:{entry.act.subject.id}"


def test_the_answers_are_those_of_python(served: Served, marketer: Api):
    with vitrail.open(served.root) as ws:
        rule = "count(order) >= 2"
        assert marketer.post("count", rule=rule).json()["count"] == ws.count(rule)
        members = marketer.post("members", rule=rule).json()["profiles"]
        assert members == ws.members(rule)["profile"].to_pylist()
        assert marketer.post("describe", rule=rule).json()["sentence"] == ws.describe(rule)
        found = marketer.post("explain", rule=rule, profile="A").json()
        assert (found["key"], found["inside"]) == ("A", True)
        told = marketer.post("evaluate", rules={"a": rule, "b": "did(order)"}).json()["members"]
        assert told == {"a": ["A"], "b": ["A", "B", "D"]}


def test_all_problems_of_a_condition_are_told(marketer: Api):
    found = marketer.post("check", rule="cuntry = 1 and did(ordr)").json()["problems"]
    assert len(found) == 2
    refused = marketer.post("count", rule="cuntry = 1 and did(ordr)")
    assert (refused.status_code, len(refused.json()["problems"])) == (400, 2)


def test_members_come_by_pages(marketer: Api):
    first = marketer.post("members", rule="did(order)", limit=2).json()
    second = marketer.post("members", rule="did(order)", limit=2, after=first["next"]).json()
    assert (first["profiles"], first["total"]) == (["A", "B"], 3)
    assert (second["profiles"], second["next"]) == (["D"], None)


def test_segments_are_listed_and_shown(marketer: Api):
    [one] = marketer.get("segments").json()["segments"]
    assert (one["key"], one["rule"], one["size"]["count"]) == ("buyers", "did(order)", 3)
    assert marketer.get("segments/buyers").json() == one
    assert marketer.get("segments/buyers/members?limit=2").json()["profiles"] == ["A", "B"]
    missing = marketer.get("segments/buyer")
    assert (missing.status_code, missing.json()["problems"][0]["hint"]) == (404, ["buyers"])


def test_a_plan_changes_nothing(marketer: Api):
    other = {**SEGMENTS, "segments": [{"key": "new", "name": {"en": "New"}, "rule": "did(order)"}]}
    told = marketer.post("definitions/plan", definitions=other).json()
    [change] = told["changes"]
    assert (change["key"], change["action"], change["entering"]) == ("new", "added", 3)
    assert [each["key"] for each in marketer.get("segments").json()["segments"]] == ["buyers"]


def test_small_groups_are_not_told_to_who_may_not_see_people(served: Served):
    reader = Api(served, "view_segments")
    assert reader.post("count", rule="did(order)").json() == {"count": None, "under": 20}
    assert reader.get("segments/buyers").json()["size"] == {"count": None, "under": 20}


# --- masking ------------------------------------------------------------------------------------


def test_lists_hold_pseudonyms_that_do_not_change(analyst: Api, served: Served):
    first = analyst.post("members", rule="did(order)").json()
    assert first["masked"]
    assert all(each.startswith("p-") and len(each) == 28 for each in first["profiles"])
    assert analyst.get("segments/buyers/members").json()["profiles"] == first["profiles"]
    assert analyst.post("evaluate", rules={"x": "did(order)"}).json()["members"]["x"] == first["profiles"]


def test_one_profile_is_explained_under_its_pseudonym(analyst: Api):
    [who] = analyst.post("members", rule="count(order) >= 2").json()["profiles"]
    text = analyst.post("explain", rule="count(order) >= 2", profile=who).text
    assert f'"key":"{who}"' in text
    for hidden in ("anne@example.org", "+336", "Anne", '"A"', '"id":"1"'):
        assert hidden not in text


@pytest.mark.parametrize("profile", ["A", "p-", "p-" + "a" * 26, "", "anne@example.org"])
def test_a_key_or_a_guess_is_no_pseudonym(analyst: Api, profile: str):
    assert analyst.post("explain", rule="did(order)", profile=profile).status_code == 404


@pytest.mark.parametrize(
    "rule",
    [
        'email = "anne@example.org"',
        'email starts with "a"',
        'not (phone = "+33612345678")',
        'first_name in ("Anne", "Bob")',
        'country = "FR" and email ends with ".org"',
        'did(order where email = "x")',
    ],
)
@pytest.mark.parametrize("path", ["count", "members", "explain"])
def test_what_is_hidden_cannot_be_asked_for(analyst: Api, marketer: Api, rule: str, path: str):
    who = {"profile": "p-" + "a" * 26} if path == "explain" else {}
    answer = analyst.post(path, rule=rule, **who)
    assert (answer.status_code, answer.json()["code"]) == (400, "personal_field")


def test_nor_through_a_segment_of_ones_own(analyst: Api):
    sly = {"edition": 2026, "segments": [{"key": "sly", "name": {"en": "x"}, "rule": 'email = "a@b.fr"'}]}
    for path in ("definitions/plan", "definitions/apply"):
        assert analyst.post(path, definitions=sly).json()["code"] == "personal_field"


def test_whether_something_is_known_may_be_asked(analyst: Api):
    assert analyst.post("count", rule="email is known").json()["count"] == 2
    assert analyst.post("count", rule='country = "FR"').json()["count"] == 1


def test_the_catalogue_says_what_is_personal(analyst: Api):
    told = {each["name"]: each["personal"] for each in analyst.get("catalogue").json()["traits"]}
    assert told == {
        "country": False, "name": True, "email": True, "phone": True, "first_name": True, "note": False,
    }  # fmt: skip


def test_every_look_at_people_is_in_the_trail(served: Served, marketer: Api, analyst: Api):
    marketer.post("explain", rule="did(order)", profile="A")
    assert last_act(served) == ("profile.view", "profile:0")
    analyst.post("members", rule="did(order)")
    assert last_act(served) == ("people.list", "condition:")
    analyst.get("segments/buyers/members")
    assert last_act(served) == ("people.list", "segment:buyers")


# --- refusals -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("fr", "Dites qui vous êtes"), ("en", "Say who you are")])
def test_a_problem_is_a_document_in_the_language_asked_for(served: Served, language: str, words: str):
    answer = httpx2.get(f"{served.url}/api/me", headers={"accept-language": language}, timeout=60)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == language
    assert answer.json()["detail"].startswith(words)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b'{"rule": 1}', 400),
        (b'{"rule": "true", "other": 1}', 400),
        (b'{"rule": "true", "as_of": "2026-01-01"}', 400),
        (b'{"rule": "true", "as_of": "2026-01-01T00:00:00"}', 400),
        (b'{"rule": "\\ud800"}', 400),
        (b"\xff\xfe", 400),
        (b'{"rule": "' + b"(" * 90_000 + b'"}', 400),
        (b"[" * 100_000, 400),
        (b'{"rule": "' + b"x" * 1_100_000 + b'"}', 413),
    ],
)
def test_a_body_that_makes_no_sense_is_refused(marketer: Api, body: bytes, status: int):
    answer = marketer.client.post("/api/count", content=body, headers={"content-type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_a_body_without_a_length_has_the_same_limit(marketer: Api):
    def pieces() -> Iterator[bytes]:
        yield b'{"rule": "'
        for _ in range(40):
            yield b"x" * 64_000

    kind = {"content-type": "application/json"}
    try:
        answer = marketer.client.post("/api/count", content=pieces(), headers=kind)
    except httpx2.WriteError:
        return  # the server hung up on us, as it may
    assert answer.status_code == 413


def test_unknown_addresses_and_methods_are_told(marketer: Api):
    assert marketer.get("nowhere/at/all").json()["status"] == 404
    assert marketer.client.put("/api/count").json()["status"] == 405


def test_a_key_cannot_make_a_stronger_one(served: Served):
    maker = Api(served, "manage_keys", "view_segments")
    assert maker.post("keys", name="x", permissions=["manage_users"]).json()["code"] == "beyond_yours"
    made = maker.post("keys", name="x", permissions=["view_segments"])
    assert made.status_code == 201
    listed = maker.get("keys").text
    assert made.json()["secret"] not in listed
    assert maker.client.delete(f"/api/keys/{made.json()['key']['id']}").status_code == 204


def test_users_are_administered(served: Served):
    owner = Api(served, "manage_users")
    made = owner.post("users", email="zoe@example.org", role="reader", name="Zoé").json()
    assert made["link"].startswith(f"{served.url}/account/link/")
    place = f"/api/users/{made['user']['id']}"
    assert owner.client.patch(place, json={"role": "analyst"}).json()["role"] == "analyst"
    assert owner.client.patch(place, json={"disabled": True}).json()["disabled"]
    assert owner.client.post(f"{place}/link").json()["code"] == "user_disabled"


def test_the_trail_is_read_and_checked(served: Served):
    officer = Api(served, "view_audit")
    first = officer.get("audit?limit=2").json()
    second = officer.get(f"audit?limit=2&before={first['next']}").json()
    positions = [each["position"] for each in (*first["acts"], *second["acts"])]
    assert positions == list(range(positions[0], positions[0] - 4, -1))
    assert officer.get("audit/verify").json()["whole"]


def test_somebody_signed_in_uses_the_api_with_the_token_of_their_session(served: Served):
    visitor = Visitor(served)
    visitor.sign_in(make_user(served, "marketer").email)
    me = visitor.client.get("/api/me").json()
    assert (me["role"], me["masked"]) == ("marketer", False)
    rule = {"rule": "did(order)"}
    assert visitor.client.post("/api/count", json=rule).status_code == 403
    token = {"x-csrf-token": me["csrf"]}
    assert visitor.client.post("/api/count", json=rule, headers=token).json()["count"] == 3
    [mine] = visitor.client.get("/api/sessions").json()["sessions"]
    assert visitor.client.delete(f"/api/sessions/{mine['id']}", headers=token).status_code == 204
    assert visitor.client.get("/api/me").status_code == 401


def test_the_document_describes_every_route(served: Served):
    document = httpx2.get(f"{served.url}/api/openapi.json", timeout=60).json()
    assert {"/api/count", "/api/members", "/api/users/{user}"} <= set(document["paths"])
    assert all(path.startswith("/api/") for path in document["paths"])


def test_who_asks_too_often_waits(tmp_path):
    root = tmp_path / "shop"
    vitrail.create(root).close()
    with serving(root, "", options=("--requests-a-second", "1")) as server:
        api, other = Api(server, "view_segments"), Api(server, "view_segments")
        statuses = [api.get("me").status_code for _ in range(110)]
        assert (statuses[0], statuses.count(429) >= 5) == (200, True)
        refused = api.get("me")
        assert int(refused.headers["retry-after"]) >= 1
        assert other.get("me").status_code == 200, "others are not slowed down"
        assert httpx2.get(f"{server.url}/health", timeout=60).status_code == 200
