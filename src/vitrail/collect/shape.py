"""How a load meets the catalogue: the fields it finds there, and the catalogue it leaves."""

from __future__ import annotations

from typing import Literal, assert_never

import msgspec

from vitrail.collect.plan import Plan, field_name
from vitrail.model.catalogue import Catalogue, Collection, Field, Named
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.columns import column_name
from vitrail.warehouse.writer import Shelf

CONSENTS = {
    name: Field(name, "text", name)
    for name in ("state", "purpose", "channel", "wording", "place", "method", "proof")
}
"""The columns a load of consents may have beside the profile and the time."""

Kind = Literal["profiles", "event", "record", "score", "consent"]


def fields_of(catalogue: Catalogue, kind: Kind, *, name: str) -> dict[str, Field]:
    """The fields a load of this kind finds; refuses a collection that is of another kind."""
    match kind:
        case "profiles":
            return catalogue.traits
        case "score":
            return {}
        case "consent":
            return dict(CONSENTS)
        case "event" | "record":
            known = catalogue.collections.get(field_name(name))
            if known is not None and known.kind != kind:
                raise _other_kind(known)
            return {} if known is None else known.properties
        case _:
            assert_never(kind)


def with_load(catalogue: Catalogue, kind: Kind, *, name: str, plan: Plan, created: str | None) -> Catalogue:
    """The catalogue once the fields of a load are known."""
    match kind:
        case "profiles":
            declared = _created(catalogue, plan, created=created)
            return msgspec.structs.replace(catalogue, traits=plan.fields, created=declared)
        case "score":
            scores = {field_name(name): Named(key=field_name(name))} | catalogue.scores
            return msgspec.structs.replace(catalogue, scores=scores)
        case "consent":
            return catalogue
        case "event" | "record":
            collection = _collection(catalogue, kind, name=name, plan=plan)
            collections = catalogue.collections | {collection.name: collection}
            return msgspec.structs.replace(catalogue, collections=collections)
        case _:
            assert_never(kind)


def shelf_of(catalogue: Catalogue, kind: Literal["event", "record", "score"], *, name: str) -> Shelf:
    """Where the files of a collection or score go."""
    key = field_name(name)
    column = column_name(key, frozenset()) if kind == "score" else catalogue.collections[key].column
    return Shelf(kind, key, column)


def _collection(
    catalogue: Catalogue, kind: Literal["event", "record"], *, name: str, plan: Plan
) -> Collection:
    key = field_name(name)
    if kind == "event" and "at" in plan.fields:
        raise _reserved()
    known = catalogue.collections.get(key)
    if known is not None:
        return msgspec.structs.replace(known, properties=plan.fields)
    taken = frozenset(other.column for other in catalogue.collections.values())
    return Collection(name=key, kind=kind, column=column_name(key, taken), properties=plan.fields)


def _created(catalogue: Catalogue, plan: Plan, *, created: str | None) -> str | None:
    if created is None:
        return catalogue.created
    field = plan.fields.get(field_name(created))
    if field is None or field not in plan.loaded:
        raise refuse(
            "column_missing",
            path=created,
            fr=f"La date de création déclarée, « {created} », n'est pas parmi les attributs de ce fichier. "
            "Rien n'a été chargé.",
            en=f"The column “{created}”, the declared creation date, is not among the traits of this input. "
            "Nothing was loaded.",
            hint=tuple(loaded.name for loaded in plan.loaded if loaded.type in ("date", "instant"))[:3],
        )
    if field.type not in ("date", "instant"):
        raise refuse(
            "created_not_a_date",
            path=created,
            fr=f"« {created} » est du type {field.type} : il faut une date ou un instant.",
            en=f"“{created}” is of the type {field.type}: a date or an instant is needed.",
        )
    return field.name


def _reserved() -> UserError:
    """An event's own time is its property `at`: no other column may bear that name."""
    return refuse(
        "reserved_name",
        path="at",
        fr="« at » désigne l'instant de l'événement lui-même : renommez la colonne. Rien n'a été chargé.",
        en="“at” means the time of the event itself: rename the column. Nothing was loaded.",
    )


def _other_kind(known: Collection) -> UserError:
    words = {"event": ("des événements", "events"), "record": ("des fiches", "records")}
    french, english = words[known.kind]
    return refuse(
        "collection_of_another_kind",
        path=known.name,
        fr=f"« {known.name} » contient déjà {french}. Rien n'a été chargé ; choisissez un autre nom.",
        en=f"“{known.name}” already holds {english}. Nothing was loaded; choose another name.",
    )
