"""The quarantine and the tracking plan as people see them: reasons, masked samples, what is unplanned."""

from __future__ import annotations

import datetime as dt
import json

import msgspec

from vitrail.app.instants import instant
from vitrail.app.masking import HIDDEN
from vitrail.app.tracking_sources import all_sources, warnings_of
from vitrail.collect.filing.faults import Fault, words
from vitrail.collect.filing.quarantine import Group, groups, samples
from vitrail.ledger.filing import PlanWarning
from vitrail.ledger.write_keys import TrackingSource
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.errors import Message
from vitrail.warehouse.store import Store

SHOWN = 2_000


class Waiting(msgspec.Struct, frozen=True):
    """Messages that wait for one correction."""

    id: str
    source: str
    event: str
    messages: int
    lost: int
    first: dt.datetime
    last: dt.datetime
    reason: Message


class Plan(msgspec.Struct, frozen=True):
    """Who sends and under which rule; what was seen and nobody declared; what was counted as odd."""

    sources: tuple[TrackingSource, ...]
    events: tuple[Collection, ...]
    properties: tuple[tuple[str, Field], ...]
    traits: tuple[Field, ...]
    warnings: tuple[PlanWarning, ...]
    planned: tuple[Collection, ...]


def waiting(store: Store, *, masked: bool) -> tuple[Waiting, ...]:
    """What waits, the largest group first; values are hidden from who may not see personal data."""
    return tuple(_waiting(each, masked=masked) for each in groups(store))


def masked_samples(store: Store, group: str) -> tuple[str, ...]:
    """The first messages of a group, their values hidden: what matters is how they are made."""
    found = []
    for each in samples(store, group, limit=3):
        if each.message is not None:
            document = json.loads(each.message)
            found.append(json.dumps(_hidden(document), ensure_ascii=False, indent=1)[:SHOWN])
    return tuple(found)


def plan_of(store: Store) -> Plan:
    """The tracking plan, and what goes beyond it."""
    catalogue: Catalogue = store.catalogue
    collections = catalogue.collections.values()
    return Plan(
        sources=all_sources(store),
        events=tuple(each for each in collections if each.inferred),
        properties=tuple(
            (each.name, field)
            for each in collections
            if not each.inferred
            for field in each.properties.values()
            if field.inferred
        ),
        traits=tuple(each for each in catalogue.traits.values() if each.inferred),
        warnings=warnings_of(store),
        planned=tuple(each for each in collections if each.kind == "event" and not each.inferred),
    )


def _waiting(group: Group, *, masked: bool) -> Waiting:
    found = HIDDEN if masked and group.found else group.found
    return Waiting(
        id=group.id,
        source=group.source,
        event=group.event,
        messages=group.messages,
        lost=group.lost,
        first=instant(group.first_us),
        last=instant(group.last_us),
        reason=words(Fault(group.code, group.path, found, group.expected), event=group.event),
    )


def _hidden(document: object) -> object:
    """The same document with its values hidden: the names and the kinds of values stay."""
    match document:
        case dict():
            return {name: each if name in _PLAIN else _hidden(each) for name, each in document.items()}
        case list():
            return [_hidden(each) for each in document[:3]]
        case str():
            return HIDDEN
        case bool() | None:
            return document
        case _:
            return 0


_PLAIN = frozenset({"type", "event", "source", "kind"})
"""Parts of a message that are words of the plan, not of a person."""
