"""The quality gate: what is wrong with the data, and which segments may be wrong for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.instants import instant
from vitrail.app.retention import retention_problems
from vitrail.collect.quality.judging import concerned, judge
from vitrail.collect.quality.sentences import in_segment, subject_of
from vitrail.collect.quality.vitals import Vitals, take_vitals
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.statistics import Looked
from vitrail.language.uses import Uses, uses
from vitrail.ledger.manifest import all_loads
from vitrail.ledger.vitals import last_vitals, save_vitals
from vitrail.model.catalogue import Catalogue
from vitrail.model.errors import Problem
from vitrail.model.tree import Condition
from vitrail.warehouse.store import Store

COSTLY_SECONDS = 0.5
"""From how long on looking at the data is worth sparing."""

PATIENCE = 60
"""Costly signs serve so many times as long as they took: a sixtieth of the time is spent on them."""


class Health(msgspec.Struct, frozen=True):
    """What is wrong at an instant: with the data, and by segment what may be wrong because of it.

    A segment without an entry reads nothing that is stale or broken. Nothing of this changes who is in.
    """

    at: dt.datetime
    problems: tuple[Problem, ...]
    segments: dict[str, tuple[Problem, ...]]

    @property
    def is_good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def health_of(store: Store, catalogue: Catalogue, *, database: DuckDB, at_us: int | None = None) -> Health:
    """Look at the data and judge them, as of an instant; `catalogue` knows the segments."""
    taken_us = store.now_us() if at_us is None else at_us
    vitals = _take(store, catalogue, database=database, at_us=taken_us)
    return _whole(store, judged(vitals, catalogue, at_us=taken_us))


def recent_health(store: Store, catalogue: Catalogue, *, database: DuckDB) -> Health:
    """The same, judged as of now from signs that may be some minutes old where they are costly."""
    now_us = store.now_us()
    vitals = _vitals(store, catalogue, database=database, now_us=now_us)
    return _whole(store, judged(vitals, catalogue, at_us=now_us))


def troubled_inputs(
    store: Store, catalogue: Catalogue, *, database: DuckDB
) -> Mapping[str, tuple[Problem, ...]]:
    """What is wrong with the data by the place it stands at, judged as of now from recent signs."""
    now_us = store.now_us()
    vitals = _vitals(store, catalogue, database=database, now_us=now_us)
    return concerned(judge(vitals, catalogue, at_us=now_us), vitals)


def problems_of_rule(
    condition: Condition, catalogue: Catalogue, *, troubled: Mapping[str, tuple[Problem, ...]]
) -> tuple[Problem, ...]:
    """What is stale or broken in the data a condition reads, each once."""
    if not troubled:
        return ()
    return tuple(dict.fromkeys(_met(uses(condition, catalogue), catalogue, touched=troubled)))


def keep_vitals(store: Store, catalogue: Catalogue, *, database: DuckDB) -> None:
    """Take the signs for those who will list segments, unless there are recent ones.

    Called after a refresh, which they must not slow down.
    """
    now_us = store.now_us()
    if _recent(store, now_us=now_us) is not None:
        return
    vitals = _take(store, catalogue, database=database, at_us=now_us)
    document = msgspec.json.encode(vitals).decode()
    with store.ledger.writing() as connection:
        save_vitals(connection, document, version=vitals.stamp[0], taken_at_us=now_us)


def judged(vitals: Vitals, catalogue: Catalogue, *, at_us: int) -> Health:
    """The judgement of vital signs, for the base and for each segment."""
    problems = judge(vitals, catalogue, at_us=at_us)
    touched = concerned(problems, vitals)
    segments = {}
    for key, condition in catalogue.segments.items() if touched else ():
        found = dict.fromkeys(_met(uses(condition, catalogue), catalogue, touched=touched))
        if found:
            name = subject_of(key, catalogue.segment_labels.get(key))
            segments[key] = tuple(in_segment(each, name) for each in found)
    return Health(instant(at_us), problems, segments)


def _met(
    read: Uses, catalogue: Catalogue, *, touched: Mapping[str, tuple[Problem, ...]]
) -> Iterator[Problem]:
    """The problems of what a condition reads."""
    for trait in read.traits:
        yield from touched.get(f"traits.{trait}", ())
    for name in read.collections:
        kind = catalogue.collections[name].kind if name in catalogue.collections else "event"
        yield from touched.get(f"{kind}s.{name}", ())
    for name, field in read.properties:
        kind = catalogue.collections[name].kind if name in catalogue.collections else "event"
        yield from touched.get(f"{kind}s.{name}.{field}", ())


def _whole(store: Store, found: Health) -> Health:
    """With what is past its retention period, which no sign tells."""
    return msgspec.structs.replace(found, problems=(*found.problems, *retention_problems(store)))


def _vitals(store: Store, catalogue: Catalogue, *, database: DuckDB, now_us: int) -> Vitals:
    """Recent signs, or those of now."""
    return _recent(store, now_us=now_us) or _take(store, catalogue, database=database, at_us=now_us)


def _take(store: Store, catalogue: Catalogue, *, database: DuckDB, at_us: int) -> Vitals:
    with store.ledger.reading() as connection:
        loads = all_loads(connection)
    stamp, looked = _stamp(store), Looked(store.source(), at_us, database)
    return take_vitals(catalogue, loads, looked=looked, stamp=stamp)


def _stamp(store: Store) -> tuple[int, int]:
    return store.version.number, store.stamp()[0]


def _recent(store: Store, *, now_us: int) -> Vitals | None:
    with store.ledger.reading() as connection:
        kept = last_vitals(connection)
    if kept is None:
        return None
    known, stamp = msgspec.json.decode(kept[2], type=Vitals), _stamp(store)
    age = (now_us - known.taken_us) / 1_000_000
    spared = known.seconds > COSTLY_SECONDS and 0 <= age <= PATIENCE * known.seconds
    return known if known.stamp == stamp or (spared and known.stamp[1] == stamp[1]) else None
