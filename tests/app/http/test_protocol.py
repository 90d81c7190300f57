"""The HTTP protocol of Segment's SDKs, spoken to a real server."""

import subprocess
from uuid import uuid4

import pytest

import vitrail
from tests.app.http.serving import SERVE, Served, basic, make_workspace, serving, zipped
from vitrail.app.tracking_sources import add_source
from vitrail.model.tracking import Tracked

SAYS = {
    "identify": {"traits": {"email": "a@b.fr"}},
    "track": {"event": "Order Completed"},
    "page": {"name": "Home"},
    "screen": {"name": "Basket"},
    "group": {"groupId": "g1"},
    "alias": {"previousId": "anonymous"},
}


def message(kind: str) -> dict:
    return {"userId": "u1", "messageId": str(uuid4()), **SAYS[kind]}


def arrived(served: Served, sent: dict) -> Tracked:
    [found] = [each for each in served.kept() if each.message_id == sent["messageId"]]
    return found


@pytest.mark.parametrize("kind", SAYS)
@pytest.mark.parametrize("short", [False, True])
def test_each_kind_has_two_addresses(served: Served, kind: str, short: bool):
    sent = message(kind)
    answer = served.post(f"/v1/{kind[0] if short else kind}", sent)
    assert (answer.status, answer.document) == (200, {"success": True})
    assert arrived(served, sent).kind == kind


@pytest.mark.parametrize("name", ["batch", "b", "import", "batch/"])
def test_a_batch_keeps_its_order(served: Served, name: str):
    sent = [{"type": kind, **message(kind)} for kind in SAYS]
    assert served.post(f"/v1/{name}", {"batch": sent}).status == 200
    assert [each.message_id for each in served.kept()[-6:]] == [each["messageId"] for each in sent]


@pytest.mark.parametrize(
    ("sec_gpc", "heard"), [({"Sec_GPC": "1"}, True), ({"Sec_GPC": "0"}, None), ({}, None)]
)
def test_the_browsers_no_goes_with_the_message(served: Served, sec_gpc: dict, heard: bool | None):
    one, two = message("track"), message("page")
    served.post("/v1/track", one, **sec_gpc)
    served.post("/v1/batch", {"batch": [{"type": "page", **two}]}, **sec_gpc)
    assert [arrived(served, each).context.get("gpc") for each in (one, two)] == [heard, heard]


def test_the_key_may_stand_in_the_body(served: Served):
    one, two = message("track"), message("page")
    assert served.post("/v1/t", {**one, "writeKey": served.key}, key=None).status == 200
    batch = {"batch": [{**two, "type": "page"}], "writeKey": served.key}
    assert served.post("/v1/b", batch, key=None).status == 200
    assert {arrived(served, one).source, arrived(served, two).source} == {"site"}


@pytest.mark.parametrize("key", [None, "wk_unknown"])
def test_an_unknown_key_is_refused(served: Served, key: str | None):
    answer = served.post("/v1/track", message("track"), key=key)
    assert (answer.status, answer.document["code"]) == (401, "unknown_key")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
def test_the_content_type_does_not_matter(served: Served, kind: str):
    assert served.post("/v1/track", message("track"), Content_Type=kind).status == 200


@pytest.mark.parametrize("headers", [{"Content_Encoding": "gzip"}, {}])
def test_gzip_is_known_by_its_first_bytes(served: Served, headers: dict):
    sent = message("track")
    assert served.post("/v1/track", zipped(sent), **headers).status == 200
    assert arrived(served, sent).event == "Order Completed"


def test_a_body_may_come_in_pieces(served: Served):
    sent = message("track")
    raw = zipped(sent)
    answer = served.ask("POST", "/v1/t", iter([raw[:20], raw[20:]]), **basic(served.key))
    assert answer.status == 200
    assert arrived(served, sent)


def test_a_browser_may_send_from_any_site(served: Served):
    asked = {"Origin": "https://shop.example", "Access_Control_Request_Headers": "authorization,anonymousid"}
    answer = served.ask("OPTIONS", "/v1/t", **asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-headers"] == "authorization,anonymousid"
    assert served.post("/v1/t", message("track")).headers["access-control-allow-origin"] == "*"


def test_the_browser_sdks_learn_that_the_source_is_on(served: Served):
    rudder = served.ask("GET", f"/sourceConfig/?p=npm&writeKey={served.key}").document["source"]
    assert (rudder["enabled"], rudder["destinations"]) == (True, [])
    segment = served.ask("GET", f"/v1/projects/{served.key}/settings").document["integrations"]
    assert segment["Segment.io"]["apiHost"] == f"{served.host}:{served.port}/v1"
    assert served.ask("GET", "/sourceConfig/?writeKey=wk_unknown").status == 401


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/v1/track", 405), ("POST", "/v1/tracks", 404), ("GET", "/v1/", 404), ("GET", "/nothing", 404)],
)
def test_other_addresses_and_methods_are_refused(served: Served, method: str, path: str, status: int):
    assert served.ask(method, path).status == status


def test_health_tells_what_waits(served: Served):
    served.post("/v1/track", message("track"))
    told = served.ask("GET", "/health").document
    assert told["status"] == "ok"
    assert told["waiting"]["requests"] >= 1


def test_the_good_messages_of_a_batch_are_kept_and_the_others_named(served: Served):
    good, bad = message("page"), {"type": "page"}
    answer = served.post("/v1/batch", {"batch": [bad, {"type": "page", **good}]})
    assert (answer.status, answer.document["accepted"]) == (200, 1)
    assert [(each["index"], each["code"]) for each in answer.document["refused"]] == [(0, "no_identity")]
    assert arrived(served, good)


def test_nothing_kept_is_a_bad_request(served: Served):
    answer = served.post("/v1/batch", {"batch": [{"type": "page"}]})
    assert (answer.status, answer.document["success"]) == (400, False)


@pytest.mark.parametrize("size", [600_000, 1_900_000, 5_000_000])
def test_a_body_that_is_too_large_is_refused(served: Served, size: int):
    try:
        assert served.post("/v1/batch", b" " * size).status == 413
    except (BrokenPipeError, ConnectionResetError):
        assert size > 2_048_000  # far too large: the server hangs up without reading


def test_a_bomb_is_refused(served: Served):
    before = len(served.kept())
    answer = served.post("/v1/batch", zipped({"batch": [], "x": " " * 50_000_000}))
    assert (answer.status, answer.document["code"]) == (413, "body_too_large")
    assert len(served.kept()) == before


def test_a_key_that_is_added_while_the_server_runs_is_known_within_a_second(served: Served):
    with vitrail.open(served.root) as ws:
        key = add_source(ws.store, "till", kind="store", unplanned="allow").key
    answers = (served.post("/v1/t", message("track"), key=key).status for _ in range(2000))
    assert 200 in answers


def test_a_taken_port_is_refused_in_clear_words(served: Served):
    command = [*SERVE, str(served.port), "--workspace", str(served.root)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert found.returncode == 2
    assert "port_busy" in found.stdout


def test_told_to_end_it_ends_well(tmp_path):
    root = tmp_path / "shop"
    with serving(root, make_workspace(root)) as server:
        server.post("/v1/track", message("track"))
        assert server.stop() == 0
        assert "all that was received and acknowledged is kept" in server.process.stderr.read()
        assert len(server.kept()) == 1
