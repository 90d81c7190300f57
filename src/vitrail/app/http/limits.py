"""How often one may ask: a bucket of requests for each key, user or address, which fills up steadily."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable

import msgspec

REMEMBERED = 50_000


class Rate(msgspec.Struct, frozen=True):
    """So many requests a second in the long run, and so many at once; 0 a second is no limit."""

    a_second: float = 20.0
    at_once: int = 100


class Bucket(msgspec.Struct):
    """What is left, and when it was counted."""

    left: float
    at: float


class Buckets:
    """The buckets of all who ask, in memory; those that were full longest ago are forgotten first."""

    def __init__(self, rate: Rate, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def seconds_to_wait(self, name: str, *, cost: int = 1) -> int:
        """Take one request; 0 when it may be answered, else after how many seconds to ask again."""
        if not self._rate.a_second:
            return 0
        now = self._clock()
        bucket = self._buckets.pop(name, None) or Bucket(float(self._rate.at_once), now)
        left = min(self._rate.at_once, bucket.left + (now - bucket.at) * self._rate.a_second)
        allowed = left >= cost
        self._buckets[name] = Bucket(left - cost if allowed else left, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return 0 if allowed else max(1, math.ceil((cost - left) / self._rate.a_second))
