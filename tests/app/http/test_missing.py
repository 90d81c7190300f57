"""A server whose workspace vanished says what is missing and what to do, and goes on once it is back."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, make_workspace, serving
from tests.app.http.visiting import make_key


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    root = tmp_path_factory.mktemp("missing") / "shop"
    key = make_workspace(root)
    with vitrail.open(root) as ws:
        ws.load_profiles(pa.table({"id": ["A"], "city": ["Lyon"]}), key="id")
    with serving(root, key) as server:
        server.secret = make_key(server, "view_people", "view_personal_data")
        yield server


@contextmanager
def away(*paths: Path) -> Iterator[None]:
    """Files or folders are elsewhere for as long as the block lasts."""
    moved = [(path, path.rename(path.with_name(f"{path.name}-away"))) for path in paths]
    try:
        yield
    finally:
        for path, elsewhere in moved:
            elsewhere.rename(path)


def ask(served: Served, path: str, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.get(served.url + path, headers=named, timeout=60)


LEDGER = ("ledger.sqlite", "ledger.sqlite-wal", "ledger.sqlite-shm")


def lost(served: Served, what: str) -> list[Path]:
    files = {"folder": [served.root], "ledger": [served.root / name for name in LEDGER]}
    found = files.get(what, [*served.root.glob("profiles/*.parquet")])
    return [path for path in found if path.exists()]


@pytest.mark.parametrize("what", ["folder", "ledger", "files"])
def test_health_says_what_is_missing(served: Served, what: str):
    with away(*lost(served, what)):
        answer = ask(served, "/health")
    assert (answer.status_code, answer.json()["status"]) == (503, f"{what}_missing")
    assert "vitrail doctor" in answer.json()["told"]["fr"][1] and "restore" in answer.json()["told"]["en"][1]


@pytest.mark.parametrize(("language", "words"), [("fr", "Le dossier de l"), ("en", "The folder of the")])
@pytest.mark.parametrize("path", ["/", "/nowhere", "/account/sign-in"])
def test_a_page_says_it_in_the_language_of_who_reads(served: Served, path: str, language: str, words: str):
    with away(served.root):
        answer = ask(served, path, accept="text/html", accept_language=language, cookie="vitrail=somebody")
    assert answer.status_code == 503
    assert words in answer.text and "vitrail doctor" in answer.text


def test_a_program_is_told_which_files(served: Served):
    with away(*lost(served, "files")):
        answer = ask(served, "/api/people?q=A", **served.secret)
    found = answer.json()
    assert (answer.status_code, found["code"]) == (503, "files_missing")
    assert all(name.startswith("profiles/") for name in found["missing"]) and found["missing"]


@pytest.mark.parametrize("what", ["folder", "ledger"])
def test_no_requests_are_sent_to_it_and_none_is_made_anew(served: Served, what: str):
    with away(*lost(served, what)):
        assert ask(served, "/health/ready").json() == {"status": f"{what}_missing"}
        assert not (served.root / "ledger.sqlite").exists()


def test_nothing_is_acknowledged_that_cannot_be_kept(served: Served):
    message = {"event": "Seen", "userId": "u", "messageId": "lost"}
    with away(served.root):
        answer = served.post("/v1/track", message)
    assert answer.status == 503
    assert all(each.message_id != "lost" for each in served.kept())


def test_once_it_is_back_all_is_well(served: Served):
    with away(served.root):
        assert served.post("/v1/track", {"event": "Seen", "userId": "u", "messageId": "late"}).status == 503
    until = time.monotonic() + 60
    while ask(served, "/health/ready").status_code != 200:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert ask(served, "/api/people?q=A", **served.secret).status_code == 200
