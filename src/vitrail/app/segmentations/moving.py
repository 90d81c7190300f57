"""Who went from which class to which: between two dates, or if a segmentation were changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec
from pyroaring import BitMap

from vitrail.app.instants import instant
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import evaluate
from vitrail.engine.plan import Asked
from vitrail.ledger import runs
from vitrail.ledger.runs import Run
from vitrail.model.definitions import DefinitionFile, Segmentation
from vitrail.model.errors import UserError
from vitrail.warehouse import memberships
from vitrail.warehouse.cuts import read_cuts
from vitrail.warehouse.definitions import Compiled, compile_definitions, unknown_segment
from vitrail.warehouse.refresh import bitmap, defined
from vitrail.warehouse.store import Store

OUTSIDE = ""
"""The place of those who have no class: outside of what the segmentation is about, or not yet known."""


class Moves(msgspec.Struct, frozen=True):
    """Who went from where to where: people by class before and class after; `OUTSIDE` is no class.

    `redefined` says that the classes themselves changed in between.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    people: dict[tuple[str, str], BitMap]
    redefined: bool = False

    @property
    def moved(self) -> int:
        """How many have another class than before."""
        return sum(len(each) for (old, new), each in self.people.items() if old != new)


def find_segmentation(document: DefinitionFile, key: str) -> Segmentation:
    """The segmentation of a key. Raises `UserError` when there is none."""
    found = next((each for each in document.segmentations if each.key == key), None)
    if found is None:
        raise UserError((unknown_segment(key, [each.key for each in document.segmentations]),))
    return found


def class_keys(segmentation: Segmentation) -> tuple[str, ...]:
    """The keys of the classes in order, the remainder last: `value.vip`."""
    parts = (*(each.key for each in segmentation.classes), segmentation.otherwise.key)
    return tuple(f"{segmentation.key}.{part}" for part in parts)


def dates_of(store: Store, key: str) -> tuple[dt.datetime, ...]:
    """The instants between which movements can be told: the last refresh of each day, oldest first."""
    with store.ledger.reading() as connection:
        every = runs.all_runs(connection)
        classes = class_keys(find_segmentation(defined(store)[1].document, key))
        known = [base.run for one in classes for base in runs.memberships_of(connection, one)]
    first = min(known, default=None)
    by_day: dict[dt.date, Run] = {}
    for run in every if first is not None else ():
        if run.id >= (first or 0):
            by_day[instant(run.as_of_us).astimezone(store.zone).date()] = run
    return tuple(instant(run.as_of_us) for run in by_day.values())


def moves_between(store: Store, key: str, *, before_us: int, after_us: int) -> Moves:
    """Who moved between two instants, from the log of who entered and left."""
    classes = class_keys(find_segmentation(defined(store)[1].document, key))
    old = {one: memberships.as_of(store, one, at_us=before_us) for one in classes}
    new = {one: memberships.as_of(store, one, at_us=after_us) for one in classes}
    redefined = _rules_at(store, key, at_us=before_us) != _rules_at(store, key, at_us=after_us)
    return _crossed(old, new, redefined=redefined)


def moves_if(store: Store, document: DefinitionFile, *, key: str, database: DuckDB) -> Moves:
    """Who would move if these definitions were in force, as of now; nothing is changed."""
    before, after = defined(store)[1], compile_definitions(document, store.catalogue)
    return _crossed(
        _classes_now(store, before, key=key, database=database),
        _classes_now(store, after, key=key, database=database),
    )


def current_classes(store: Store, key: str) -> dict[str, BitMap]:
    """The members of each class at the last refresh, in order."""
    present = memberships.current_members(store)
    classes = class_keys(find_segmentation(defined(store)[1].document, key))
    return {one: present.get(one, BitMap()) for one in classes}


def evaluated(
    store: Store, compiled: Compiled, *, keys: Sequence[str], database: DuckDB
) -> dict[str, BitMap]:
    """The members of some segments as of now, with the cut points in force."""
    conditions = {key: compiled.conditions[key] for key in keys}
    ranks = memberships.frozen_ranks(store)
    found = evaluate(
        conditions,
        Asked(compiled.catalogue(store.catalogue), store.now_us()),
        source=store.source(),
        database=database,
        frozen=read_cuts(ranks[1]) if ranks else {},
    )
    return {key: bitmap(each, found.size) for key, each in found.members.items()}


def _classes_now(store: Store, compiled: Compiled, *, key: str, database: DuckDB) -> dict[str, BitMap]:
    segmentation = next((each for each in compiled.document.segmentations if each.key == key), None)
    if segmentation is None:
        return {}
    return evaluated(store, compiled, keys=class_keys(segmentation), database=database)


def _crossed(old: Mapping[str, BitMap], new: Mapping[str, BitMap], *, redefined: bool = False) -> Moves:
    classed = BitMap.union(BitMap(), *old.values()), BitMap.union(BitMap(), *new.values())
    both = classed[0] | classed[1]
    rows = {**old, OUTSIDE: both - classed[0]}
    columns = {**new, OUTSIDE: both - classed[1]}
    people = {
        (row, column): common
        for row, inside in rows.items()
        for column, others in columns.items()
        if (common := inside & others)
    }
    before = tuple(old) + ((OUTSIDE,) if rows[OUTSIDE] else ())
    after = tuple(new) + ((OUTSIDE,) if columns[OUTSIDE] else ())
    return Moves(before, after, people, redefined)


def _rules_at(store: Store, key: str, *, at_us: int) -> object:
    """The classes of a segmentation as they were defined at the last refresh before an instant."""
    with store.ledger.reading() as connection:
        done = [run for run in runs.all_runs(connection) if run.as_of_us <= at_us]
        found = runs.definitions_at(connection, done[-1].definitions) if done else None
    each = next((one for one in found.document.segmentations if one.key == key), None) if found else None
    return None if each is None else (each.among, [(one.key, one.rule) for one in each.classes])
