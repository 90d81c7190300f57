"""Slowing down those who guess, whichever server of the workspace they ask."""

from collections.abc import Callable

import pytest

from vitrail.app.accounts import throttling
from vitrail.app.accounts.throttling import ACCOUNT, ADDRESS, PAIR, Patience, Throttle, wait_after
from vitrail.ledger.shared import attempts
from vitrail.warehouse.store import Store

pytestmark = pytest.mark.both_ledgers


class Seconds:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


Serve = Callable[[], Throttle]


@pytest.fixture
def clock() -> Seconds:
    return Seconds()


@pytest.fixture
def serve(store: Store, clock: Seconds) -> Serve:
    """One more server of the same workspace."""
    return lambda: Throttle(lambda: store.shared, clock)


def guess(throttle: Throttle, times: int, account: str = "anne", address: str = "192.0.2.1") -> float:
    """So many attempts that fail, each as soon as it may be made; answers the seconds until the next one."""
    for _ in range(times):
        while seconds := throttle.begin(account, address):
            throttle._clock.now += seconds
    return throttle.seconds_to_wait(account, address)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (40, 900)])
def test_waits_grow(failures: int, seconds: float):
    assert wait_after(failures, PAIR) == seconds


@pytest.mark.parametrize("patience", [PAIR, ADDRESS, ACCOUNT])
def test_no_wait_is_for_ever(patience: Patience):
    assert wait_after(10**9, patience) == patience.longest <= 900


def test_after_some_failures_one_waits_and_then_may_try_again(serve: Serve, clock: Seconds):
    throttle = serve()
    assert guess(throttle, 5) == 1
    assert throttle.begin("anne", "192.0.2.1") == 1
    clock.now += 1.5
    assert throttle.begin("anne", "192.0.2.1") == 0


def test_others_do_not_wait(serve: Serve):
    throttle = serve()
    guess(throttle, 10)
    assert throttle.seconds_to_wait("bob", "192.0.2.2") == 0
    assert throttle.seconds_to_wait("anne", "192.0.2.2") == 0, "the holder is elsewhere"


def test_one_address_cannot_try_many_accounts(serve: Serve):
    throttle = serve()
    for number in range(107):
        guess(throttle, 1, f"user{number}")
    assert throttle.seconds_to_wait("anne", "192.0.2.1") > 60


def test_one_account_tried_from_many_addresses_waits_a_little(serve: Serve):
    throttle = serve()
    for number in range(60):
        guess(throttle, 1, address=f"192.0.2.{number}")
    assert throttle.seconds_to_wait("anne", "203.0.113.9") == ACCOUNT.longest


def test_signing_in_forgets_ones_own_mistakes(serve: Serve):
    throttle = serve()
    guess(throttle, 6)
    throttle.succeeded("anne", "192.0.2.1")
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 0


def test_those_who_sign_in_do_not_slow_their_colleagues_down(serve: Serve, store: Store):
    throttle = serve()
    for number in range(150):
        assert throttle.begin(f"user{number}", "192.0.2.1") == 0
        throttle.succeeded(f"user{number}", "192.0.2.1")
    with store.shared.reading() as connection:
        assert connection.execute(attempts.select()).all() == []


def test_failures_are_forgotten_after_an_hour(serve: Serve, clock: Seconds):
    throttle = serve()
    guess(throttle, 4)
    clock.now += 3601
    assert guess(throttle, 4) == 0


def test_memory_is_bounded(serve: Serve, store: Store, clock: Seconds, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(throttling, "REMEMBERED", 30)
    throttle = serve()
    for number in range(20):
        clock.now += 1
        throttle.begin(f"user{number}", f"address{number}")
    with store.shared.reading() as connection:
        kept = connection.scalars(attempts.select().with_only_columns(attempts.c.name)).all()
    assert len(kept) == 30
    assert throttling.print_of(("account", "user19")) in kept
    assert throttling.print_of(("account", "user0")) not in kept


def test_all_servers_of_a_workspace_count_together(serve: Serve):
    here, there = serve(), serve()
    guess(here, 3)
    assert guess(there, 2) == 1
    assert here.begin("anne", "192.0.2.1") == 1


def test_nobody_is_named_in_what_is_shared(serve: Serve, store: Store):
    serve().begin("anne@example.com", "192.0.2.1")
    rows = [str(row) for _, row in store.shared.every_row()]
    assert rows and not [row for row in rows if "anne" in row or "192.0" in row]
