"""Keeping segments up to date: what new events and the passing of time cost beside a full evaluation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from benchmarks.draw import columns
from benchmarks.measure import Cost, alternating
from benchmarks.world import AT_US, CATALOGUE, EVENTS
from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, evaluate
from vitrail.engine.passing import Span, affected_by_time
from vitrail.engine.plan import Asked
from vitrail.engine.source import File, Source
from vitrail.model.tree import Condition

HOUR_US = 3_600_000_000
NOW = Asked(CATALOGUE, AT_US)
HOUR_AGO = Asked(CATALOGUE, AT_US - HOUR_US)


class Refreshing(msgspec.Struct, frozen=True):
    """The costs of one full evaluation and of the two refreshes, and how many profiles each looked at."""

    full: Cost
    new_events: Cost
    one_hour: Cost
    touched: int
    moved: int


class Base:
    """Files, conditions, and the cut points of an hour ago, which stay frozen."""

    def __init__(self, source: Source, conditions: Mapping[str, Condition], database: DuckDB) -> None:
        self.source = source
        self.conditions = conditions
        self.database = database
        before = evaluate(conditions, HOUR_AGO, source=source, database=database)
        self.cuts = before.ranks
        self.before = before.members

    def full(self, source: Source) -> Evaluation:
        """Everybody, as of now."""
        return evaluate(self.conditions, NOW, source=source, database=self.database, frozen=self.cuts)

    def moved(self, source: Source) -> Bits:
        """Those whom one hour can have moved."""
        return affected_by_time(
            self.conditions,
            Span(HOUR_AGO, NOW),
            source=source,
            database=self.database,
            frozen=self.cuts,
        )

    def some(self, source: Source, who: Bits) -> dict[str, Bits]:
        """The members now, when only these profiles can differ from an hour ago."""
        only = bits.profiles_of(who, source.profiles).astype(np.int32)
        found = evaluate(
            self.conditions,
            NOW,
            source=source,
            database=self.database,
            frozen=self.cuts,
            only=only,
        )
        return {key: (self.before[key] & ~who) | (members & who) for key, members in found.members.items()}


def refreshing(base: Base, folder: Path, *, events: int, profiles: int, runs: int) -> Refreshing:
    """Measure both refreshes beside the full evaluation; their members must be the same."""
    grown, touched = _with_new_events(base.source, folder, events=events, profiles=profiles)
    moved = base.moved(base.source)
    who = touched | base.moved(grown)
    _same(base.some(grown, who), base.full(grown).members)
    _same(base.some(base.source, moved), base.full(base.source).members)
    costs = alternating(
        {
            "full": lambda: base.full(grown),
            "new events": lambda: base.some(grown, touched),
            "one hour": lambda: base.some(base.source, base.moved(base.source)),
        },
        runs,
    )
    return Refreshing(
        costs["full"], costs["new events"], costs["one hour"], bits.count(touched), bits.count(moved)
    )


def _same(one: Mapping[str, Bits], other: Mapping[str, Bits]) -> None:
    different = [key for key in one if not np.array_equal(one[key], other[key])]
    if different:
        raise AssertionError(f"a refresh and a full evaluation differ on {different}")


def _with_new_events(source: Source, folder: Path, *, events: int, profiles: int) -> tuple[Source, Bits]:
    """The source with one more small file of each collection, and the profiles it touches."""
    chance = np.random.default_rng(7)
    people = chance.choice(source.profiles, size=min(profiles, source.profiles), replace=False)
    grown = dict(source.events)
    folder.mkdir(parents=True, exist_ok=True)
    for name, happening in EVENTS.items():
        rows = max(1, round(events * happening.share))
        who = np.sort(chance.choice(people, rows)).astype(np.int32)
        table = pa.table(
            {
                "profile": who,
                "at_us": AT_US - 1 - chance.integers(0, HOUR_US - 2, rows),
                "id": [f"new {name} {number}" for number in range(rows)],
                **columns(happening.properties, rows, chance),
            }
        ).sort_by([("profile", "ascending"), ("at_us", "ascending")])
        path = folder / f"{name}.parquet"
        pq.write_table(table, path, compression="zstd")
        new = File(str(path), rows, AT_US - HOUR_US, AT_US - 1)
        grown[name] = (*grown[name], new)
    touched = bits.of_profiles(people, source.profiles)
    return msgspec.structs.replace(source, events=grown, token=f"{source.token} grown"), touched
