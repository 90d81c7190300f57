"""Two servers of one workspace: whoever is refused at one door finds the other closed too."""

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.http.serving import Served, serving
from tests.app.http.visiting import Visitor, make_key, make_user
from vitrail.app.http.limits import Buckets, Rate
from vitrail.ledger import shared
from vitrail.warehouse.store import Store

BIRTHS = [1950] * 30 + [1990] * 31


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with vitrail.create(tmp_path / "shop") as ws:
        yield ws.store


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Served, Served]]:
    root = tmp_path / "shop"
    with vitrail.create(root) as ws:
        ids = [str(number) for number in range(len(BIRTHS))]
        ws.load_profiles(pa.table({"id": ids, "born": BIRTHS, "seen": list(range(len(BIRTHS)))}), key="id")
    with serving(root, "") as here, serving(root, "", options=("--requests-a-second", "1")) as there:
        yield here, there


def ask(servers: list[Buckets], times: int) -> int:
    """How many of so many requests are let through, each asked of the next server."""
    passed = 0
    for number in range(times):
        server = servers[number % len(servers)]
        if server.owes("anne"):
            server.settle("anne")
        passed += server.seconds_to_wait("anne") == 0
    return passed


@pytest.mark.both_ledgers
def test_who_guesses_waits_at_both_doors(both: tuple[Served, Served]):
    here, there = both
    owner = make_user(here, "owner")
    for _ in range(5):
        assert Visitor(here).sign_in(owner.email, "wrong but long enough").status_code != 303
    assert Visitor(there).sign_in(owner.email).status_code == 429


def test_what_one_server_showed_the_other_does_not_tell_apart(both: tuple[Served, Served]):
    reader = make_key(both[0], "view_segments")
    rules = (b'{"rule": "born = 1990"}', b'{"rule": "born = 1990 and seen != 40"}')
    told = [
        server.ask("POST", "/api/count", rule, content_type="application/json", **reader).document["count"]
        for server, rule in zip(both, rules, strict=True)
    ]
    assert told == [31, 31]


@pytest.mark.both_ledgers
def test_three_servers_let_little_more_through_than_one(store: Store):
    clock = Seconds()
    rate = Rate(1, 100)
    how = {"shared": lambda: store.shared, "clock": clock, "shared_clock": clock}
    servers = [Buckets(rate, **how) for _ in range(3)]
    assert 100 <= ask(servers, 900) <= 100 + 3 * 10
    clock.now += 20
    assert 15 <= ask(servers, 900) <= 20 + 3 * 10


def test_ordinary_requests_write_nothing(store: Store):
    clock = Seconds()
    server = Buckets(Rate(20, 100), shared=lambda: store.shared, clock=clock, shared_clock=clock)
    for _ in range(500):
        clock.now += 0.1
        assert not server.owes("anne") and server.seconds_to_wait("anne") == 0
    with store.shared.reading() as connection:
        assert connection.execute(shared.buckets.select()).all() == []


def test_a_server_that_cannot_ask_the_others_goes_by_itself(store: Store):
    def gone():
        raise shared.UNANSWERED[1](())

    server = Buckets(Rate(1, 20), shared=gone, clock=Seconds())
    assert ask([server], 100) == 20


def test_full_buckets_are_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("vitrail.app.http.limits.FORGETTING", 1)
    clock = Seconds()
    server = Buckets(Rate(1, 10), shared=lambda: store.shared, clock=clock, shared_clock=clock)
    server.seconds_to_wait("bob")
    server.settle("bob")
    clock.now += 100
    server.seconds_to_wait("anne")
    server.settle("anne")
    with store.shared.reading() as connection:
        assert len(connection.execute(shared.buckets.select()).all()) == 1
