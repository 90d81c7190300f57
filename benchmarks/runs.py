"""What is measured: all segments together against each alone, growth, single questions, slices, words."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import msgspec
import numpy as np

from benchmarks.figures import Figure, Report
from benchmarks.files import SEED, Size, prepared
from benchmarks.floor import floor
from benchmarks.identities import reading, resolving, with_merges
from benchmarks.measure import Cost, alternating, apart, cost, peak_gb, typical
from benchmarks.refreshing import Base, refreshing
from benchmarks.segments import segments, texts
from benchmarks.separate import ASKED, by_time, one_by_one, one_by_one_by_time
from benchmarks.world import CATALOGUE
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, evaluate
from vitrail.engine.plan import make_plan
from vitrail.engine.source import Source
from vitrail.language.check import check
from vitrail.language.describe import describe
from vitrail.language.parse import parse
from vitrail.model.tree import Condition

FEW, MANY = 100, 500
SINGLE = 20
SLICE = 5_000
RUNS = 3


class Setting(msgspec.Struct, frozen=True):
    """Where the files are, and how large they are."""

    folder: Path
    size: Size

    def fifth(self) -> Setting:
        """The same shop, five times smaller."""
        return Setting(self.folder, Size(self.size.profiles // 5, self.size.events // 5))


def measure(setting: Setting) -> Report:
    """Everything, one thing after the other."""
    database = DuckDB()
    source = prepared(setting.folder, setting.size)
    together, alone = _agreement(setting, source, database)
    figures = [
        *_together(setting, source, database=database, alone=alone),
        *_growth(setting, source, database=database),
        *_single(setting, source, database=database),
        *_slice(source, database, full=together),
        *_refreshes(setting, source, database=database),
        *_identities(setting, source, database=database),
        *words(),
    ]
    return Report(setting.size.profiles, setting.size.events, FEW, tuple(figures))


def _identities(setting: Setting, source: Source, *, database: DuckDB) -> Iterator[Figure]:
    yield from resolving(setting.size.profiles)
    few, merged = segments(FEW), with_merges(source, setting.folder)
    yield from reading(
        lambda: settled(few, source, database=database),
        lambda: settled(few, merged, database=database),
        runs=RUNS,
    )


def settled(conditions: Mapping[str, Condition], source: Source, *, database: DuckDB) -> Evaluation:
    """All conditions in one pass."""
    return evaluate(conditions, ASKED, source=source, database=database)


# --- together and alone -----------------------------------------------------------------------


def _agreement(setting: Setting, source: Source, database: DuckDB) -> tuple[Evaluation, dict[str, Cost]]:
    """Settle the segments in three ways, once each, and refuse to measure what does not agree."""
    conditions = segments(FEW)
    table = by_time(setting.folder, setting.size)
    together = settled(conditions, source, database=database)
    alone: dict[str, dict[str, Bits]] = {}
    costs = {
        "clustered": cost(lambda: alone.update(a=one_by_one(conditions, source, database))),
        "by time": cost(lambda: alone.update(b=one_by_one_by_time(conditions, table, database))),
    }
    for members in alone.values():
        for key, expected in together.members.items():
            if not np.array_equal(members[key], expected):
                raise AssertionError(f"{key} differs: {texts(FEW)[key]}")
    return together, costs


def _together(
    setting: Setting, source: Source, *, database: DuckDB, alone: Mapping[str, Cost]
) -> Iterator[Figure]:
    few, many = segments(FEW), segments(MANY)
    costs = alternating(
        {
            "floor": lambda: floor(source, database),
            "few": lambda: settled(few, source, database=database),
            "many": lambda: settled(many, source, database=database),
        },
        RUNS,
    )
    yield from _costs("floor", costs["floor"])
    yield from _costs(f"{FEW} segments together", costs["few"])
    yield from _costs(f"{MANY} segments together", costs["many"])
    yield from _costs(f"{FEW} segments, each alone", alone["clustered"])
    yield from _costs(f"{FEW} segments, each alone, one table by time", alone["by time"])
    yield _ratio("each alone / together", alone["clustered"], costs["few"], least=3)
    yield _ratio("each alone, one table by time / together", alone["by time"], costs["few"], least=8)
    yield _ratio("together / floor", costs["few"], costs["floor"], most=12)
    yield _ratio(f"{MANY} / {FEW} segments", costs["many"], costs["few"], most=3)
    yield Figure(f"peak memory of {FEW} segments", apart(_peak, setting), "GB", most=2.5)


def _costs(what: str, spent: Cost) -> Iterator[Figure]:
    yield Figure(what, spent.seconds, "s")
    yield Figure(f"{what}: processor", spent.cpu, "s")


def _ratio(
    what: str, first: Cost, second: Cost, *, most: float | None = None, least: float | None = None
) -> Figure:
    """How many times more processor time; the clock tells more of the neighbours than of the work."""
    return Figure(what, first.cpu / second.cpu, "times", most, least)


def _peak(setting: Setting) -> float:
    settled(segments(FEW), prepared(setting.folder, setting.size), database=DuckDB())
    return peak_gb()


def _growth(setting: Setting, source: Source, *, database: DuckDB) -> Iterator[Figure]:
    few = segments(FEW)
    smaller = prepared(setting.folder, setting.fifth().size)
    costs = alternating(
        {
            "fifth": lambda: settled(few, smaller, database=database),
            "whole": lambda: settled(few, source, database=database),
        },
        RUNS,
    )
    yield _ratio("five times the data", costs["whole"], costs["fifth"], most=5)


# --- single questions -------------------------------------------------------------------------

DEMO = Size(20_000, 1_000_000)


def _single(setting: Setting, source: Source, *, database: DuckDB) -> Iterator[Figure]:
    size = setting.size
    smaller = Size(min(DEMO.profiles, size.profiles), min(DEMO.events, size.events))
    shop = prepared(setting.folder, smaller)
    for label, files, most in (("all", source, 1.0), ("the small shop", shop, 0.1)):
        spent = [_warm(condition, files, database) for condition in segments(SINGLE).values()]
        yield Figure(f"one segment on {label}, warm, median", median(spent), "s", most=most)
        yield Figure(f"one segment on {label}, warm, slowest of {SINGLE}", max(spent), "s")


def _warm(condition: Condition, source: Source, database: DuckDB) -> float:
    asked = {"it": condition}
    settled(asked, source, database=database)
    return typical(lambda: settled(asked, source, database=database), RUNS).seconds


# --- slices -----------------------------------------------------------------------------------


def _slice(source: Source, database: DuckDB, *, full: Evaluation) -> Iterator[Figure]:
    """What a refresh of a few profiles runs; a slice holds at most a tenth of all."""
    chance = np.random.default_rng(SEED)
    number = min(SLICE, source.profiles // 10)
    few = np.sort(chance.choice(source.profiles, number, replace=False)).astype(np.int32)
    conditions = segments(FEW)
    costs = alternating(
        {
            "whole": lambda: settled(conditions, source, database=database),
            "slice": lambda: evaluate(
                conditions, ASKED, source=source, database=database, only=few, frozen=full.ranks
            ),
        },
        RUNS,
    )
    yield from _costs(f"{FEW} segments of {number:,} profiles", costs["slice"])
    yield _ratio(f"{number:,} profiles / all", costs["slice"], costs["whole"], most=0.2)


# --- refreshes --------------------------------------------------------------------------------


def _refreshes(setting: Setting, source: Source, *, database: DuckDB) -> Iterator[Figure]:
    """Two refreshes beside a full one; both must give the members of the full one."""
    base = Base(source, segments(FEW), database)
    profiles = min(SLICE, source.profiles // 20)
    folder = setting.folder / f"{setting.size.name}-new"
    spent = refreshing(base, folder, events=2 * profiles, profiles=profiles, runs=RUNS)
    yield from _costs(f"refresh after {2 * profiles:,} new events", spent.new_events)
    yield from _costs(f"refresh after one hour ({spent.moved:,} profiles)", spent.one_hour)
    yield _ratio("refresh after new events / full", spent.new_events, spent.full, most=0.2)
    yield _ratio("refresh after one hour / full", spent.one_hour, spent.full, most=0.2)


# --- words ------------------------------------------------------------------------------------


def words() -> Iterator[Figure]:
    """Reading, checking, planning and saying segments; no files are read."""
    written = texts(MANY)
    parse(next(iter(written.values())))
    start = time.perf_counter()
    conditions = [parse(text) for text in written.values()]
    for condition in conditions:
        check(condition, CATALOGUE)
    make_plan(conditions, ASKED)
    yield Figure(f"parse, check and plan {MANY} segments", time.perf_counter() - start, "s", most=2)
    for language in ("fr", "en"):
        describe(conditions[0], CATALOGUE, language=language)
        start = time.perf_counter()
        for condition in conditions:
            describe(condition, CATALOGUE, language=language)
        each = (time.perf_counter() - start) / MANY * 1000
        yield Figure(f"describe one segment ({language})", each, "ms", most=1)
