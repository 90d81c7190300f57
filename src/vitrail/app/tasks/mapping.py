"""From what is proposed for a file and what a person says of it to the recipe of its import."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from vitrail.app.import_recipes import Columns, Kind, Recipe
from vitrail.app.tasks.kept import ColumnSaid, Said
from vitrail.collect.meanings import spoken
from vitrail.collect.proposal import Proposal, ProposedColumn
from vitrail.model.catalogue import Catalogue, Field, Type
from vitrail.model.identities import DeclaredKind

PARTS: dict[Kind, tuple[str, ...]] = {
    "profiles": ("key", "created"),
    "events": ("profile", "at", "key"),
    "records": ("profile", "key", "at"),
    "scores": ("profile", "value", "at"),
}
"""The parts columns may play, by what the file holds."""

NEEDED: dict[Kind, tuple[str, ...]] = {
    "profiles": ("key",),
    "events": ("profile", "at"),
    "records": ("profile", "key"),
    "scores": ("profile", "value"),
}
TYPES: tuple[Type, ...] = ("text", "integer", "decimal", "boolean", "date", "instant")
IDENTITIES: tuple[DeclaredKind, ...] = ("email", "phone", "loyalty_card", "crm_id")
IGNORED, CONSENT = "ignored", "consent"
ABOUT_THE_FILE = ("kind", "key", "profile", "at", "value")
_CREATED = r" (created|creation|inscription|inscrit|sign ?up|registered|registration|client depuis|since) "


class ConsentColumn(msgspec.Struct, frozen=True):
    """A column that says yes or no to a purpose, perhaps on one channel."""

    column: str
    purpose: str
    channel: str = ""


class Mapped(msgspec.Struct, frozen=True):
    """How a file is imported: its recipe, and the consents that are read from it besides."""

    recipe: Recipe
    consents: tuple[ConsentColumn, ...] = ()
    roles: dict[str, str] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        """The parts that no column plays yet."""
        kind = self.recipe.kind
        told = msgspec.structs.asdict(self.recipe.columns)
        return tuple(part for part in NEEDED[kind] if told[part] is None) if kind else ()


def becomes(column: ProposedColumn, said: Said, *, kind: Kind | None, known: Mapping[str, Field]) -> str:
    """What a column becomes: as was said or, until then, as is proposed."""
    told = said.columns.get(column.name, ColumnSaid()).becomes
    if told and (told not in get_args_of_parts() or (kind and told in PARTS[kind])):
        return told
    return proposed(column, kind=kind, known=known)


def proposed(column: ProposedColumn, *, kind: Kind | None, known: Mapping[str, Field]) -> str:
    """What a column becomes when nobody says otherwise."""
    if column.role in ("key", "profile", "at", "value", IGNORED):
        return column.role
    if kind == "scores":
        return IGNORED
    if column.name in known:
        return known[column.name].identity or known[column.name].type
    if kind == "profiles" and column.meaning == "consent":
        return CONSENT
    dated = column.type in ("date", "instant")
    if kind == "profiles" and dated and re.search(_CREATED, spoken(column.name)):
        return "created"
    return column.identity or column.type or IGNORED


def get_args_of_parts() -> frozenset[str]:
    """Every part there is."""
    return frozenset(part for parts in PARTS.values() for part in parts)


def kind_of(found: Proposal, said: Said) -> Kind | None:
    """What the file holds: as was said, else as is proposed."""
    return said.kind or found.kind


def known_fields(catalogue: Catalogue, kind: Kind | None, *, name: str) -> Mapping[str, Field]:
    """The fields the workspace has already for what is imported."""
    if kind in (None, "profiles"):
        return catalogue.traits
    collection = catalogue.collections.get(name)
    return collection.properties if collection else {}


def name_of(found: Proposal, said: Said) -> str:
    """What the events, records or scores are called."""
    return "" if kind_of(found, said) == "profiles" else said.name or found.name


def mapped(found: Proposal, said: Said, *, catalogue: Catalogue) -> Mapped:
    """The recipe of the import, as far as it is told."""
    kind = kind_of(found, said)
    known = known_fields(catalogue, kind, name=name_of(found, said))
    roles = {each.name: becomes(each, said, kind=kind, known=known) for each in found.columns}
    parts = {role: column for column, role in reversed(roles.items()) if role in get_args_of_parts()}
    consents = tuple(
        ConsentColumn(name, told.purpose, told.channel)
        for name, role in roles.items()
        if role == CONSENT and (told := said.columns.get(name, ColumnSaid())).purpose
    )
    unsure = [name for name, role in roles.items() if role == CONSENT]
    fields = {name: role for name, role in roles.items() if role in (*TYPES, *IDENTITIES, "texts", "float")}
    fields |= {column: "date" for part, column in parts.items() if part == "created"}
    names = {name: said.columns[name].name for name in fields if _renamed(name, said)}
    new = {names.get(name, name): role for name, role in fields.items() if names.get(name, name) not in known}
    types = {name: _typed(role, found, name=name) for name, role in new.items() if role in (*TYPES, "texts")}
    recipe = Recipe(
        kind=kind,
        name=name_of(found, said),
        columns=Columns(**{part: parts.get(part) for part in Columns.__struct_fields__}),
        rename=names,
        types=types if kind != "scores" else {},
        source=said.source.strip() or None,
        ignore=tuple(name for name, role in roles.items() if role == IGNORED or name in unsure),
        identities={name: role for name, role in new.items() if role in IDENTITIES},
        answers={
            key: each for key, each in (found.answers | said.answers).items() if key not in ABOUT_THE_FILE
        },
    )
    return Mapped(recipe, consents, roles)


def _renamed(name: str, said: Said) -> bool:
    told = said.columns.get(name, ColumnSaid()).name.strip()
    return bool(told) and told != name


def _typed(role: str, found: Proposal, *, name: str) -> Type:
    """The type of a new field; a date column with times keeps its times."""
    kind: Type = role  # type: ignore[assignment]
    column = next((each for each in found.columns if each.name == name), None)
    return "instant" if role == "date" and column is not None and column.type == "instant" else kind
