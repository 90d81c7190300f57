"""The vital signs of a base: what came when, from which source, how full. Facts only; judging is apart."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.canon import canon_of
from vitrail.engine.freshness import Observed, freshness_of, observed
from vitrail.engine.statistics import Looked
from vitrail.engine.vitals import Breaches, DayOfRows, arrivals, breaches
from vitrail.ledger.manifest import Load
from vitrail.model.catalogue import Catalogue, Collection, Field

KEPT_LOADS = 60
"""The last loads of each source that are looked at."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class SourceVitals(msgspec.Struct, frozen=True):
    """When a source brought what: the instants of its last loads of one kind and name, oldest first."""

    source: str
    kind: str
    name: str
    received_us: tuple[int, ...]


class TraitVitals(msgspec.Struct, frozen=True):
    """When a trait was last observed, by whom it ever was, and what breaks a promise in it."""

    latest_us: int | None
    sources: tuple[str, ...]
    breaches: Breaches | None = None


class CollectionVitals(msgspec.Struct, frozen=True):
    """The latest event or record, what each day of the ten weeks before it brought, and broken promises."""

    latest_us: int | None
    days: tuple[DayOfRows, ...]
    breaches: dict[str, Breaches] = {}


class Vitals(msgspec.Struct, frozen=True):
    """The signs of a whole base, as they were when they were taken.

    `stamp` is the number of the snapshot and that of the catalogue, `seconds` what it took to look.
    """

    stamp: tuple[int, int]
    taken_us: int
    seconds: float
    timezone: str
    profiles: int
    traits: dict[str, TraitVitals]
    collections: dict[str, CollectionVitals]
    sources: tuple[SourceVitals, ...]


def take_vitals(
    catalogue: Catalogue, loads: Sequence[Load], *, looked: Looked, stamp: tuple[int, int]
) -> Vitals:
    """Look at a base: one pass over the log of traits, one over the last weeks of each collection."""
    started, zone = time.monotonic(), ZoneInfo(catalogue.timezone)
    fields = tuple(catalogue.traits.values())
    seen = observed(looked.source, fields, database=looked.database)
    promised = tuple(field for field in fields if field.expects is not None)
    broken = breaches(promised, looked)
    received = {load.id: load.received_at_us for load in loads}
    taken = Vitals(
        stamp=stamp,
        taken_us=looked.at_us,
        seconds=0.0,
        timezone=catalogue.timezone,
        profiles=canon_of(looked.source).customers(looked.source.profiles),
        traits={
            field.name: _trait(field, seen, received=received, broken=broken.get(field.name))
            for field in fields
        },
        collections={
            name: _collection(each, looked, zone=zone) for name, each in catalogue.collections.items()
        },
        sources=tuple(_sources(load for load in loads if load.received_at_us <= looked.at_us)),
    )
    return msgspec.structs.replace(taken, seconds=time.monotonic() - started)


def _trait(
    field: Field, seen: Sequence[Observed], *, received: dict[int, int], broken: Breaches | None
) -> TraitVitals:
    sources = {row.source for row in seen if row.source is not None and row.counts[field.name]}
    latest_us = freshness_of(field.name, seen, received=received).latest_us
    return TraitVitals(latest_us, tuple(sorted(sources)), broken)


def _collection(each: Collection, looked: Looked, *, zone: ZoneInfo) -> CollectionVitals:
    latest_us, days = arrivals(each, looked, zone=zone)
    promised = [
        field
        for field in each.properties.values()
        if field.expects is not None and (field.expects.choices or field.expects.unique)
    ]
    return CollectionVitals(latest_us, days, breaches(promised, looked, collection=each))


def _sources(loads: Iterable[Load]) -> list[SourceVitals]:
    found: dict[tuple[str, str, str], list[int]] = {}
    for load in loads:
        if load.accepted:
            found.setdefault((load.source, load.kind, load.name), []).append(load.received_at_us)
    return [SourceVitals(*key, tuple(sorted(times)[-KEPT_LOADS:])) for key, times in found.items()]


def local_day(at_us: int, zone: ZoneInfo) -> dt.date:
    """The day of an instant on the clock of the workspace."""
    return (EPOCH + dt.timedelta(microseconds=at_us)).astimezone(zone).date()
