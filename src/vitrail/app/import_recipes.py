"""Recipes of imports: which columns of a file play which part, how they are called, what they hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, assert_never, get_args

import msgspec

from vitrail.app.workspace import Workspace
from vitrail.app.yaml_files import converted, read_yaml, unknown_names, yaml_text
from vitrail.collect.proposal import Proposal
from vitrail.model.catalogue import Field, Type
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.identities import DeclaredKind
from vitrail.model.reports import LoadReport

Kind = Literal["profiles", "events", "records", "scores"]
Progress = Callable[[int, int | None], None]


class Columns(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Which column of the file plays which part.

    `key` identifies the row itself, `profile` names the customer, `at` tells when, `value` is that of
    a score, `created` the date a customer was created.
    """

    key: str | None = None
    profile: str | None = None
    at: str | None = None
    value: str | None = None
    created: str | None = None


class Recipe(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Everything that is said of a file to import: what it holds, its columns, their names and types.

    `rename` gives columns of the file other names in the catalogue; `types` are by those names.
    `source` names where the data come from (`crm`). Columns in `ignore` are left out; `identities` are
    names that tell who a profile is; `answers` say what the file does not tell (`day-month:born: day`).
    """

    kind: Kind | None = None
    name: str = ""
    columns: Columns = Columns()
    rename: dict[str, str] = {}
    types: dict[str, Type] = {}
    source: str | None = None
    ignore: tuple[str, ...] = ()
    identities: dict[str, DeclaredKind] = {}
    answers: dict[str, str] = {}

    def completed(self, kind: Kind | None, name: str, *, columns: Columns) -> Recipe:
        """The recipe with what a command line says, which wins."""
        told = msgspec.structs.asdict(columns)
        merged = msgspec.structs.replace(
            self.columns, **{part: each for part, each in told.items() if each is not None}
        )
        return msgspec.structs.replace(self, kind=kind or self.kind, name=name or self.name, columns=merged)


def read_recipe(path: str | Path) -> Recipe:
    """The recipe in a YAML file. Raises `UserError` with all that is wrong in it."""
    content = read_yaml(path, fr="une recette d’import", en="an import recipe")
    problems = unknown_names(content, Recipe.__struct_fields__)
    columns = content.get("columns") or {}
    if isinstance(columns, dict):
        problems += unknown_names(map(str, columns), Columns.__struct_fields__, path="columns")
    types = content.get("types") or {}
    if isinstance(types, dict):
        problems += _bad_types(types)
    if not problems:
        found = converted(content, Recipe, path="", problems=problems)
        if found is not None:
            return found
    raise UserError(tuple(problems))


def run_import(
    ws: Workspace, recipe: Recipe, *, file: str | Path, progress: Progress | None = None
) -> LoadReport:
    """Load a file as a recipe says. Raises `UserError` when the recipe lacks something."""
    kind, columns = _whole(recipe)
    sayings = {
        "names": recipe.rename,
        "types": recipe.types,
        "source": recipe.source,
        "ignore": recipe.ignore,
        "identities": recipe.identities,
        "answers": recipe.answers,
        "progress": progress,
    }
    told = {part: each for part, each in msgspec.structs.asdict(columns).items() if each is not None}
    match kind:
        case "profiles":
            if columns.created is not None:
                told["created"] = recipe.rename.get(columns.created, columns.created)
            return ws.load_profiles(file, **told, **sayings)  # type: ignore[arg-type]
        case "events":
            return ws.load_events(recipe.name, file, **told, **sayings)  # type: ignore[arg-type]
        case "records":
            return ws.load_records(recipe.name, file, **told, **sayings)  # type: ignore[arg-type]
        case "scores":
            return ws.load_scores(recipe.name, file, **told, **sayings)  # type: ignore[arg-type]
        case _:
            assert_never(kind)


_PARTS: dict[Kind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "profiles": (("key",), ("at", "created")),
    "events": (("profile", "at"), ("key",)),
    "records": (("profile", "key"), ("at",)),
    "scores": (("profile", "value"), ("at",)),
}
"""The parts that each kind of import needs, and those it may have."""


def is_whole(recipe: Recipe) -> bool:
    """Whether the recipe says all that an import needs."""
    if recipe.kind is None or (recipe.kind != "profiles" and not recipe.name):
        return False
    return all(getattr(recipe.columns, part) is not None for part in _PARTS[recipe.kind][0])


def drafted(proposal: Proposal, recipe: Recipe, *, known: Mapping[str, Field]) -> Recipe:
    """What a proposal adds to what a recipe says already; `known` fields keep their type."""
    parts = {part: proposal.part(part) for part in ("key", "profile", "at", "value")}
    told = msgspec.structs.asdict(recipe.columns)
    columns = Columns(**{part: told[part] or parts.get(part) for part in told})
    playing = set(msgspec.structs.asdict(columns).values())
    fields = [each for each in proposal.columns if each.role != "ignored" and each.name not in playing]
    fields = [each for each in fields if each.name not in recipe.ignore]
    names = {each.name: recipe.rename.get(each.name, each.name) for each in fields}
    new = [each for each in fields if names[each.name] not in known]
    types = {names[each.name]: each.type for each in new if each.type and each.identity is None}
    identities = {names[each.name]: each.identity for each in new if each.identity}
    empty = tuple(each.name for each in proposal.columns if each.role == "ignored")
    keeps_fields = proposal.kind != "scores"
    return msgspec.structs.replace(
        recipe,
        kind=recipe.kind or proposal.kind,
        name=recipe.name or ("" if proposal.kind == "profiles" else proposal.name),
        columns=columns,
        types={**types, **recipe.types} if keeps_fields else recipe.types,
        identities={**identities, **recipe.identities} if keeps_fields else recipe.identities,
        ignore=(*recipe.ignore, *(each for each in empty if each not in recipe.ignore)),
        answers={**_about_the_file(proposal.answers), **recipe.answers},
    )


def _about_the_file(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers but for those that the recipe says in its own words."""
    return {
        key: said for key, said in answers.items() if key not in ("kind", "key", "profile", "at", "value")
    }


def write_recipe(recipe: Recipe, path: Path) -> None:
    """Write a recipe as YAML, to be used again."""
    path.write_text(yaml_text(recipe), "utf-8")


def _whole(recipe: Recipe) -> tuple[Kind, Columns]:
    if recipe.kind is None:
        raise UserError((_no_kind(),))
    needed, possible = _PARTS[recipe.kind]
    told = {part for part, each in msgspec.structs.asdict(recipe.columns).items() if each is not None}
    problems = [_missing(part, recipe.kind) for part in needed if part not in told]
    problems += [_spare(part, recipe.kind) for part in sorted(told - {*needed, *possible})]
    if recipe.kind != "profiles" and not recipe.name:
        problems.append(_no_name(recipe.kind))
    if problems:
        raise UserError(tuple(problems))
    return recipe.kind, recipe.columns


def _bad_types(types: dict[object, object]) -> list[Problem]:
    return [
        problem(
            "unknown_type",
            path=f"types.{name}",
            fr=f"« {kind} » n’est pas un type.",
            en=f"“{kind}” is not a type.",
            hint=get_args(Type),
        )
        for name, kind in types.items()
        if kind not in get_args(Type)
    ]


def _no_kind() -> Problem:
    return problem(
        "no_kind",
        path="kind",
        fr="La recette ne dit pas ce qu’il y a dans le fichier : kind: profiles, events, records ou scores.",
        en="The recipe does not say what the file holds: kind: profiles, events, records or scores.",
    )


def _no_name(kind: Kind) -> Problem:
    return problem(
        "no_name",
        path="name",
        fr=f"Il faut un nom pour ces données ({kind}) : « name » dans la recette.",
        en=f"These data ({kind}) need a name: “name” in the recipe.",
    )


def _missing(part: str, kind: Kind) -> Problem:
    french, english = _MEANING[part]
    return problem(
        "part_missing",
        path=f"columns.{part}",
        fr=f"Il manque --{part} : {french} ({kind}). Rien n’a été chargé.",
        en=f"--{part} is missing: {english} ({kind}). Nothing was loaded.",
    )


def _spare(part: str, kind: Kind) -> Problem:
    return problem(
        "part_spare",
        path=f"columns.{part}",
        fr=f"--{part} n’a pas de sens pour cet import ({kind}). Rien n’a été chargé.",
        en=f"--{part} means nothing for this import ({kind}). Nothing was loaded.",
    )


_MEANING = {
    "key": ("la colonne qui identifie la ligne", "the column that identifies the row"),
    "profile": ("la colonne qui identifie le client", "the column that identifies the customer"),
    "at": ("la colonne qui dit quand", "the column that tells when"),
    "value": ("la colonne de la valeur du score", "the column of the score’s value"),
}
