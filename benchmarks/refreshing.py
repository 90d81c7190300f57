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
from vitrail.engine.kept import Kept, packed, unpacked
from vitrail.engine.plan import Asked
from vitrail.engine.renewal import Past, Renewed, Touched, renewed
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
    """Files, conditions, and what a refresh an hour ago kept: its answers and its cut points."""

    def __init__(self, source: Source, conditions: Mapping[str, Condition], database: DuckDB) -> None:
        self.source = source
        self.conditions = conditions
        self.database = database
        before = evaluate(conditions, HOUR_AGO, source=source, database=database)
        self.cuts = before.ranks
        self.kept = packed(Kept(HOUR_AGO.at_us, before.size, before.atoms))
        now = self.full(source)
        self.kept_now = packed(Kept(NOW.at_us, now.size, now.atoms))

    def full(self, source: Source) -> Evaluation:
        """Everybody, as of now; the answers are made ready to be kept."""
        found = evaluate(self.conditions, NOW, source=source, database=self.database, frozen=self.cuts)
        packed(Kept(NOW.at_us, found.size, found.atoms))
        return found

    def renewed(self, source: Source, kept: bytes, touched: Touched) -> Renewed:
        """The answers now, out of those kept, which are read and made ready to be kept again."""
        found = renewed(
            self.conditions,
            NOW,
            past=Past(unpacked(kept), touched),
            source=source,
            database=self.database,
            frozen=self.cuts,
        )
        if found is None:
            raise AssertionError("a refresh would evaluate everybody")
        packed(Kept(NOW.at_us, found.found.size, found.found.atoms))
        return found


def refreshing(base: Base, folder: Path, *, events: int, profiles: int, runs: int) -> Refreshing:
    """Measure both refreshes beside the full evaluation; their members must be the same."""
    grown, touched = _with_new_events(base.source, folder, events=events, profiles=profiles)
    untouched = Touched(bits.nobody(base.source.profiles))
    both = base.renewed(grown, base.kept, touched)
    moved = base.renewed(base.source, base.kept, untouched)
    new = base.renewed(grown, base.kept_now, touched)
    _same(both.found.members, base.full(grown).members)
    _same(new.found.members, base.full(grown).members)
    _same(moved.found.members, base.full(base.source).members)
    costs = alternating(
        {
            "full": lambda: base.full(grown),
            "new events": lambda: base.renewed(grown, base.kept_now, touched),
            "one hour": lambda: base.renewed(base.source, base.kept, untouched),
        },
        runs,
    )
    return Refreshing(
        costs["full"],
        costs["new events"],
        costs["one hour"],
        bits.count(new.asked_again),
        bits.count(moved.asked_again),
    )


def _same(one: Mapping[str, Bits], other: Mapping[str, Bits]) -> None:
    different = [key for key in one if not np.array_equal(one[key], other[key])]
    if different:
        raise AssertionError(f"a refresh and a full evaluation differ on {different}")


def _with_new_events(source: Source, folder: Path, *, events: int, profiles: int) -> tuple[Source, Touched]:
    """The source with one more small file of each collection, and the profiles each touches."""
    chance = np.random.default_rng(7)
    people = chance.choice(source.profiles, size=min(profiles, source.profiles), replace=False)
    grown, touched = dict(source.events), {}
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
        touched[name] = bits.of_profiles(who, source.profiles)
    source = msgspec.structs.replace(source, events=grown, token=f"{source.token} grown")
    return source, Touched(bits.nobody(source.profiles), touched)
