"""Small changes of the catalogue: the words of a field, its unit, what it reveals; the plan that grows."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from vitrail.collect.declare import Declaration, declare
from vitrail.language.messages import nearest
from vitrail.model.catalogue import Catalogue, Collection, Field, Label
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.store import Store


class Place(msgspec.Struct, frozen=True):
    """A trait (`of` empty), a property of a collection, or a collection itself (`name` empty)."""

    of: str = ""
    name: str = ""


class FieldEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is said of a field or a collection; `None` stays as it was, an empty text takes the word away."""

    fr: str | None = None
    en: str | None = None
    unit: str | None = None
    sensitive: bool | str | None = None
    purposes: tuple[str, ...] | None = None


def field_at(catalogue: Catalogue, place: Place) -> Field:
    """The trait or property of a place. Raises `UserError` when there is none."""
    fields: Mapping[str, Field] = catalogue.traits
    if place.of:
        fields = collection_at(catalogue, place.of).properties
    if place.name not in fields:
        raise _unknown(place.name, fields)
    return fields[place.name]


def collection_at(catalogue: Catalogue, name: str) -> Collection:
    """The collection of that name. Raises `UserError` when there is none."""
    if name not in catalogue.collections:
        raise _unknown(name, catalogue.collections)
    return catalogue.collections[name]


def edit(store: Store, place: Place, *, said: FieldEdit) -> Catalogue:
    """Change what is said of a field or of a collection; its type and its data stay."""
    catalogue = store.catalogue
    if place.of and not place.name:
        found = collection_at(catalogue, place.of)
        changed = msgspec.structs.replace(found, label=_label(found.label, said), properties={})
        return declare(store, Declaration(collections=(changed,)))
    field = field_at(catalogue, place)
    known = {} if said.purposes is None else {"purposes": _purposes(catalogue, said.purposes)}
    edited = msgspec.structs.replace(
        field,
        label=_label(field.label, said),
        unit=field.unit if said.unit is None else said.unit.strip()[:20],
        sensitive=field.sensitive if said.sensitive is None else _sensitive(said.sensitive),
        **known,
    )
    return _declared(store, place, field=edited)


def accept(store: Store, place: Place) -> Catalogue:
    """Take into the tracking plan what a message made known; a collection comes with all its properties."""
    catalogue = store.catalogue
    if place.of and not place.name:
        return declare(store, Declaration(collections=(collection_at(catalogue, place.of),)))
    return _declared(store, place, field=field_at(catalogue, place))


def _declared(store: Store, place: Place, *, field: Field) -> Catalogue:
    if not place.of:
        return declare(store, Declaration(traits=(field,)))
    collection = collection_at(store.catalogue, place.of)
    only = msgspec.structs.replace(collection, properties={field.name: field})
    return declare(store, Declaration(collections=(only,)))


def _label(known: Label | None, said: FieldEdit) -> Label | None:
    """The words of a field; the plural and the gender go where the word changes."""
    if said.fr is None and said.en is None:
        return known
    fr = (known.fr if known else "") if said.fr is None else said.fr.strip()[:80]
    en = (known.en if known else "") if said.en is None else said.en.strip()[:80]
    if known is not None and (fr, en) == (known.fr, known.en):
        return known
    return Label(fr or en, en or fr) if fr or en else None


def _sensitive(said: bool | str) -> bool | None:
    return said if isinstance(said, bool) else {"yes": True, "no": False}.get(said)


def _purposes(catalogue: Catalogue, purposes: tuple[str, ...]) -> tuple[str, ...]:
    for each in purposes:
        if each not in catalogue.purposes:
            raise _unknown(each, catalogue.purposes)
    return purposes


def _unknown(name: str, known: Mapping[str, object]) -> UserError:
    return refuse(
        "unknown_name",
        path=name,
        fr=f"Le catalogue ne connaît pas «\u202f{name}\u202f».",
        en=f"The catalogue does not know “{name}”.",
        hint=nearest(name, known),
    )
