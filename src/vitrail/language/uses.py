"""What a condition reads: the names it takes from the catalogue."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import (
    Aggregate,
    Condition,
    Consented,
    Member,
    Property,
    Score,
    Selection,
    Step,
    Trait,
    Tree,
)
from vitrail.model.walk import children


class Uses(msgspec.Struct, frozen=True):
    """Sorted names, each once; a property comes with its collection: `("order", "amount")`.

    `at`, the time an event has by itself, is listed among the properties where it is written.
    """

    traits: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    segments: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()


def uses(condition: Condition, catalogue: Catalogue | None = None) -> Uses:
    """What a condition reads; given a catalogue, also what the segments it refers to read.

    >>> from vitrail.language.parse import parse
    >>> uses(parse('country = "FR" and sum(order.amount where weight > 2) > 9')).properties
    (('order', 'amount'), ('order', 'weight'))
    """
    segments = catalogue.segments if catalogue else {}
    found: dict[str, set[tuple[str, ...]]] = {name: set() for name in Uses.__struct_fields__}
    waiting: list[Condition] = [condition]
    while waiting:
        for field, name in _names(waiting.pop()):
            if field == "segments" and name not in found[field] and name[0] in segments:
                waiting.append(segments[name[0]])
            found[field].add(name)
    plain = {field: tuple(sorted(name[0] for name in found[field])) for field in found}
    pairs = tuple(sorted((name[0], name[1]) for name in found["properties"]))
    return msgspec.convert({**plain, "properties": pairs}, Uses)


def _names(condition: Condition) -> Iterator[tuple[str, tuple[str, ...]]]:
    waiting: list[tuple[Tree, str]] = [(condition, "")]
    while waiting:
        node, collection = waiting.pop()
        yield from _own(node, collection)
        inner = node.collection if isinstance(node, Selection | Step) else collection
        waiting.extend((below, inner) for _, below in children(node))


def _own(node: Tree, collection: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    match node:
        case Trait(name):
            yield "traits", (name,)
        case Property(name):
            yield "properties", (collection, name)
        case Aggregate(_, name, selection):
            yield "properties", (selection.collection, name)
        case Selection(name) | Step(name):
            yield "collections", (name,)
        case Member(key):
            yield "segments", (key,)
        case Score(key):
            yield "scores", (key,)
        case Consented(purpose, channel):
            yield "purposes", (purpose,)
            if channel is not None:
                yield "channels", (channel,)
        case _:
            return
