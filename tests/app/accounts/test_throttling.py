"""Slowing down those who guess."""

import pytest

from vitrail.app.accounts.throttling import ACCOUNT, ADDRESS, PAIR, Patience, Throttle, wait_after


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def guess(throttle: Throttle, times: int, account: str = "anne", address: str = "192.0.2.1") -> None:
    for _ in range(times):
        throttle.failed(account, address)


@pytest.mark.parametrize(("failures", "seconds"), [(0, 0), (4, 0), (5, 1), (6, 2), (8, 8), (40, 900)])
def test_waits_grow(failures: int, seconds: float):
    assert wait_after(failures, PAIR) == seconds


@pytest.mark.parametrize("patience", [PAIR, ADDRESS, ACCOUNT])
def test_no_wait_is_for_ever(patience: Patience):
    assert wait_after(10**9, patience) == patience.longest <= 900


def test_after_some_failures_one_waits_and_then_may_try_again():
    clock = Seconds()
    throttle = Throttle(clock)
    guess(throttle, 5)
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 1
    clock.now = 1.5
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 0


def test_others_do_not_wait():
    throttle = Throttle(Seconds())
    guess(throttle, 10)
    assert throttle.seconds_to_wait("bob", "192.0.2.2") == 0
    assert throttle.seconds_to_wait("anne", "192.0.2.2") == 0, "the holder is elsewhere"


def test_one_address_cannot_try_many_accounts():
    throttle = Throttle(Seconds())
    for number in range(110):
        throttle.failed(f"user{number}", "192.0.2.1")
    assert throttle.seconds_to_wait("anne", "192.0.2.1") > 60


def test_one_account_tried_from_many_addresses_waits_a_little():
    throttle = Throttle(Seconds())
    for number in range(100):
        throttle.failed("anne", f"192.0.2.{number}")
    assert throttle.seconds_to_wait("anne", "203.0.113.9") == ACCOUNT.longest


def test_signing_in_forgets_ones_own_mistakes():
    throttle = Throttle(Seconds())
    guess(throttle, 6)
    throttle.succeeded("anne", "192.0.2.1")
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 0


def test_those_who_sign_in_do_not_slow_their_colleagues_down():
    throttle = Throttle(Seconds())
    for number in range(1_000):
        throttle.failed(f"user{number}", "192.0.2.1")
        throttle.succeeded(f"user{number}", "192.0.2.1")
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 0
    assert not throttle._failures


def test_failures_are_forgotten_after_an_hour():
    clock = Seconds()
    throttle = Throttle(clock)
    guess(throttle, 4)
    clock.now = 3601
    guess(throttle, 4)
    assert throttle.seconds_to_wait("anne", "192.0.2.1") == 0


def test_memory_is_bounded():
    throttle = Throttle(Seconds())
    for number in range(30_000):
        throttle.failed(f"user{number}", f"address{number}")
    assert len(throttle._failures) <= 20_000
