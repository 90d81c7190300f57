"""Where sensitive data are: traits, properties, events; and where a condition uses or infers them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from vitrail.consent.sensitive.words import in_value, sensitive_words
from vitrail.consent.spotting import Lexicon, Spotted
from vitrail.model.catalogue import Catalogue, Choice, Collection, Field, Label
from vitrail.model.tree import (
    Aggregate,
    Compare,
    Condition,
    Constant,
    Has,
    Like,
    Member,
    OneOf,
    Property,
    Score,
    Selection,
    Step,
    Text,
    Trait,
    Tree,
)
from vitrail.model.walk import children, joined

By = Literal["declared", "name", "value"]

DECLARED = "declared"
"""The subject of what was declared sensitive and whose name tells no more."""


class Sensitive(msgspec.Struct, frozen=True):
    """Something sensitive: its subject, its place, what it is called, the words that tell, and how.

    `by` is `declared` by hand, or found by the `name` of a trait, an event, a segment, or by a `value`.
    """

    subject: str
    path: str
    what: str
    words: str
    by: By


def is_sensitive(field: Field, *, within: str = "") -> bool:
    """Whether a field holds sensitive data: as declared by hand or, failing that, by its name."""
    return bool(subjects_of(field, within=within))


def subjects_of(field: Field, *, within: str = "") -> tuple[Spotted, ...]:
    """What a field reveals by itself; `within` is the name of its collection. A no by hand is a no."""
    if field.sensitive is False:
        return ()
    found = _called(field.name, field.label, within=within)
    return found or ((Spotted(DECLARED, field.name),) if field.sensitive else ())


def sensitive_places(catalogue: Catalogue) -> tuple[Sensitive, ...]:
    """All that is sensitive in a catalogue: traits, events and records, their properties and choices."""
    found = [each for field in catalogue.traits.values() for each in _in_field(field, "traits", within="")]
    for collection in catalogue.collections.values():
        found += _in_collection(collection)
    return tuple(found)


def revealed(
    condition: Condition, catalogue: Catalogue, *, others: Lexicon | None = None
) -> tuple[Sensitive, ...]:
    """What a condition reveals of those who meet it, with the place in its tree; through segments too.

    `others` is another lexicon than that of sensitive data, whose marks then do not count.
    """
    found: dict[tuple[str, str], Sensitive] = {}
    for each in _below("", condition, seen=_Seen(catalogue, others)):
        found.setdefault((each.path, each.subject), each)
    return tuple(found.values())


def called_so(segment: str, catalogue: Catalogue) -> tuple[Sensitive, ...]:
    """What a segment is called tells of everybody in it, whatever its rule reads: `Pregnant women`."""
    keys = dict.fromkeys((segment.partition(".")[0], segment))
    found = [each for key in keys for each in _called(key, catalogue.segment_labels.get(key))]
    return tuple(Sensitive(each.subject, "", segment, each.words, "name") for each in found)


# --- in a catalogue ---------------------------------------------------------------------------


def _in_field(field: Field, base: str, *, within: str) -> Iterator[Sensitive]:
    path = f"{base}.{field.name}"
    for each in subjects_of(field, within=within):
        yield Sensitive(each.subject, path, field.name, each.words, "declared" if field.sensitive else "name")
    if field.sensitive is None:
        for choice in field.choices:
            for each in _of_choice(choice, within=f"{within} {field.name}"):
                yield Sensitive(each.subject, path, choice.value, each.words, "value")


def _of_choice(choice: Choice, *, within: str) -> tuple[Spotted, ...]:
    texts = [choice.value, *([choice.label.fr, choice.label.en] if choice.label else [])]
    return tuple({each.subject: each for text in texts for each in in_value(text, within=within)}.values())


def _in_collection(collection: Collection) -> Iterator[Sensitive]:
    path = f"{collection.kind}s.{collection.name}"
    for each in _called(collection.name, collection.label):
        yield Sensitive(each.subject, path, collection.name, each.words, "name")
    for field in collection.properties.values():
        yield from _in_field(field, path, within=collection.name)


def _called(
    name: str, label: Label | None, *, within: str = "", others: Lexicon | None = None
) -> tuple[Spotted, ...]:
    texts, around = [name, *([label.fr, label.en] if label else [])], f"{within} {name}"
    words = sensitive_words() if others is None else others
    found = {each.subject: each for text in texts for each in words.spot(text, within=around, is_name=True)}
    return tuple(found.values())


# --- in a condition ---------------------------------------------------------------------------


class _Seen(msgspec.Struct, frozen=True):
    """What stands around a node: the collection it is in, and the segments it was reached through."""

    catalogue: Catalogue
    others: Lexicon | None = None
    collection: str = ""
    through: tuple[str, ...] = ()

    def called(self, name: str, label: Label | None = None, *, within: str = "") -> tuple[Spotted, ...]:
        """What a name and its label tell."""
        return _called(name, label, within=within, others=self.others)

    def value(self, text: str, *, within: str) -> tuple[Spotted, ...]:
        """What a value tells."""
        if self.others is None:
            return in_value(text, within=within)
        return self.others.spot(text, within=within, is_name=False)

    def subjects(self, field: Field, *, within: str) -> tuple[Spotted, ...]:
        """What a field tells."""
        if self.others is None:
            return subjects_of(field, within=within)
        return self.called(field.name, field.label, within=within)

    def field(self, name: str, collection: str | None = None) -> Field | None:
        inside = self.collection if collection is None else collection
        if not inside:
            return self.catalogue.traits.get(name)
        known = self.catalogue.collections.get(inside)
        return known.properties.get(name) if known else None


def _below(path: str, node: Tree, *, seen: _Seen) -> Iterator[Sensitive]:
    yield from _here(path, node, seen=seen)
    if isinstance(node, Member):
        yield from _through(path, node.segment, seen=seen)
    inner = seen
    if isinstance(node, Selection | Step):
        inner = msgspec.structs.replace(seen, collection=node.collection)
    for step, below in children(node):
        yield from _below(joined(path, step), below, seen=inner)


def _through(path: str, key: str, *, seen: _Seen) -> Iterator[Sensitive]:
    """What the rule of another segment reveals, at the place that refers to it."""
    condition = seen.catalogue.segments.get(key)
    if condition is None or key in seen.through:
        return
    inside = msgspec.structs.replace(seen, collection="", through=(*seen.through, key))
    for each in _below("", condition, seen=inside):
        yield msgspec.structs.replace(each, path=path)


def _here(path: str, node: Tree, *, seen: _Seen) -> Iterator[Sensitive]:
    match node:
        case Trait(name):
            yield from _named(path, name, field=seen.catalogue.traits.get(name), seen=seen)
        case Property(name):
            yield from _named(path, name, field=seen.field(name), seen=seen)
        case Aggregate(_, name, of):
            inside = msgspec.structs.replace(seen, collection=of.collection)
            yield from _named(path, name, field=inside.field(name), seen=inside)
        case Selection(name) | Step(name):
            known = seen.catalogue.collections.get(name)
            yield from _told(path, name, found=seen.called(name, known.label if known else None))
        case Score(name):
            yield from _told(path, name, found=seen.called(name))
        case Member(key):
            yield from _told(path, key, found=seen.called(key, seen.catalogue.segment_labels.get(key)))
        case Compare(left, _, right):
            yield from _values(path, [left, right], constants=_texts(left, right), seen=seen)
        case OneOf(value, choices) | Has(value, _, choices):
            yield from _values(path, [value], constants=_texts(*choices), seen=seen)
        case Like(value, _, pattern):
            yield from _values(path, [value], constants=[pattern], seen=seen)
        case _:
            return


def _named(path: str, name: str, *, field: Field | None, seen: _Seen) -> Iterator[Sensitive]:
    if field is None:
        yield from _told(path, name, found=seen.called(name, within=seen.collection))
        return
    by: By = "declared" if field.sensitive and seen.others is None else "name"
    for each in seen.subjects(field, within=seen.collection):
        yield Sensitive(each.subject, path, name, each.words, by)


def _told(path: str, name: str, *, found: tuple[Spotted, ...]) -> Iterator[Sensitive]:
    for each in found:
        yield Sensitive(each.subject, path, name, each.words, "name")


def _values(path: str, sides: list[Tree], *, constants: list[str], seen: _Seen) -> Iterator[Sensitive]:
    """What the texts a value is compared with reveal, unless the field was declared not to."""
    fields = list(_fields(sides, seen))
    if seen.others is None and any(field.sensitive is False for field in fields):
        return
    within = " ".join([seen.collection, *(field.name for field in fields)])
    for text in constants:
        for each in seen.value(text, within=within):
            yield Sensitive(each.subject, path, text, each.words, "value")


def _fields(sides: list[Tree], seen: _Seen) -> Iterator[Field]:
    for side in sides:
        match side:
            case Trait(name):
                found = seen.catalogue.traits.get(name)
            case Property(name):
                found = seen.field(name)
            case Aggregate(_, name, of):
                found = seen.field(name, of.collection)
            case _:
                found = None
        if found is not None:
            yield found


def _texts(*values: Tree | Constant) -> list[str]:
    return [each.value for each in values if isinstance(each, Text)]
