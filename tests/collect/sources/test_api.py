"""A JSON API that is slow, busy, wrong or hostile."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.collect.contents import keys
from tests.collect.sources.services import Reply, Request, ok, serving
from vitrail.collect.sources import api, asking, pull
from vitrail.collect.sources.definition import Bearer, ByLink, ByNumber, Columns, Http, Since, Target
from vitrail.collect.sources.kept import apply_sources
from vitrail.warehouse.store import Store

ROOT = Path(__file__).parents[3]
PEOPLE = Target("profiles", Columns(key="id"))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "FIRST_WAIT", 0.001)
    monkeypatch.setattr(api, "ROWS", 2)
    monkeypatch.setenv("VITRAIL_SECRET_CRM_KEY", "k3y-of-ours")


def source(address: str, **parts: object) -> Http:
    told = {"load": PEOPLE, "fields": {"id": "id", "city": "home.city"}, "allow_private": True, **parts}
    return Http(key="crm", url=address, auth=Bearer("${CRM_KEY}"), **told)


def page(first: int, last: int) -> list[dict]:
    return [{"id": str(n), "home": {"city": "Lyon"}} for n in range(first, last)]


def failing(times: int, status: int, **headers: str) -> Callable[[Request], Reply]:
    """A service that fails some times, then answers."""
    left = [times]

    def answer(_request: Request) -> Reply:
        left[0] -= 1
        return (status, {"message": "k3y-of-ours"}, headers) if left[0] >= 0 else ok(page(0, 2))

    return answer


def pulled(store: Store, answer: Callable[[Request], Reply], **parts: object) -> pull.Pulled:
    with serving(answer) as (address, _):
        return pull.pull(store, source(address, **parts))


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_service_is_asked_again(store: Store, status: int):
    assert pulled(store, failing(4, status)).created == 2


def test_the_service_says_how_long_to_wait(store: Store, monkeypatch):
    waits: list[float] = []
    monkeypatch.setattr(asking.time, "sleep", waits.append)
    assert pulled(store, failing(1, 429, **{"Retry-After": "7"})).created == 2
    assert waits == [7.0]


@pytest.mark.parametrize(
    ("answer", "parts", "code"),
    [
        (failing(9, 503), {}, "service_refused"),
        (failing(1, 429, **{"Retry-After": "86400"}), {}, "rate_limited"),
        (failing(1, 403), {}, "not_allowed"),
        (failing(1, 302, Location="https://elsewhere.example/"), {}, "redirected"),
        (lambda _: ok(b"<html>"), {}, "not_json"),
        (lambda _: ok({"data": []}), {"records": "items"}, "no_records"),
        (lambda _: ok(page(0, 30_000)), {"largest_mb": 1}, "answer_too_large"),
        (
            lambda _: ok({"items": page(0, 2), "next": "https://elsewhere.example/"}),
            {"records": "items", "pages": ByLink("next")},
            "page_elsewhere",
        ),
    ],
)
def test_what_goes_wrong_is_said_without_the_key(store: Store, answer: Callable, parts: dict, code: str):
    found = pulled(store, answer, **parts)
    assert [each.code for each in found.problems] == [code]
    assert "k3y" not in found.problems[0].text("en") + found.problems[0].text("fr")


def test_a_service_that_is_not_there_is_said(store: Store):
    found = pull.pull(store, source("http://127.0.0.1:1/"))
    assert [each.code for each in found.problems] == ["service_unreachable"]


def numbered(request: Request) -> Reply:
    """Five pages."""
    number = int(request.query.get("page", 1))
    return ok(page(2 * number, 2 * number + 2) if number <= 5 else [])


def test_a_pull_that_broke_off_goes_on_at_its_page(store: Store):
    broken = [True]

    def answer(request: Request) -> Reply:
        return (400, {}, {}) if request.query["page"] == "3" and broken[0] else numbered(request)

    with serving(answer) as (address, seen):
        crm = source(address, pages=ByNumber())
        assert pull.pull(store, crm).outcome == "failed"
        assert len(keys(store)) == 4
        broken[0] = False
        seen.clear()
        assert pull.pull(store, crm).created == 6
        assert [request.query["page"] for request in seen] == ["3", "4", "5", "6"]


def test_a_page_the_service_has_forgotten_is_searched_anew(store: Store):
    replies: list[Reply | None] = [None, (400, {}, {}), (410, {}, {})]

    def answer(request: Request) -> Reply:
        reply = replies.pop(0) if replies else None
        return reply or numbered(request)

    with serving(answer) as (address, seen):
        crm = source(address, pages=ByNumber())
        assert pull.pull(store, crm).outcome == "failed"
        found = pull.pull(store, crm)
    assert (found.outcome, found.created, found.unchanged) == ("done", 8, 2)
    assert [request.query["page"] for request in seen][:4] == ["1", "2", "2", "1"]


def test_what_is_new_is_asked_for(store: Store):
    with serving(lambda _: ok([{"id": "1", "at": "2025-01-01T10:00:00+01:00"}])) as (address, seen):
        since = Since("at", overlap="30 minutes")
        crm = source(address, query={"from": "{since}"}, since=since, fields={"id": "id", "at": "at"})
        pull.pull(store, crm)
        pull.pull(store, crm)
        pull.pull(store, crm, how=pull.How(full=True))
    assert [request.query.get("from") for request in seen] == [None, "2025-01-01T08:30:00.000Z", None]
    assert store.catalogue.traits["at"].type == "instant"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("https://localhost:1/", "private_address"),
        ("http://example.com/", "not_https"),
        ("ftp://x/", "not_https"),
    ],
)
def test_a_source_leaves_home_only_over_https(store: Store, address: str, code: str):
    found = pull.pull(store, source(address, allow_private=False))
    assert [each.code for each in found.problems] == [code]


KILLED = """
import os, signal, sys
from vitrail.collect.sources import api, pull
from vitrail.collect.sources.kept import find_source
from vitrail.warehouse import store as stores
api.ROWS = 2
left, real = int(sys.argv[2]), pull.load_portion
def load(*arguments, **named):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    return real(*arguments, **named)
pull.load_portion = load
with stores.open(sys.argv[1]) as store:
    pull.pull(store, find_source(store, "crm"))
"""


def test_a_pull_that_is_killed_goes_on_at_its_page(store: Store):
    with serving(numbered) as (address, seen):
        crm = source(address, pages=ByNumber())
        apply_sources(store, [crm])
        killed = subprocess.run([sys.executable, "-c", KILLED, store.path, "2"], cwd=ROOT)
        assert killed.returncode == -signal.SIGKILL
        seen.clear()
        found = pull.pull(store, crm)
    assert (found.outcome, found.created, found.unchanged, len(keys(store))) == ("done", 6, 0, 10)
    assert seen[0].query["page"] == "3"


def test_an_answer_that_comes_drop_by_drop_ends(store: Store, monkeypatch):
    monkeypatch.setattr(asking, "LONGEST_READ", 0)
    monkeypatch.setattr(asking, "TRIES", 1)
    found = pulled(store, lambda _: ok(page(0, 2)))
    assert [each.code for each in found.problems] == ["service_unreachable"]
