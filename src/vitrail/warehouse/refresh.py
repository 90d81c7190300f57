"""Bringing every defined segment up to date: only those who can have changed, whenever that is few."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TypedDict, Unpack
from weakref import WeakKeyDictionary

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, RankKey, evaluate
from vitrail.engine.kept import Kept, packed
from vitrail.engine.plan import Asked, atoms, ranks
from vitrail.engine.ranks import RankTable
from vitrail.engine.renewal import FEW, Past, Renewed, renewed
from vitrail.engine.source import Source
from vitrail.ledger import runs
from vitrail.ledger.database import Ledger
from vitrail.ledger.runs import Ranks, Run
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts, write_cuts
from vitrail.warehouse.definitions import EMPTY, Compiled, compile_definitions
from vitrail.warehouse.store import Store
from vitrail.warehouse.touched import names, touched

Progress = Callable[[int, int], None]


class Refresh(msgspec.Struct, frozen=True):
    """What one refresh did: how many profiles were evaluated, how many entered and left segments.

    `duration` is in seconds; `cut_points_us` is the instant the ranks' cut points were frozen at,
    None where no segment uses ranks; `recut` says that this refresh froze new ones.
    """

    run: int
    as_of_us: int
    evaluated_profiles: int
    entered: int
    left: int
    duration: float
    full: bool
    cut_points_us: int | None = None
    recut: bool = False


class _Task(msgspec.Struct, frozen=True):
    """All that one refresh looks at."""

    store: Store
    source: Source
    asked: Asked
    compiled: Compiled
    version: int
    definitions: int
    database: DuckDB


def defined(store: Store) -> tuple[int, Compiled]:
    """The number of the definitions in force and the definitions, ready to run.

    They are kept until they or the catalogue change: a page asks for them many times.
    """
    stamp = store.stamp()
    known = _compiled.get(store.ledger)
    if known is None or known[0] != stamp:
        known = _compiled[store.ledger] = (stamp, _compile(store))
    return known[1]


def _compile(store: Store) -> tuple[int, Compiled]:
    with store.ledger.reading() as connection:
        present = runs.current_definitions(connection)
    document = EMPTY if present is None else present.document
    return (0 if present is None else present.version), compile_definitions(document, store.catalogue)


_compiled: WeakKeyDictionary[Ledger, tuple[tuple[int, int], tuple[int, Compiled]]] = WeakKeyDictionary()


class Options(TypedDict, total=False):
    """What may be said of a refresh.

    `full` evaluates everybody; `recut` freezes new cut points for ranks; `few` is the share of
    profiles up to which only the affected ones are evaluated.
    """

    full: bool
    recut: bool
    few: float
    progress: Progress | None


def refresh(
    store: Store,
    *,
    database: DuckDB,
    as_of_us: int | None = None,
    **options: Unpack[Options],
) -> Refresh:
    """Bring every defined segment up to date as of an instant (now by default).

    Cut points of ranks stay frozen until they are cut again; those that do not exist yet are made.
    Incremental and full refreshes give the same members. Raises `UserError` when the instant lies
    before the last refresh, or when a rule no longer fits the catalogue.
    """
    started = time.monotonic()
    task = _task(store, database, as_of_us=as_of_us)
    frozen, standing = _frozen(store)
    needed = _rank_keys(task)
    kept = {key: table for key, table in frozen.items() if key in needed and not options.get("recut")}
    renewal = None
    if not options.get("full") and len(kept) == len(needed):
        renewal = _renewed(task, kept, options=options)
    found = _everybody(task, kept, progress=options.get("progress")) if renewal is None else renewal.found
    cut = bool(needed) and len(kept) < len(needed)
    entry = memberships.Evaluation(
        as_of_us=task.asked.at_us,
        definitions=task.definitions,
        full=renewal is None,
        source_version=task.version,
        source_token=task.source.token,
        evaluated=bits.count(found.population if renewal is None else renewal.asked_again),
        members=_members(task, found),
        ranks=write_cuts(found.ranks) if cut else None,
        standing_cuts=None if standing is None else standing.run,
        answers=packed(Kept(task.asked.at_us, found.size, found.atoms, names(task.source))),
        seconds=time.monotonic() - started,
    )
    run = memberships.save(store, entry)
    cut_us = task.asked.at_us if cut or standing is None else standing.at_us
    return _told(run, entry.evaluated, cut_us=cut_us if needed else None, recut=cut and bool(frozen))


def _told(run: Run, evaluated: int, *, cut_us: int | None, recut: bool) -> Refresh:
    return Refresh(
        run=run.id,
        as_of_us=run.as_of_us,
        evaluated_profiles=evaluated,
        entered=run.entered,
        left=run.left,
        duration=run.seconds,
        full=run.full,
        cut_points_us=cut_us,
        recut=recut,
    )


def _task(store: Store, database: DuckDB, *, as_of_us: int | None) -> _Task:
    version = store.version
    source = store.source()
    number, compiled = defined(store)
    at_us = store.now_us() if as_of_us is None else as_of_us
    asked = Asked(compiled.catalogue(store.catalogue), at_us)
    return _Task(store, source, asked, compiled, version.number, number, database)


def _last_run(store: Store) -> Run | None:
    with store.ledger.reading() as connection:
        return runs.last_run(connection)


def _frozen(store: Store) -> tuple[dict[RankKey, RankTable], Ranks | None]:
    stored = memberships.frozen_ranks(store)
    return ({}, None) if stored is None else (read_cuts(stored[1]), stored[0])


def _rank_keys(task: _Task) -> set[RankKey]:
    every = atoms(task.compiled.conditions.values(), task.compiled.conditions)
    return {RankKey(rank.of, rank.among) for atom in every for rank in ranks(atom)}


def _renewed(task: _Task, frozen: Mapping[RankKey, RankTable], *, options: Options) -> Renewed | None:
    """What the answers kept by the last run become; None when everybody must be evaluated."""
    last = _last_run(task.store)
    if last is None or task.asked.at_us < last.as_of_us or last.source_version > task.version:
        return None
    few = options.get("few", FEW)
    profiles = task.store.touched_since(last.source_version)
    kept = memberships.kept_answers(task.store, last)
    if kept is None or len(profiles) > few * task.source.profiles:
        return None
    return renewed(
        task.compiled.conditions,
        task.asked,
        past=Past(kept, touched(profiles, task.source, before=kept.files)),
        source=task.source,
        database=task.database,
        frozen=frozen,
        few=few,
        progress=options.get("progress"),
    )


def _everybody(task: _Task, frozen: Mapping[RankKey, RankTable], *, progress: Progress | None) -> Evaluation:
    return evaluate(
        task.compiled.conditions,
        task.asked,
        source=task.source,
        database=task.database,
        frozen=frozen,
        progress=progress,
    )


def _members(task: _Task, found: Evaluation) -> dict[str, BitMap]:
    """The members of every segment now; those no longer defined are emptied, so that their history ends."""
    now = {key: bitmap(each, found.size) for key, each in found.members.items()}
    before = memberships.current_members(task.store)
    return now | {key: BitMap() for key, members in before.items() if key not in now and members}


def bitmap(members: Bits, size: int) -> BitMap:
    """A set of profiles as it is stored."""
    return BitMap(bits.profiles_of(members, size).astype(np.uint32))


def catalogue_in_force(store: Store) -> Catalogue:
    """The catalogue with the defined segments."""
    return defined(store)[1].catalogue(store.catalogue)
