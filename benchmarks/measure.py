"""What a piece of work costs: seconds on the clock, seconds of processor, memory at its highest."""

from __future__ import annotations

import gc
import resource
import time
from collections.abc import Callable, Iterable
from multiprocessing import get_context
from statistics import median
from typing import TypeVar

import msgspec

T = TypeVar("T")

Work = Callable[[], object]


class Cost(msgspec.Struct, frozen=True):
    """The cost of one run, or the medians of several."""

    seconds: float
    cpu: float
    peak_gb: float = 0.0


def cost(work: Work) -> Cost:
    """Do the work once; memory is left out."""
    gc.collect()
    start, cpu = time.perf_counter(), time.process_time()
    work()
    return Cost(time.perf_counter() - start, time.process_time() - cpu)


def typical(work: Work, runs: int) -> Cost:
    """The medians of a few runs."""
    return medians(cost(work) for _ in range(runs))


def alternating(works: dict[str, Work], runs: int) -> dict[str, Cost]:
    """The medians of a few runs of each work, taken in turns so that all meet the same neighbours."""
    costs: dict[str, list[Cost]] = {name: [] for name in works}
    for _ in range(runs):
        for name, work in works.items():
            costs[name].append(cost(work))
    return {name: medians(each) for name, each in costs.items()}


def medians(costs: Iterable[Cost]) -> Cost:
    """The median of each figure."""
    found = list(costs)
    return Cost(
        median(each.seconds for each in found),
        median(each.cpu for each in found),
        max(each.peak_gb for each in found),
    )


def apart(work: Callable[..., T], *given: object) -> T:
    """Do some work in a process of its own, which starts from nothing."""
    with get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def peak_gb() -> float:
    """The most memory this process ever held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
