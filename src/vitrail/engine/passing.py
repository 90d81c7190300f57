"""Whose answers the passing of time alone can change between two instants: an exact superset.

A window that moves only concerns the profiles with an event that leaves or enters it: a range of
instants per collection. What depends on T in another way (ages, anniversaries, `now`) is evaluated
at both instants and compared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

import msgspec
import numpy as np
import numpy.typing as npt

from vitrail.engine import bits
from vitrail.engine.bits import Bits
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.opened import Opened
from vitrail.engine.plan import (
    Asked,
    Atom,
    Measure,
    figure_measures,
    leaves,
    ranks,
    regular_measures,
)
from vitrail.engine.source import File, Source
from vitrail.engine.sql.arrivals import arrivals_query, owners_query
from vitrail.engine.sql.write import E
from vitrail.language.windows import EXACT, add_calendar, bounds, local_day, moment_bounds
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Arithmetic,
    Before,
    Between,
    Compare,
    Count,
    Duration,
    Moment,
    Now,
    Regularly,
    Selection,
    Sequence,
    Trait,
    Tree,
    Within,
)
from vitrail.model.walk import children

Ranges = dict[str, set[tuple[int, int]]]
"""For each collection, the ranges of instants whose events matter."""


class Span(msgspec.Struct, frozen=True):
    """The same questions at two instants."""

    earlier: Asked
    later: Asked


class Moves(msgspec.Struct, frozen=True):
    """Whose answers may differ at the later instant, no fact having been loaded.

    `everything`: profiles of whom any answer may; `atoms`: those of whom the answer to one test may;
    `restless`: tests that must be asked of everybody again.
    """

    everything: Bits
    atoms: dict[Atom, Bits]
    restless: tuple[Atom, ...]


def moves(every: Iterable[Atom], span: Span, *, source: Source, database: DuckDB) -> Moves:
    """What the passing of time alone can change between two instants, test by test."""
    ranges: dict[Atom, Ranges] = {}
    restless: list[Atom] = []
    same_day = _same_day(span)
    for atom in every:
        ranges[atom] = moving_ranges([atom], span.earlier, later=span.later)
        if is_restless(atom) and not (same_day and _follows_days(atom, span.later.catalogue)):
            restless.append(atom)
    happened = _happened(ranges.values(), source)
    found = {
        atom: _among(happened, each, size=source.profiles)
        for atom, each in ranges.items()
        if any(name in happened for name in each)
    }
    everything = _arrived(span.earlier.at_us, span.later.at_us, source=source, database=database)
    return Moves(everything, found, tuple(restless))


class Happened(msgspec.Struct, frozen=True):
    """The instants of some events, ascending, and the profiles they are of."""

    instants: npt.NDArray[np.int64]
    profiles: bits.Profiles

    def within(self, start: int, end: int) -> bits.Profiles:
        """The profiles with an event in `[start, end)`."""
        first, last = np.searchsorted(self.instants, (start, end))
        return self.profiles[first:last]


def _happened(every: Iterable[Ranges], source: Source) -> dict[str, Happened]:
    """The events of each collection that lie in any of the ranges."""
    wanted: Ranges = defaultdict(set)
    for ranges in every:
        for name, some in ranges.items():
            wanted[name] |= some
    canon, found = canon_of(source), {}
    for name, some in wanted.items():
        parts = [_within(file, merged(some)) for file in source.events.get(name, ())]
        if parts:
            instants = np.concatenate([part.instants for part in parts])
            profiles = np.concatenate([part.profiles for part in parts])
            order = np.argsort(instants)
            found[name] = Happened(instants[order], canon.of(profiles)[order])
    return found


def _within(file: File, ranges: Iterable[tuple[int, int]]) -> Happened:
    """The events of one file in the ranges it reaches into, which are few: most hold a slice of time."""
    reached = [each for each in ranges if file.last_us >= each[0] and file.first_us < each[1]]
    if not reached or not file.rows:
        return Happened(np.zeros(0, np.int64), np.zeros(0, np.int64))
    opened = Opened(file)
    rows = opened.within(reached)
    return Happened(opened.instants[rows], opened.runs.at(rows).astype(np.int64))


def merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same instants in as few ranges as possible."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def _among(happened: Mapping[str, Happened], ranges: Ranges, *, size: int) -> Bits:
    """The profiles of the events in the ranges of one test."""
    some = [
        happened[name].within(*each)
        for name, each_of in ranges.items()
        if name in happened
        for each in each_of
    ]
    return bits.of_profiles(np.concatenate(some), size)


def _arrived(start: int, end: int, *, source: Source, database: DuckDB) -> Bits:
    """Profiles with anything dated between the two instants: it did not exist, now it does."""
    found = bits.nobody(source.profiles)
    for files in _dated_files(source):
        inside = [file for file in files if file.last_us >= start and file.first_us < end]
        if inside:
            found |= _profiles(arrivals_query(inside, start, end=end), source, database=database)
    for files in source.records.values():
        if any(file.last_us >= start and file.first_us < end for file in files):
            found |= _profiles(owners_query(files, start, end=end), source, database=database)
    return found


def _dated_files(source: Source) -> Iterator[Iterable[File]]:
    yield source.first_seen
    yield source.traits.observations
    yield source.consents
    yield from source.scores.values()


def _profiles(query: E, source: Source, *, database: DuckDB) -> Bits:
    rows = database.rows(query)
    return bits.of_profiles(canon_of(source).of(rows["profile"].to_numpy()), source.profiles)


# --- windows that move ------------------------------------------------------------------------


def moving_ranges(every: Iterable[Atom], earlier: Asked, *, later: Asked) -> Ranges:
    """The instants of the events that enter or leave some window between the two instants."""
    found: Ranges = defaultdict(set)
    for atom in every:
        for before, after in zip(_measures(atom, earlier), _measures(atom, later), strict=True):
            _add(found, before.collection, moved=(before.start, after.start))
            _add(found, before.collection, moved=(before.end, after.end))
        if isinstance(atom, Sequence):
            _add_sequence(found, atom, earlier=earlier, later=later)
        lag = _lag(atom)
        if lag is not None:
            moment, window = lag
            ends = zip(window(earlier), window(later), strict=True)
            for before_us, after_us in ends:
                _add(found, moment.of.collection, moved=(before_us, after_us + 1))
    return found


def _add(found: Ranges, collection: str, *, moved: tuple[int, int]) -> None:
    start, end = min(moved), max(moved)
    if start < end:
        found[collection].add((start, end))


def _measures(atom: Tree, asked: Asked) -> list[Measure]:
    """The figures of an atom and of its ranks, in the order they are written."""
    if isinstance(atom, Regularly):
        return list(regular_measures(atom, asked))
    nodes = [atom, *(rank.of for rank in ranks(atom))]
    return [
        measure
        for node in nodes
        for leaf in leaves(node)
        if isinstance(leaf, Count | Aggregate | Moment)
        for measure in figure_measures(leaf, asked)
    ]


def _add_sequence(found: Ranges, sequence: Sequence, *, earlier: Asked, later: Asked) -> None:
    before, after = (bounds(sequence.window, asked.at_us, zone=asked.zone) for asked in (earlier, later))
    for step in sequence.steps:
        _add(found, step.collection, moved=(before[0], after[0]))
        _add(found, step.collection, moved=(min(before[1], earlier.at_us), max(after[1], later.at_us)))
    waits = [
        EXACT[step.within.unit] * step.within.count for step in sequence.steps if step.absent and step.within
    ]
    for wait in waits:
        for step in sequence.steps:
            _add(found, step.collection, moved=(earlier.at_us - wait, later.at_us - wait + 1))


# --- other ways to depend on T ----------------------------------------------------------------


def is_restless(atom: Atom) -> bool:
    """Whether an atom depends on T in a way that ranges of events do not tell."""
    return _lag(atom) is None and _reads_now(atom)


def _same_day(span: Span) -> bool:
    return local_day(span.earlier.at_us, span.earlier.zone) == local_day(span.later.at_us, span.later.zone)


def _follows_days(node: Tree, catalogue: Catalogue) -> bool:
    """Whether a condition depends on no more than the local day it is: ages, windows over dates."""
    match node:
        case Now():
            return False
        case Within(value, window) if not isinstance(window, Between | Before):
            return _is_date(value, catalogue) and _follows_days(value, catalogue)
        case Selection(_, where):
            return where is None or not _reads_now(where)
        case _:
            return all(_follows_days(below, catalogue) for _, below in children(node))


def _is_date(value: Tree, catalogue: Catalogue) -> bool:
    """Whether a value is surely a date; an anniversary falls on days."""
    match value:
        case Anniversary():
            return True
        case Trait(name):
            return catalogue.traits[name].type == "date"
        case _:
            return False


def _reads_now(node: Tree) -> bool:
    match node:
        case Now() | Age():
            return True
        case Within(_, window) if not isinstance(window, Between | Before):
            return True
        case Selection(_, where):
            return where is not None and _reads_now(where)
        case _:
            return any(_reads_now(below) for _, below in children(node))


def _lag(atom: Tree):  # type: ignore[no-untyped-def]
    """For a last or first time compared with now: the moment, and the instants it is compared with."""
    match atom:
        case Compare(Arithmetic(Now(), "-", Moment() as moment), _, Duration() as length):
            pass
        case Compare(Moment() as moment, _, Arithmetic(Now(), "-", Duration() as length)):
            pass
        case Within(Moment() as moment, window) if not _reads_now(moment):
            return moment, lambda asked: moment_bounds(window, asked.at_us, zone=asked.zone)
        case _:
            return None
    if _reads_now(moment):
        return None
    return moment, lambda asked: (
        add_calendar(asked.at_us, -length.count, unit=length.unit, zone=asked.zone),
    )
