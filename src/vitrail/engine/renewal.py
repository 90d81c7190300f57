"""Bringing kept answers up to date: each test is asked again only of those whom something moved for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypedDict, Unpack

import msgspec
import numpy as np

from vitrail.engine import bits
from vitrail.engine.algebra import Algebra
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, Frozen, Progress, evaluate
from vitrail.engine.kept import Kept
from vitrail.engine.passing import Moves, Span, moves
from vitrail.engine.plan import Asked, Atom, atoms
from vitrail.engine.source import Source
from vitrail.model.tree import (
    Condition,
    Consented,
    Rank,
    Sample,
    Score,
    Selection,
    Step,
    Trait,
    Tree,
)
from vitrail.model.walk import children

FEW = 0.10
"""Above this share of affected profiles everybody is evaluated: it is faster."""


class Touched(msgspec.Struct, frozen=True):
    """The profiles of whom facts have changed.

    `everything`: any fact; `events`: no more than their events in one collection.
    """

    everything: Bits
    events: Mapping[str, Bits] = {}


class Past(msgspec.Struct, frozen=True):
    """The answers kept from before, and of whom facts have changed since."""

    kept: Kept
    touched: Touched


class Renewed(msgspec.Struct, frozen=True):
    """What a renewal found, and the profiles of whom something was asked again.

    Everybody was asked where there was a test without kept answers.
    """

    found: Evaluation
    asked_again: Bits


class Options(TypedDict, total=False):
    """What may be said of a renewal.

    `frozen` holds the cut points of every rank; `few` is the share of profiles up to which only the
    affected ones are evaluated.
    """

    frozen: Frozen
    few: float
    progress: Progress | None


class _Work(msgspec.Struct, frozen=True):
    """What is asked, and of whom each test must be asked again."""

    asked: Asked
    source: Source
    database: DuckDB
    frozen: Frozen
    kept: Mapping[Atom, Bits]
    affected: dict[Atom, Bits]
    progress: Progress | None


def renewed(
    conditions: Mapping[str, Condition],
    asked: Asked,
    *,
    past: Past,
    source: Source,
    database: DuckDB,
    **options: Unpack[Options],
) -> Renewed | None:
    """The answers as of `asked.at_us`, out of those kept from before and what was loaded since.

    None when so many are affected that evaluating everybody is faster. Tests without kept answers are
    asked of everybody.
    """
    every = atoms(conditions.values(), asked.catalogue.segments)
    before = past.kept.grown(source.profiles).atoms
    known = [atom for atom in every if atom in before]
    span = Span(msgspec.structs.replace(asked, at_us=past.kept.at_us), asked)
    moved = moves(known, span, source=source, database=database)
    affected = {atom: _affected(atom, past.touched, moved=moved) for atom in known}
    union = _union(affected.values(), source.profiles)
    if bits.count(union) > options.get("few", FEW) * source.profiles:
        return None
    unknown = [atom for atom in every if atom not in before]
    anew = [*unknown, *moved.restless]
    frozen, progress = options.get("frozen") or {}, options.get("progress")
    work = _Work(asked, source, database, frozen, before, affected, progress)
    whole = _evaluated(work, anew)
    now = {atom: before[atom] for atom in known} | _again(work, without=anew) | whole.atoms
    found = _combined(conditions, work, now=now, population=whole.population)
    return Renewed(
        found, found.population if unknown else _asked_again(work, union, now=now, restless=moved.restless)
    )


def _asked_again(work: _Work, union: Bits, *, now: Mapping[Atom, Bits], restless: Iterable[Atom]) -> Bits:
    """The affected profiles, and those who answer a restless test differently."""
    for atom in restless:
        union = union | (work.kept[atom] ^ now[atom])
    return union


def _affected(atom: Atom, touched: Touched, *, moved: Moves) -> Bits:
    found = touched.everything | moved.everything
    for kind, name in set(reads(atom)):
        if kind == "collection" and name in touched.events:
            found = found | touched.events[name]
    return found | moved.atoms[atom] if atom in moved.atoms else found


def _again(work: _Work, *, without: Iterable[Atom]) -> dict[Atom, Bits]:
    """The answers of the affected profiles put in the place of the kept ones, tests of one place together."""
    parts: dict[frozenset[Place], list[Atom]] = defaultdict(list)
    elsewhere = set(without)
    for atom, affected in work.affected.items():
        if atom not in elsewhere and affected.any():
            parts[frozenset(reads(atom))].append(atom)
    found: dict[Atom, Bits] = {}
    for part in parts.values():
        whom = _union((work.affected[atom] for atom in part), work.source.profiles)
        run = _evaluated(work, part, only=whom)
        others = np.bitwise_not(whom)
        for atom in part:
            found[atom] = (work.kept[atom] & others) | (run.atoms[atom] & whom)
    return found


def _evaluated(work: _Work, tests: Iterable[Atom], *, only: Bits | None = None) -> Evaluation:
    """Some tests asked of everybody, or of some."""
    whom = None if only is None else bits.profiles_of(only, work.source.profiles).astype(np.int32)
    return evaluate(
        {str(number): atom for number, atom in enumerate(tests)},
        work.asked,
        source=work.source,
        database=work.database,
        frozen=work.frozen,
        only=whom,
        progress=work.progress,
    )


def _combined(
    conditions: Mapping[str, Condition], work: _Work, *, now: dict[Atom, Bits], population: Bits
) -> Evaluation:
    size = work.source.profiles
    algebra = Algebra(bits.everybody(size), work.asked.catalogue.segments)
    algebra.atoms.update(now)
    members = {key: algebra.holds(condition) & population for key, condition in conditions.items()}
    return Evaluation(size, members, algebra.atoms, population, dict(work.frozen), 0)


def _union(sets: Iterable[Bits], size: int) -> Bits:
    found = bits.nobody(size)
    for each in sets:
        found |= each
    return found


Place = tuple[str, str]
"""A kind of facts, and the collection or the score it is where there are several."""


def reads(node: Tree) -> Iterator[Place]:
    """The places a test reads; cut points stand for the reference of a rank."""
    match node:
        case Selection(collection) | Step(collection):
            yield "collection", collection
        case Trait():
            yield "traits", ""
        case Score(name):
            yield "score", name
        case Sample():
            yield "keys", ""
        case Consented():
            yield "consents", ""
        case Rank(_, of):
            yield from reads(of)
            return
    for _, below in children(node):
        yield from reads(below)
