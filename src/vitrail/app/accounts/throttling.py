"""Slowing down those who guess: free attempts first, then longer and longer waits; nobody is locked out."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping

import msgspec

from vitrail.ledger.database import Ledger
from vitrail.ledger.shared import Failures, failures_of, forget_failures, save_failures

REMEMBERED = 20_000
"""How many names are remembered; beyond, those that failed longest ago are forgotten."""

FORGOTTEN_SECONDS = 3600.0


class Patience(msgspec.Struct, frozen=True):
    """How many failures are free, and the longest wait after more of them; the first wait is a second."""

    free: int
    longest: float


PAIR = Patience(5, 900.0)
"""One account from one address."""

ADDRESS = Patience(100, 900.0)
"""One address, whatever the account; a whole company may share it."""

ACCOUNT = Patience(50, 30.0)
"""One account, whatever the address: short waits, since its holder waits too."""


class Throttle:
    """Failures by name, which every program that serves the workspace knows. `clock` counts seconds."""

    def __init__(self, memory: Callable[[], Ledger], clock: Callable[[], float] = time.time) -> None:
        self._memory = memory
        self._clock = clock

    def seconds_to_wait(self, account: str, address: str) -> float:
        """How long this account must wait at this address; 0 when it may try."""
        with self._memory().reading() as connection:
            found = failures_of(connection, [print_of(each) for each, _ in names(account, address)])
        return _wait(found, self._clock())

    def begin(self, account: str, address: str) -> float:
        """Count one attempt that begins, unless it must wait: how long then; success takes it back."""
        if seconds := self.seconds_to_wait(account, address):
            return seconds
        now = self._clock()
        with self._memory().writing() as connection:
            found = failures_of(connection, [print_of(each) for each, _ in names(account, address)])
            if seconds := _wait(found, now):
                return seconds
            counted = {
                print_of(name): _one_more(found.get(print_of(name)), patience, now=now)
                for name, patience in names(account, address)
            }
            save_failures(connection, counted)
            forget_failures(connection, before=now - FORGOTTEN_SECONDS, most=REMEMBERED)
        return 0.0

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an account where it has just signed in, and take this attempt back."""
        with self._memory().writing() as connection:
            known = failures_of(connection, [print_of(each) for each, _ in names(account, address)])
            changed: dict[str, Failures | None] = {}
            for name, patience in names(account, address):
                if found := known.get(print_of(name)):
                    count = 0 if name[0] == "pair" else found.count - 1
                    until = found.last + wait_after(count, patience)
                    changed[print_of(name)] = Failures(count, until, found.last) if count > 0 else None
            save_failures(connection, changed)


def print_of(name: tuple[str, ...]) -> str:
    """What is kept in the place of a name: it tells two apart, and names nobody at a glance."""
    return hashlib.sha256("\0".join(name).encode("utf-8", "surrogatepass")).hexdigest()


def names(account: str, address: str) -> tuple[tuple[tuple[str, ...], Patience], ...]:
    """Under which names an attempt is counted, with the patience for each."""
    return (
        (("pair", account, address), PAIR),
        (("address", address), ADDRESS),
        (("account", account), ACCOUNT),
    )


def wait_after(failures: int, patience: Patience) -> float:
    """How many seconds to wait after so many failures."""
    over = failures - patience.free
    return 0.0 if over < 0 else min(2.0 ** min(over, 30), patience.longest)


def _wait(found: Mapping[str, Failures], now: float) -> float:
    return max(0.0, *(each.until - now for each in found.values()), 0.0)


def _one_more(found: Failures | None, patience: Patience, *, now: float) -> Failures:
    if found is None or now - found.last > FORGOTTEN_SECONDS:
        found = Failures(0, 0.0, now)
    return Failures(found.count + 1, now + wait_after(found.count + 1, patience), now)
