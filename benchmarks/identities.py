"""Who is who: what resolving as many claims as there are profiles costs, and reading merged profiles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.figures import Figure
from benchmarks.measure import Work, alternating, cost
from vitrail.collect.identity.resolution import resolve
from vitrail.engine.source import File, Source

MERGED = 5
"""One profile of so many is part of another one."""


def resolving(claims: int) -> Iterator[Figure]:
    """The cost of resolving so many claims of people and devices from the beginning."""
    table = _claims(claims)
    spent = cost(lambda: resolve(table, keys_of=lambda profiles: [f"K{each:09}" for each in profiles]))
    yield Figure(f"{claims:,} claims resolved: processor", spent.cpu, "s", most=30)


def _claims(count: int) -> pa.Table:
    """Six profiles of ten people have four others' worth of identities, some of them shared."""
    chance = np.random.default_rng(7)
    profiles = chance.integers(0, max(1, count * 6 // 10), count)
    people = profiles % max(1, count * 4 // 10)
    values = np.char.add("v", (people * 3 + chance.integers(0, 3, count)).astype(str))
    kinds = chance.choice(["email", "phone", "crm_id", "anonymous_id"], count, p=[0.5, 0.2, 0.1, 0.2])
    return pa.table({"profile": pa.array(profiles, pa.int32()), "kind": kinds, "value": values})


def with_merges(source: Source, folder: Path) -> Source:
    """The same source, some profiles of which are part of the one before them."""
    merged = np.arange(1, source.profiles, MERGED, dtype=np.int32)
    path = folder / f"canon-{source.profiles}.parquet"
    pq.write_table(pa.table({"profile": merged, "canonical": merged - 1}), path)
    return msgspec.structs.replace(source, canon=(File(str(path), len(merged)),))


def reading(plain: Work, merged: Work, *, runs: int) -> Iterator[Figure]:
    """What the same questions cost with merged profiles and without."""
    costs = alternating({"plain": plain, "merged": merged}, runs)
    ratio = costs["merged"].cpu / costs["plain"].cpu
    yield Figure(f"one profile of {MERGED} merged / none", ratio, "times", most=2)
