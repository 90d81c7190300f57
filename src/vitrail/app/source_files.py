"""Sources as people write them in YAML: one file, any number of sources."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import get_args

from vitrail.app.yaml_files import converted, read_yaml, unknown_names, yaml_text
from vitrail.collect.sources.check import check_sources
from vitrail.collect.sources.definition import Source
from vitrail.language.messages import nearest
from vitrail.model.errors import Problem, UserError, problem, refuse

PARTS = ("edition", "sources")
_RECIPES = files("vitrail.collect.sources") / "recipes"


def read_sources(path: str | Path) -> tuple[Source, ...]:
    """The sources in a YAML file. Raises `UserError` with all that is wrong in it."""
    content = read_yaml(path, fr="une liste de sources", en="a list of sources")
    problems = unknown_names(content, PARTS)
    if content.get("edition") != 2026:
        problems.append(_no_edition())
    listed = content.get("sources")
    if not isinstance(listed, list) or not listed:
        raise UserError((*problems, _no_sources()))
    found = [_source(each, place=place, problems=problems) for place, each in enumerate(listed)]
    sources = tuple(source for source in found if source is not None)
    problems += check_sources(sources)
    if problems:
        raise UserError(tuple(problems))
    return sources


def source_text(*sources: Source) -> str:
    """The sources as the YAML of a file."""
    return yaml_text({"edition": 2026, "sources": sources})


def recipe_names() -> list[str]:
    """The ready recipes, by name."""
    return sorted(
        file.name.removesuffix(".yaml") for file in _RECIPES.iterdir() if file.name.endswith(".yaml")
    )


def recipe_text(name: str) -> str:
    """A ready recipe, as YAML to keep and to change. Raises `UserError` when there is none."""
    if name in recipe_names():
        return (_RECIPES / f"{name}.yaml").read_text("utf-8")
    raise refuse(
        "unknown_recipe",
        path=name,
        fr=f"Aucune recette ne s’appelle « {name} ». Les recettes : {', '.join(recipe_names())}.",
        en=f"There is no recipe “{name}”. The recipes: {', '.join(recipe_names())}.",
        hint=nearest(name, recipe_names()),
    )


def kinds() -> dict[str, type[Source]]:
    """The kinds of sources, by the word that tells them."""
    types: tuple[type[Source], ...] = get_args(Source) or (Source,)
    return {str(kind.__struct_config__.tag): kind for kind in types}


def _source(given: object, *, place: int, problems: list[Problem]) -> Source | None:
    path = f"sources[{place}]"
    if not isinstance(given, dict):
        problems.append(_not_names(path))
        return None
    key = given.get("key")
    path = str(key) if isinstance(key, str) else path
    kind = kinds().get(str(given.get("kind")))
    if kind is None:
        problems.append(_no_kind(given.get("kind"), path))
        return None
    unknown = unknown_names(map(str, given), ("kind", *kind.__struct_fields__), path=path)
    problems += unknown
    return None if unknown else converted(given, kind, path=path, problems=problems)


def _no_kind(given: object, path: str) -> Problem:
    told = ", ".join(kinds())
    return problem(
        "unknown_kind",
        path=f"{path}.kind",
        fr=f"« {given} » n’est pas une sorte de source. Les sortes : {told}.",
        en=f"“{given}” is no kind of source. The kinds: {told}.",
    )


def _no_edition() -> Problem:
    return problem(
        "no_edition",
        path="edition",
        fr="Le fichier commence par « edition: 2026 ».",
        en="The file begins with “edition: 2026”.",
    )


def _no_sources() -> Problem:
    return problem(
        "no_sources",
        path="sources",
        fr="Le fichier ne liste aucune source : sources: [{key: …, kind: …}].",
        en="The file lists no source: sources: [{key: …, kind: …}].",
    )


def _not_names(path: str) -> Problem:
    return problem(
        "not_names",
        path=path,
        fr="Une source est faite de « nom: valeur ».",
        en="A source is made of “name: value”.",
    )
