"""How the server goes: health, metrics and logs say numbers, and nothing about anybody."""

import http.client
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

import vitrail
from tests.app.http.serving import Served, make_workspace, serving, wait_until_filed
from vitrail.app import logs

MARKS = ("zoe.lemarqueur", "Zoé-Marque", "+33612345678", "secret-trait-value")
TOKEN = "a-token-of-the-operator"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("pulse") / "shop"
    key = make_workspace(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VITRAIL_METRICS_TOKEN", TOKEN)
        with serving(root, key, role="all") as found:
            yield found


def metrics(served: Served, **headers: str) -> dict[str, float]:
    return numbers(raw(served, **headers)[1])


def raw(served: Served, **headers: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection(served.host, served.port, timeout=30)
    connection.request("GET", "/metrics", headers={n.replace("_", "-"): v for n, v in headers.items()})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def numbers(text: str) -> dict[str, float]:
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def message(number: int) -> dict:
    return {
        "event": "Seen",
        "userId": MARKS[0] + "@example.com",
        "messageId": f"m{number}",
        "properties": {"name": MARKS[1], "phone": MARKS[2]},
        "context": {"traits": {"x": MARKS[3]}},
    }


def test_requests_and_messages_are_counted(served: Served):
    before = metrics(served)
    served.post("/v1/track", message(1))
    served.post("/v1/batch", {"batch": [{"type": "track", **message(2)}, {"type": "page"}]})
    served.post("/v1/track", {"event": "Seen"})
    served.post("/v1/track", message(3), key="wk_unknown")
    after = metrics(served)
    grown = {name: after[name] - before.get(name, 0) for name in after}
    assert grown["vitrail_tracking_requests_total accepted"] == 2
    assert grown["vitrail_tracking_requests_total refused"] == 2
    assert grown["vitrail_tracking_messages_total accepted"] == 2
    assert grown["vitrail_tracking_messages_total refused"] == 2
    assert grown["vitrail_tracking_seconds_count"] == 4


def test_what_is_measured_is_there(served: Served):
    served.post("/v1/track", message(4))
    wait_until_filed(served)
    found = metrics(served)
    assert found["vitrail_inbox_requests"] == 0
    assert found["vitrail_profiles"] >= 1
    assert 0 < found["vitrail_disk_free_bytes"] < found["vitrail_disk_bytes"]


def test_metrics_say_nothing_about_anybody(served: Served):
    served.post("/v1/track", message(5))
    text = raw(served)[1]
    assert not [mark for mark in (*MARKS, served.key) if mark in text]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "vitrail.example.com"}, 401),
        ({"X-Forwarded-For": "203.0.113.9"}, 401),
        ({"Forwarded": "for=203.0.113.9"}, 401),
        ({"Host": "vitrail.example.com", "Authorization": f"Bearer {TOKEN}"}, 200),
        ({"Host": "vitrail.example.com", "Authorization": "Bearer another"}, 401),
        ({"Host": "vitrail.example.com", "Authorization": "Bearer "}, 401),
        ({"Host": "127.0.0.1.example.com"}, 401),
    ],
)
def test_metrics_are_for_this_machine_and_for_those_with_a_token(served: Served, headers: dict, status: int):
    assert raw(served, **headers)[0] == status


def test_liveness_and_readiness_are_told(served: Served):
    assert served.ask("GET", "/health/live").document == {"status": "ok"}
    ready = served.ask("GET", "/health/ready")
    assert (ready.status, ready.document) == (200, {"status": "ok"})


def test_health_tells_lag_and_room(served: Served):
    told = served.ask("GET", "/health").document
    assert told["lag_seconds"] >= 0
    assert 0 <= told["disk_free_percent"] <= 100


def test_a_failing_worker_is_told_by_its_kind_alone(tmp_path: Path):
    root = tmp_path / "shop"
    key = make_workspace(root)
    with serving(root, key, role="all") as served:
        (root / "events").rmdir()
        (root / "events").write_text(MARKS[0])
        served.post("/v1/track", message(1))
        until = time.monotonic() + 60
        while (told := served.ask("GET", "/health").document)["status"] == "ok":
            assert time.monotonic() < until
            time.sleep(0.1)
    assert re.fullmatch(r"\w+( in \w+\.py:\d+)?", told["filing"])


@pytest.mark.sqlite_only("the file of the ledger is taken away")
def test_no_line_of_the_log_is_about_anybody(tmp_path: Path):
    root = tmp_path / "shop"
    key = make_workspace(root)
    with serving(root, key, role="all") as served:
        served.post("/v1/track", message(1))
        served.post("/v1/track", {**message(2), "event": f'{MARKS[1]}\r\n{{"event": "forged"}}'})
        served.post("/v1/track", f"{{{MARKS[0]}".encode())
        served.post("/v1/identify", {"userId": MARKS[0], "traits": {"email": MARKS[0], "age": MARKS[3]}})
        served.see(f"/f/{MARKS[0]}")
        served.see(f"/nothing?mail={MARKS[0]}")
        wait_until_filed(served)
        (root / "ledger.sqlite").rename(root / "elsewhere.sqlite")
        for path in ("/", f"/segments?q={MARKS[0]}", "/account/sign-in", "/health/ready", "/metrics"):
            served.see(path)
        time.sleep(1.5)
        (root / "elsewhere.sqlite").rename(root / "ledger.sqlite")
        served.stop()
        written = served.process.stderr.read()
    assert not [mark for mark in (*MARKS, "forged", key) if mark in written]
    lines = [line for line in written.splitlines() if line.startswith("{")]
    assert all(set(json.loads(line)) <= set(logs.FIELDS) for line in lines)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("ValueError", "ValueError"),
        ("x\r\nforged", "x"),
        ("ValueError('zoe@example.com')", "ValueError"),
        ("« zoe »", ""),
        (3, 3),
        (["zoe"], ""),
    ],
)
def test_a_field_of_a_line_is_one_word(value: object, written: object):
    assert logs.only_known({"event": value, "person": "zoe"}) == {"event": written}


def test_an_exception_is_told_without_its_message():
    try:
        vitrail.open("/nowhere/zoe.lemarqueur")
    except vitrail.UserError as error:
        told = logs.told(error)
    assert "zoe" not in told
    assert re.fullmatch(r"UserError in store\.py:\d+", told)
