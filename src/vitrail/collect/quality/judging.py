"""Judging vital signs: what is stale, missing or broken, by what was declared or by what is usual.

Declared expectations come first; without one, a rule learnt from history speaks, and says so. What is
declared and broken is an error, what is only unusual a warning.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

from vitrail.collect.quality import sentences
from vitrail.collect.quality.arrivals import DAY, longest_gap, poor_days, usual_silence
from vitrail.collect.quality.drift import Counted, Rows, drift_of
from vitrail.collect.quality.vitals import CollectionVitals, SourceVitals, TraitVitals, Vitals, local_day
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.errors import Problem

DAY_US = 86_400_000_000
RECENT_DAYS = 7
"""The last whole days that are judged."""

REGULAR_LOADS = 4
"""Different days with a load that must be known before the silence of a source means something."""

USUALLY_FULL = 0.5
"""A property is watched for emptiness when at least this share of its rows had it."""


def judge(vitals: Vitals, catalogue: Catalogue, *, at_us: int) -> tuple[Problem, ...]:
    """All that is wrong with a base at an instant, in the order of the catalogue."""
    found: list[Problem] = []
    silent = {problem.path: problem for problem in _silent_sources(vitals, at_us=at_us)}
    found += silent.values()
    for name, field in catalogue.traits.items():
        signs = vitals.traits.get(name)
        if signs is not None:
            found += _trait(field, signs, profiles=vitals.profiles, at_us=at_us)
    for name, collection in catalogue.collections.items():
        known = vitals.collections.get(name)
        if known is not None and known.latest_us is not None:
            found += _collection(collection, known, vitals=vitals, at_us=at_us)
    return tuple(found)


def _silent_sources(vitals: Vitals, *, at_us: int) -> Iterator[Problem]:
    """Sources of profiles that came regularly and no longer do: after twice the longest time between
    two of their last loads, and one day."""
    zone = ZoneInfo(vitals.timezone)
    for source in vitals.sources:
        days = {local_day(each, zone) for each in source.received_us}
        if source.kind != "profiles" or len(days) < REGULAR_LOADS:
            continue
        silence = (local_day(at_us, zone) - max(days)).days
        gap = longest_gap(days)
        if silence > 2 * gap + 1:
            yield sentences.silent_source(source.source, days=silence, usual=gap)


def _trait(field: Field, signs: TraitVitals, *, profiles: int, at_us: int) -> Iterator[Problem]:
    expects, path = field.expects, f"traits.{field.name}"
    subject = sentences.subject_of(field.name, field.label)
    if expects is None or not profiles:
        return
    if expects.age is not None and signs.latest_us is not None:
        age = (at_us - signs.latest_us) / DAY_US
        if age > expects.age:
            yield sentences.stale(path, subject, days=int(age), promised=expects.age)
    broken = signs.breaches
    if broken is None:
        return
    if expects.fill is not None and broken.known / profiles < expects.fill:
        yield sentences.low_fill(path, subject, share=broken.known / profiles, promised=expects.fill)
    if broken.others:
        yield sentences.other_values(path, subject, count=broken.others)
    if broken.repeated:
        yield sentences.repeated_values(path, subject, count=broken.repeated)


def _collection(
    collection: Collection, signs: CollectionVitals, *, vitals: Vitals, at_us: int
) -> Iterator[Problem]:
    zone = ZoneInfo(vitals.timezone)
    path = f"{collection.kind}s.{collection.name}"
    subject = sentences.subject_of(collection.name, collection.label, many=True)
    loads = [each for each in vitals.sources if (each.kind, each.name) == (collection.kind, collection.name)]
    stale = _stale(collection, signs, loads=loads, today=local_day(at_us, zone), zone=zone)
    if stale is not None:
        days, usual = stale
        promised = collection.expects.age if collection.expects else None
        yield sentences.stale(path, subject, days=days, promised=promised, usual=usual)
    if collection.kind == "event":
        whole = _whole_days(signs, loads, zone=zone, at_us=at_us)
        judged = [day for day in whole if stale is None or day <= signs.days[-1].day]
        yield from _poor(collection, signs, days=judged)
        yield from _properties(collection, signs, zone=zone)
    for name, broken in signs.breaches.items():
        field = collection.properties[name]
        place, what = f"{path}.{name}", sentences.subject_of(name, field.label)
        if broken.others:
            yield sentences.other_values(place, what, count=broken.others)
        if broken.repeated:
            yield sentences.repeated_values(place, what, count=broken.repeated)


def _stale(
    collection: Collection,
    signs: CollectionVitals,
    *,
    loads: list[SourceVitals],
    today: dt.date,
    zone: ZoneInfo,
) -> tuple[int, int | None] | None:
    """How many days old the latest is, and what is usual, when that is too old.

    Usual is the longest silence of the ten weeks before the latest, and the longest time between two
    loads of these weeks; one day more is granted.
    """
    if signs.latest_us is None:
        return None
    last = local_day(signs.latest_us, zone)
    age = (today - last).days
    if collection.expects is not None and collection.expects.age is not None:
        return (age, None) if age > collection.expects.age else None
    silence = usual_silence(day.day for day in signs.days)
    if silence is None or collection.kind != "event":
        return None
    received = {local_day(each, zone) for load in loads for each in load.received_us}
    between = longest_gap(day for day in received if day >= last - 70 * DAY)
    return (age, silence + between) if age > silence + between + 1 else None


def _whole_days(
    signs: CollectionVitals, loads: list[SourceVitals], *, zone: ZoneInfo, at_us: int
) -> list[dt.date]:
    """The last seven days that were over when the last load came."""
    received = [each for load in loads for each in load.received_us if each <= at_us]
    if not received or not signs.days:
        return []
    end = min(local_day(max(received), zone), local_day(at_us, zone), signs.days[-1].day + RECENT_DAYS * DAY)
    return [end - n * DAY for n in range(1, RECENT_DAYS + 1)]


def _poor(collection: Collection, signs: CollectionVitals, *, days: list[dt.date]) -> Iterator[Problem]:
    path = f"events.{collection.name}"
    subject = sentences.subject_of(collection.name, collection.label, many=True)
    rows = {day.day: day.rows for day in signs.days}
    promised = collection.expects.rows_per_day if collection.expects else None
    if promised is not None:
        short = [day for day in days if rows.get(day, 0) < promised and day >= min(rows)]
        if short:
            yield sentences.too_few(
                path, subject, day=short[0], rows=rows.get(short[0], 0), promised=promised
            )
        return
    poor = poor_days(rows, days)
    if poor:
        yield sentences.unusually_few(path, subject, poor=poor[0], days=len(poor))


def _properties(collection: Collection, signs: CollectionVitals, *, zone: ZoneInfo) -> Iterator[Problem]:
    """Properties that the last week of rows lacks: against a promise, or against the weeks before."""
    if not signs.days:
        return
    middle = signs.days[-1].day - (RECENT_DAYS - 1) * DAY
    recent = [day for day in signs.days if day.day >= middle]
    before = [day for day in signs.days if day.day < middle]
    rows = sum(day.rows for day in recent)
    for name, field in collection.properties.items():
        now = Rows(rows, sum(day.known.get(name, 0) for day in recent))
        then = Rows(sum(day.rows for day in before), sum(day.known.get(name, 0) for day in before))
        path, subject = f"events.{collection.name}.{name}", sentences.subject_of(name, field.label)
        promised = None if field.expects is None else field.expects.fill
        if promised is not None:
            if now.fill < promised:
                yield sentences.low_fill(path, subject, share=now.fill, promised=promised)
        elif then.fill >= USUALLY_FULL and now.fill < then.fill and _has_changed(then, now):
            yield sentences.emptied(path, subject, before=then.fill, after=now.fill)


def _has_changed(then: Rows, now: Rows) -> bool:
    return drift_of([Counted("", then.known, now.known)], before=then, after=now).verdict == "changed"


def concerned(problems: tuple[Problem, ...], vitals: Vitals) -> Mapping[str, tuple[Problem, ...]]:
    """The problems by what they touch: `traits.email`, `events.order`, `events.order.amount`.

    A silent source touches every trait it ever spoke of.
    """
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        kind, _, name = problem.path.partition(".")
        if kind == "sources":
            touched = [f"traits.{trait}" for trait, signs in vitals.traits.items() if name in signs.sources]
        else:
            touched = [problem.path]
        for path in touched:
            found.setdefault(path, []).append(problem)
    return {path: tuple(each) for path, each in found.items()}
