"""What changed in a week: segments that grew or shrank beyond their habit, and definitions that changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import pairwise
from statistics import median

import msgspec

from vitrail.app.definition_history import Maker, makers
from vitrail.app.instants import instant, microseconds
from vitrail.ledger import runs
from vitrail.model.definitions import DefinitionFile
from vitrail.warehouse.store import Store

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
TIMES = 3.0
"""A change is told when it is more than so many times what is usual."""

USUAL = 1.4826
"""What the median deviation is multiplied by to stand for a standard one (P. Huber, Robust Statistics)."""

FEWEST = 20
WEEKS = 4
"""So many earlier weeks are needed to know a habit."""


class Course(msgspec.Struct, frozen=True):
    """The size of a segment at an instant."""

    at: dt.datetime
    members: int


class Unusual(msgspec.Struct, frozen=True):
    """A segment that changed beyond its habit: by how many, and how much one week changes as a rule."""

    key: str
    members: int
    change: int
    usual: float
    weeks: int


class Applied(msgspec.Struct, frozen=True):
    """A version of the definitions that was put in force, by whom, and what it changed."""

    number: int
    at: dt.datetime
    by: Maker
    note: str
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


def unusual_changes(courses: Mapping[str, Sequence[Course]]) -> tuple[Unusual, ...]:
    """The segments whose last week differs from those before, the most unlike first.

    A week's change is compared with the earlier weeks of the same segment: the middle one, and how far
    weeks are from it in the middle. It is told beyond three such distances, from 20 people on.
    """
    found = []
    for key, course in courses.items():
        weeks = weekly(course)
        *earlier, last = [after - before for before, after in pairwise(weeks)] or [0]
        if len(earlier) < WEEKS or abs(last) < FEWEST:
            continue
        middle = median(earlier)
        spread = USUAL * median(abs(each - middle) for each in earlier)
        usual = max(spread, weeks[-2] ** 0.5 / 2, 1.0)
        if abs(last - middle) > TIMES * usual:
            found.append((abs(last - middle) / usual, Unusual(key, weeks[-1], last, usual, len(earlier))))
    return tuple(each for _, each in sorted(found, key=lambda pair: -pair[0]))


def unusual_since(store: Store) -> tuple[Unusual, ...]:
    """The segments whose last week was unlike the half year before it, from the sizes the ledger keeps."""
    with store.ledger.reading() as connection:
        last = runs.last_run(connection)
        rows = runs.sizes_since(connection, last.as_of_us - microseconds(EPOCH + 27 * WEEK)) if last else ()
    courses: dict[str, list[Course]] = {}
    for key, at_us, members in rows:
        courses.setdefault(key, []).append(Course(instant(at_us), members))
    return unusual_changes(courses)


def weekly(course: Sequence[Course]) -> list[int]:
    """The sizes at the end of each week, counted back from the last; weeks without a refresh are left out."""
    if not course:
        return []
    end, sizes, places = course[-1].at, [], set()
    for number in range(53):
        known = [place for place, each in enumerate(course) if each.at <= end - number * WEEK + WEEK / 14]
        if not known:
            break
        if known[-1] not in places:
            places.add(known[-1])
            sizes.append(course[known[-1]].members)
    return sizes[::-1]


def applied_since(store: Store, since: dt.datetime) -> tuple[Applied, ...]:
    """The versions of the definitions since an instant, newest first."""
    since_us = microseconds(since)
    with store.ledger.reading() as connection:
        last = runs.current_version(connection)
        found: list[tuple[runs.Definitions, Mapping[str, object]]] = []
        number = last
        while number and (version := runs.definitions_at(connection, number)) is not None:
            if version.applied_at_us < since_us:
                break
            before = runs.definitions_at(connection, number - 1)
            found.append((version, _rules(before.document) if before else {}))
            number -= 1
        by = makers(connection, [version for version, _ in found])
    return tuple(_applied(version, rules, by=by[version.version]) for version, rules in found)


def _applied(version: runs.Definitions, before: Mapping[str, object], *, by: Maker) -> Applied:
    after = _rules(version.document)
    return Applied(
        number=version.version,
        at=instant(version.applied_at_us),
        by=by,
        note=version.note,
        added=tuple(key for key in after if key not in before),
        changed=tuple(key for key in after if key in before and after[key] != before[key]),
        removed=tuple(key for key in before if key not in after),
    )


def _rules(document: DefinitionFile) -> dict[str, object]:
    """Each segment and segmentation by key."""
    whole: dict[str, object] = {each.key: each for each in document.segments}
    return whole | {each.key: each for each in document.segmentations}
