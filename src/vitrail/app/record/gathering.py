"""Gathering the record of processing: each purpose with what serves it, and all that serves none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

import msgspec

from vitrail.collect.sources.kept import defined_sources
from vitrail.consent.purposes import register_of
from vitrail.ledger.manifest import load_sources
from vitrail.ledger.write_keys import tracking_sources
from vitrail.model.catalogue import Label
from vitrail.model.definitions import DefinitionFile
from vitrail.model.purposes import Controller, Purpose, Words
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store

Kind = Literal["source", "trait", "segment"]


class Item(msgspec.Struct, frozen=True):
    """A source, a trait or a segment, with the purposes it names; without one, it can reach nobody."""

    kind: Kind
    key: str
    name: Words
    purposes: tuple[str, ...]


class Activity(msgspec.Struct, frozen=True):
    """One processing activity: a purpose, and what serves it."""

    purpose: Purpose
    sources: tuple[str, ...]
    traits: tuple[str, ...]
    segments: tuple[str, ...]


class ProcessingRecord(msgspec.Struct, frozen=True):
    """The record of processing activities (GDPR, article 30(1)), as of one version of the register.

    `without_purpose` are the items that name no purpose of the register.
    """

    version: int
    applied_at_us: int
    written_at_us: int
    controller: Controller | None
    activities: tuple[Activity, ...]
    items: tuple[Item, ...]
    without_purpose: tuple[Item, ...]


def gather_record(store: Store) -> ProcessingRecord:
    """The record of a workspace, now: every purpose, every source, trait and segment."""
    register = register_of(store)
    items = tuple(_items(store, register.document.sources))
    known = {each.key for each in register.document.purposes} | {
        each.asked for each in register.document.purposes
    }
    return ProcessingRecord(
        version=register.version,
        applied_at_us=register.applied_at_us,
        written_at_us=store.now_us(),
        controller=register.document.controller,
        activities=tuple(_activity(each, items) for each in register.document.purposes),
        items=items,
        without_purpose=tuple(each for each in items if not known.intersection(each.purposes)),
    )


def _activity(purpose: Purpose, items: Iterable[Item]) -> Activity:
    serving = [each for each in items if {purpose.key, purpose.asked} & set(each.purposes)]
    kinds: tuple[Kind, ...] = ("source", "trait", "segment")
    sources, traits, segments = (tuple(each.key for each in serving if each.kind == kind) for kind in kinds)
    return Activity(purpose, sources, traits, segments)


def _items(store: Store, declared: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    yield from _sources(store, declared)
    for field in store.catalogue.traits.values():
        yield Item("trait", field.name, _words(field.label, field.name), field.purposes)
    yield from _segments(defined(store)[1].document)


def _sources(store: Store, declared: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    """Whatever brought data, may send or is pulled, by its name."""
    with store.ledger.reading() as connection:
        loaded = load_sources(connection)
        sending = {each.name for each in tracking_sources(connection)}
    pulled = defined_sources(store)
    for name in sorted({*loaded, *sending, *pulled, *declared}):
        own = pulled[name].purposes if name in pulled else ()
        called = pulled[name].name if name in pulled else None
        words = {"fr": called.fr, "en": called.en} if called else {"fr": name, "en": name}
        yield Item("source", name, words, tuple(dict.fromkeys((*declared.get(name, ()), *own))))


def _segments(document: DefinitionFile) -> Iterator[Item]:
    for segment in document.segments:
        yield Item("segment", segment.key, segment.name, segment.purposes)
    for grouped in document.segmentations:
        yield Item("segment", grouped.key, grouped.name, grouped.purposes)


def _words(label: Label | None, name: str) -> Words:
    return {"fr": name, "en": name} if label is None else {"fr": label.fr, "en": label.en}
