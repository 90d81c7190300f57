"""Slowing down those who guess: free attempts first, then longer and longer waits; nobody is locked out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import msgspec

REMEMBERED = 20_000
"""How many names are remembered; beyond, those that failed longest ago are forgotten."""

FORGOTTEN_SECONDS = 3600.0


class Patience(msgspec.Struct, frozen=True):
    """How many failures are free, and the longest wait after more of them; the first wait is a second."""

    free: int
    longest: float


class Failures(msgspec.Struct):
    """How often a name failed, until when it waits."""

    count: int
    until: float
    last: float


PAIR = Patience(5, 900.0)
"""One account from one address."""

ADDRESS = Patience(100, 900.0)
"""One address, whatever the account; a whole company may share it."""

ACCOUNT = Patience(50, 30.0)
"""One account, whatever the address: short waits, since its holder waits too."""


class Throttle:
    """Failures by name, in memory. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._failures: OrderedDict[tuple[str, ...], Failures] = OrderedDict()

    def seconds_to_wait(self, account: str, address: str) -> float:
        """How long this account must wait at this address; 0 when it may try."""
        now = self._clock()
        waits = (
            self._failures[each].until - now for each, _ in names(account, address) if each in self._failures
        )
        return max(0.0, *waits, 0.0)

    def failed(self, account: str, address: str) -> None:
        """Count one attempt that failed, or that has begun."""
        now = self._clock()
        for name, patience in names(account, address):
            found = self._failures.pop(name, None)
            if found is None or now - found.last > FORGOTTEN_SECONDS:
                found = Failures(0, 0.0, now)
            found.count, found.last = found.count + 1, now
            found.until = now + wait_after(found.count, patience)
            self._failures[name] = found
        while len(self._failures) > REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, account: str, address: str) -> None:
        """Forget the failures of an account where it has just signed in, and take this attempt back."""
        for name, patience in names(account, address):
            found = self._failures.get(name)
            if found is None:
                continue
            found.count = 0 if name[0] == "pair" else found.count - 1
            found.until = found.last + wait_after(found.count, patience)
            if found.count <= 0:
                del self._failures[name]


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
