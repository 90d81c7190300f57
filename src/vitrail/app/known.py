"""What a workspace knows, with how much of it there is and how fresh it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import pairwise

import msgspec

from vitrail.app.instants import instant, microseconds
from vitrail.app.workspace import Workspace
from vitrail.collect.quality.drift import Counted, Drift, Rows, drift_of
from vitrail.consent.sensitive.places import is_sensitive
from vitrail.engine.canon import canon_of
from vitrail.engine.freshness import Freshness, freshness_of, observed
from vitrail.engine.profile.history import Fact
from vitrail.engine.statistics import (
    Count,
    Earlier,
    FieldStatistics,
    Looked,
    Statistics,
    statistics_of_collection,
    statistics_of_score,
    statistics_of_traits,
)
from vitrail.ledger.filing import TRACKING
from vitrail.ledger.manifest import Load, Version, all_loads, version_at
from vitrail.model.catalogue import Catalogue, Collection, Field, Label
from vitrail.model.errors import Problem

SHOWN = 10
"""The most frequent values that are told."""

FEW = 20
"""Values that may be shown although each is rare."""

Progress = Callable[[int, int], None]


class KnownValue(msgspec.Struct, frozen=True):
    """One of the most frequent values of a field: in how many rows, and in what share of the known ones."""

    value: str
    count: int
    share: float


class KnownRange(msgspec.Struct, frozen=True):
    """From what to what the values of a field go, and the values that 5, 25, 50, 75 and 95 % reach."""

    low: Fact
    q05: Fact
    q25: Fact
    median: Fact
    q75: Fact
    q95: Fact
    high: Fact


class KnownField(msgspec.Struct, frozen=True):
    """A trait or a property: its type, its words, and the share of rows where it is known (0 to 1).

    `values` are the most frequent ones; sensitive fields, and those in which nearly every row has its
    own, show none. `latest` and `median` are those of the observations of a trait. `drift` is there when
    it was asked for.
    """

    name: str
    type: str
    label: Label | None
    known: int
    share: float
    choices: tuple[str, ...] = ()
    unit: str = ""
    sensitive: bool = False
    inferred: bool = False
    distinct: int = 0
    distinct_is_exact: bool = False
    values: tuple[KnownValue, ...] = ()
    range: KnownRange | None = None
    latest: dt.datetime | None = None
    median: dt.datetime | None = None
    drift: Drift | None = None


class KnownCollection(msgspec.Struct, frozen=True):
    """Events or records: how many, from when to when, last loaded when, and their properties.

    `inferred`: a site or an app made them known, and nobody declared them.
    """

    name: str
    kind: str
    label: Label | None
    rows: int
    first: dt.datetime | None
    last: dt.datetime | None
    loaded: dt.datetime | None
    properties: tuple[KnownField, ...]
    inferred: bool = False


class KnownScore(msgspec.Struct, frozen=True):
    """A score: how many values, and when the last one was computed."""

    key: str
    label: Label | None
    rows: int
    last: dt.datetime | None


class Known(msgspec.Struct, frozen=True):
    """The whole catalogue with its figures, as of an instant."""

    at: dt.datetime
    timezone: str
    currency: str
    profiles: int
    loaded: dt.datetime | None
    traits: tuple[KnownField, ...]
    collections: tuple[KnownCollection, ...]
    scores: tuple[KnownScore, ...]
    purposes: tuple[str, ...]
    channels: tuple[str, ...]
    segments: tuple[str, ...]
    since: dt.datetime | None = None
    problems: tuple[Problem, ...] = ()


def what_is_known(
    ws: Workspace, *, since: dt.datetime | None = None, progress: Progress | None = None
) -> Known:
    """The catalogue of a workspace with its figures, as of now; `since` asks for the drift since then.

    Traits and records are compared with what was known at that instant; events of the time since then,
    with those of as long a time before it.
    """
    catalogue, at_us = ws.catalogue.current(), ws.store.now_us()
    with ws.store.ledger.reading() as connection:
        loads = all_loads(connection)
        then = None if since is None else version_at(connection, microseconds(since))
    earlier = None if then is None or since is None else _earlier(microseconds(since), then, loads=loads)
    looked = Looked(ws.store.source(), at_us, ws.database, earlier)
    fields = tuple(catalogue.traits.values())
    traits = statistics_of_traits(fields, looked)
    seen = observed(looked.source, fields, database=ws.database)
    received = {load.id: load.received_at_us for load in loads}
    fresh = {field.name: freshness_of(field.name, seen, received=received) for field in fields}
    collections = []
    for number, each in enumerate(catalogue.collections.values(), start=1):
        if progress is not None:
            progress(number, 1 + len(catalogue.collections))
        collections.append(
            _collection(each, statistics_of_collection(each, looked), looked=looked, loads=loads)
        )
    return Known(
        at=instant(at_us),
        timezone=catalogue.timezone,
        currency=catalogue.currency,
        profiles=canon_of(looked.source).customers(looked.source.profiles),
        loaded=_loaded(loads, kind="profiles", name=""),
        traits=tuple(_field(each, traits, looked=looked, fresh=fresh[each.name]) for each in fields),
        collections=tuple(collections),
        scores=tuple(_scores(catalogue, looked)),
        purposes=tuple(catalogue.purposes),
        channels=tuple(catalogue.channels),
        segments=tuple(catalogue.segments),
        since=since,
    )


def _earlier(at_us: int, then: Version, *, loads: tuple[Load, ...]) -> Earlier:
    by_then = [load.id for load in loads if load.received_at_us <= at_us]
    return Earlier(at_us, max(by_then, default=0), then.profiles)


def _scores(catalogue: Catalogue, looked: Looked) -> Iterator[KnownScore]:
    for key, each in catalogue.scores.items():
        found = statistics_of_score(key, looked)
        yield KnownScore(key, each.label, found.rows.all, _instant(found.last_us))


def _collection(
    each: Collection, found: Statistics, *, looked: Looked, loads: tuple[Load, ...]
) -> KnownCollection:
    return KnownCollection(
        name=each.name,
        kind=each.kind,
        label=each.label,
        rows=found.rows.all,
        first=_instant(found.first_us),
        last=_instant(found.last_us),
        loaded=_loaded(loads, kind=each.kind, name=each.name) or _tracked(loads, rows=found.rows.all),
        properties=tuple(
            _field(field, found, looked=looked, within=each.name) for field in each.properties.values()
        ),
        inferred=each.inferred,
    )


def _field(
    field: Field, found: Statistics, *, looked: Looked, fresh: Freshness | None = None, within: str = ""
) -> KnownField:
    hidden = is_sensitive(field, within=within)
    figures = found.fields[field.name]
    known, rows = figures.known.all, found.rows.all
    return KnownField(
        name=field.name,
        type=field.type,
        label=field.label,
        known=known,
        share=known / rows if rows else 0.0,
        choices=tuple(choice.value for choice in field.choices),
        unit=field.unit,
        sensitive=hidden,
        inferred=field.inferred,
        distinct=figures.distinct,
        distinct_is_exact=figures.is_exact,
        values=() if hidden or _hides(figures) else _values(figures),
        range=None if hidden else _range(figures),
        latest=None if fresh is None else _instant(fresh.latest_us),
        median=None if fresh is None else _instant(fresh.median_us),
        drift=None if looked.earlier is None else _drift(figures, rows=found.rows, hidden=hidden),
    )


def _hides(figures: FieldStatistics) -> bool:
    """Whether values are not to be shown because nearly everyone has one of their own."""
    return figures.distinct > FEW and 2 * figures.distinct > figures.known.all


def _values(figures: FieldStatistics) -> tuple[KnownValue, ...]:
    known = figures.known.all
    return tuple(
        KnownValue(each.text, each.count.all, each.count.all / known)
        for each in sorted(figures.top, key=lambda each: -each.count.all)[:SHOWN]
        if each.count.all
    )


def _range(figures: FieldStatistics) -> KnownRange | None:
    match figures.low, figures.quantiles, figures.high:
        case None, _, _:
            return None
        case low, (q05, q25, median, q75, q95), high if high is not None:
            return KnownRange(low, q05, q25, median, q75, q95, high)
        case _:
            return None


def _drift(figures: FieldStatistics, *, rows: Count, hidden: bool) -> Drift:
    told = figures.bands or figures.top
    counts = [
        Counted(name, each.count.before, each.count.now)
        for name, each in zip(_names(figures), told, strict=True)
    ]
    before, after = Rows(rows.before, figures.known.before), Rows(rows.now, figures.known.now)
    found = drift_of(counts, before=before, after=after, is_told=bool(told))
    hides = hidden or (not figures.bands and _hides(figures))
    return msgspec.structs.replace(found, shifts=()) if hides else found


def _names(figures: FieldStatistics) -> list[str]:
    """The values that are compared, or the bands between edges: `≤ 10`, `10 – 20`, `> 90`."""
    if not figures.bands:
        return [each.text for each in figures.top]
    edges = [plain(edge) for edge in figures.edges]
    spans = [f"≤ {edges[0]}", *(f"{low} – {high}" for low, high in pairwise(edges)), f"> {edges[-1]}"]
    return [spans[int(each.text)] for each in figures.bands]


def _tracked(loads: tuple[Load, ...], *, rows: int) -> dt.datetime | None:
    """When messages of sites and apps were last filed, for what nobody loaded."""
    times = [load.received_at_us for load in loads if load.kind == TRACKING]
    return instant(max(times)) if times and rows else None


def _loaded(loads: tuple[Load, ...], *, kind: str, name: str) -> dt.datetime | None:
    """When something of a kind and name was last received."""
    times = [load.received_at_us for load in loads if (load.kind, load.name) == (kind, name)]
    return instant(max(times)) if times else None


def _instant(at_us: int | None) -> dt.datetime | None:
    return None if at_us is None else instant(at_us)


def plain(value: Fact) -> str:
    """A value as text, without zeros that say nothing."""
    text = str(value)
    if isinstance(value, Decimal | float) and "." in text:
        return text.rstrip("0").rstrip(".")
    return text
