"""What a workspace knows, with how much of it there is and how fresh it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import msgspec

from vitrail.app.instants import instant
from vitrail.app.workspace import Workspace
from vitrail.engine.fill import Fill, fill_of_collection, fill_of_score, fill_of_traits
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.catalogue import Catalogue, Collection, Field, Label

Progress = Callable[[int, int], None]


class KnownField(msgspec.Struct, frozen=True):
    """A trait or a property: its type, its words, and the share of rows where it is known (0 to 1)."""

    name: str
    type: str
    label: Label | None
    known: int
    share: float
    choices: tuple[str, ...] = ()
    unit: str = ""
    sensitive: bool = False


class KnownCollection(msgspec.Struct, frozen=True):
    """Events or records: how many, from when to when, last loaded when, and their properties."""

    name: str
    kind: str
    label: Label | None
    rows: int
    first: dt.datetime | None
    last: dt.datetime | None
    loaded: dt.datetime | None
    properties: tuple[KnownField, ...]


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


def what_is_known(ws: Workspace, *, progress: Progress | None = None) -> Known:
    """The catalogue of a workspace with fill rates and freshness, as of now."""
    catalogue, source, at_us = ws.catalogue.current(), ws.store.source(), ws.store.now_us()
    with ws.store.ledger.reading() as connection:
        loads = all_loads(connection)
    steps = 1 + len(catalogue.collections)
    traits = fill_of_traits(source, catalogue.traits.values(), at_us=at_us, database=ws.database)
    collections = []
    for number, each in enumerate(catalogue.collections.values(), start=1):
        if progress is not None:
            progress(number, steps)
        fill = fill_of_collection(source, each, at_us=at_us, database=ws.database)
        collections.append(_collection(each, fill, loads=loads))
    return Known(
        at=instant(at_us),
        timezone=catalogue.timezone,
        currency=catalogue.currency,
        profiles=source.profiles,
        loaded=_loaded(loads, kind="profiles", name=""),
        traits=tuple(_field(each, traits) for each in catalogue.traits.values()),
        collections=tuple(collections),
        scores=tuple(_scores(ws, catalogue, at_us=at_us)),
        purposes=tuple(catalogue.purposes),
        channels=tuple(catalogue.channels),
        segments=tuple(catalogue.segments),
    )


def _scores(ws: Workspace, catalogue: Catalogue, *, at_us: int) -> list[KnownScore]:
    found = []
    for key, each in catalogue.scores.items():
        fill = fill_of_score(ws.store.source(), key, at_us=at_us, database=ws.database)
        found.append(KnownScore(key, each.label, fill.rows, _instant(fill.last_us)))
    return found


def _collection(each: Collection, fill: Fill, *, loads: tuple[Load, ...]) -> KnownCollection:
    return KnownCollection(
        name=each.name,
        kind=each.kind,
        label=each.label,
        rows=fill.rows,
        first=_instant(fill.first_us),
        last=_instant(fill.last_us),
        loaded=_loaded(loads, kind=each.kind, name=each.name),
        properties=tuple(_field(field, fill) for field in each.properties.values()),
    )


def _field(field: Field, fill: Fill) -> KnownField:
    known = fill.known.get(field.name, 0)
    return KnownField(
        name=field.name,
        type=field.type,
        label=field.label,
        known=known,
        share=known / fill.rows if fill.rows else 0.0,
        choices=tuple(choice.value for choice in field.choices),
        unit=field.unit,
        sensitive=field.sensitive,
    )


def _loaded(loads: tuple[Load, ...], *, kind: str, name: str) -> dt.datetime | None:
    """When something of a kind and name was last received."""
    times = [load.received_at_us for load in loads if (load.kind, load.name) == (kind, name)]
    return instant(max(times)) if times else None


def _instant(at_us: int | None) -> dt.datetime | None:
    return None if at_us is None else instant(at_us)
