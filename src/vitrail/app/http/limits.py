"""How often one may ask: a bucket of requests for each key, user or address, which fills up steadily.

Each server keeps the buckets of those who ask it. What somebody takes is owed to the bucket that all servers
of a workspace share, and given to it a tenth of a bucket at a time: ordinary requests write nothing. All
servers together let through at most a bucket, what flows in, and a tenth of a bucket each.
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress

import msgspec

from vitrail.ledger.database import Ledger
from vitrail.ledger.shared import UNANSWERED, bucket_of, forget_buckets, save_bucket

REMEMBERED = 50_000
TENTH = 10
FORGETTING = 200
"""After so many times that something was owed, full buckets are forgotten."""


class Rate(msgspec.Struct, frozen=True):
    """So many requests a second in the long run, and so many at once; 0 a second is no limit."""

    a_second: float = 20.0
    at_once: int = 100


class Bucket(msgspec.Struct):
    """What is left, what of it the shared bucket does not know yet, and when they were counted."""

    left: float
    at: float
    owed: float = 0.0


class Buckets:
    """The buckets of all who ask this server; those that were full longest ago are forgotten first.

    `clock` counts the seconds of this program, `shared_clock` those that all programs agree on.
    """

    def __init__(
        self,
        rate: Rate,
        *,
        shared: Callable[[], Ledger] | None = None,
        clock: Callable[[], float] = time.monotonic,
        shared_clock: Callable[[], float] = time.time,
    ) -> None:
        self._rate = rate
        self._shared = shared
        self._clock = clock
        self._shared_clock = shared_clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = threading.Lock()
        self._settled = 0

    def seconds_to_wait(self, name: str, *, cost: int = 1) -> int:
        """Take one request; 0 when it may be answered, else after how many seconds to ask again."""
        if not self._rate.a_second:
            return 0
        with self._lock:
            bucket = self._present(name)
            allowed = bucket.left >= cost
            if allowed:
                bucket.left -= cost
                bucket.owed += cost
        return 0 if allowed else max(1, math.ceil((cost - bucket.left) / self._rate.a_second))

    def owes(self, name: str) -> bool:
        """Whether so much was taken that the other servers must know before the next request."""
        if self._shared is None or not self._rate.a_second:
            return False
        with self._lock:
            bucket = self._present(name)
        return bucket.owed >= max(1, self._rate.at_once // TENTH) and bucket.left >= 1

    def settle(self, name: str) -> None:
        """Take what is owed from the shared bucket, and learn what the other servers left in it.

        Where what is shared does not answer, this server goes by what it knows itself.
        """
        with self._lock:
            bucket = self._present(name)
            owed, bucket.owed = bucket.owed, 0.0
        with suppress(*UNANSWERED):
            left = self._take(_print(name), owed)
            with self._lock:
                bucket = self._present(name)
                bucket.left = min(bucket.left, left - bucket.owed)

    def _take(self, name: str, owed: float) -> float:
        """Take from a shared bucket; answers what is left in it."""
        assert self._shared is not None
        now = self._shared_clock()
        with self._shared().writing() as connection:
            left, at = bucket_of(connection, name) or (float(self._rate.at_once), now)
            left = self._filled(left, max(0.0, now - at)) - owed
            save_bucket(connection, name, left=left, at=max(at, now))
            self._settled += 1
            if self._settled % FORGETTING == 0:
                full = 2 * self._rate.at_once / self._rate.a_second
                forget_buckets(connection, before=now - full)
        return left

    def _present(self, name: str) -> Bucket:
        """The bucket of a name as it is now: it filled up, and what it owes was made good meanwhile."""
        now = self._clock()
        bucket = self._buckets.pop(name, None) or Bucket(float(self._rate.at_once), now)
        since = now - bucket.at
        bucket.left, bucket.at = self._filled(bucket.left, since), now
        bucket.owed = max(0.0, bucket.owed - since * self._rate.a_second)
        self._buckets[name] = bucket
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket

    def _filled(self, left: float, seconds: float) -> float:
        return min(float(self._rate.at_once), left + seconds * self._rate.a_second)


def _print(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
