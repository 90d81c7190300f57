"""Reading definitions as people write them in YAML, with every problem and its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from vitrail.language.messages import nearest
from vitrail.model.definitions import DefinitionFile, Segment, Segmentation
from vitrail.model.errors import Problem, UserError, problem, refuse

Definition = TypeVar("Definition", Segment, Segmentation)
PARTS = ("edition", "segments", "segmentations")


def read_definitions(path: str | Path) -> DefinitionFile:
    """The definitions of one YAML file.

    Raises `UserError` with all that is wrong in it: not YAML, another edition, unknown or missing
    words, wrong types, each with its place.
    """
    file = Path(path)
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise refuse(
            "file_not_found",
            path=str(path),
            fr=f"Le fichier « {path} » n’existe pas.",
            en=f'The file "{path}" does not exist.',
        ) from error
    except (UnicodeDecodeError, OSError) as error:
        raise refuse(
            "file_unreadable",
            path=str(path),
            fr=f"Le fichier « {path} » ne se lit pas comme du texte UTF-8 : {error}.",
            en=f'The file "{path}" cannot be read as UTF-8 text: {error}.',
        ) from error
    return parse_definitions(text, place=file.name)


def parse_definitions(text: str, *, place: str = "") -> DefinitionFile:
    """The definitions of one YAML text; `place` names it in problems."""
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise _not_yaml(error, place) from None
    except RecursionError:
        raise _not_yaml(yaml.YAMLError("nested too deeply"), place) from None
    if not isinstance(content, dict):
        raise refuse(
            "not_definitions",
            path=place,
            fr="Ce fichier n’est pas un fichier de définitions : il commence par « edition: 2026 ».",
            en='This is not a file of definitions: such a file starts with "edition: 2026".',
        )
    problems = [*_top(content, place)]
    segments = list(_each(content, "segments", kind=Segment, problems=problems))
    segmentations = list(_each(content, "segmentations", kind=Segmentation, problems=problems))
    if problems:
        raise UserError(tuple(problems))
    return DefinitionFile(edition=2026, segments=tuple(segments), segmentations=tuple(segmentations))


def _not_yaml(error: yaml.YAMLError, place: str) -> UserError:
    mark = getattr(error, "problem_mark", None)
    line = f", line {mark.line + 1}" if mark is not None else ""
    ligne = f", ligne {mark.line + 1}" if mark is not None else ""
    reason = getattr(error, "problem", None) or str(error)
    return refuse(
        "not_yaml",
        path=place,
        fr=f"Ce fichier n’est pas du YAML{ligne} : {reason}.",
        en=f"This file is not YAML{line}: {reason}.",
    )


def _top(content: dict[object, object], place: str) -> Iterator[Problem]:
    if content.get("edition") != 2026:
        yield problem(
            "bad_edition",
            path=f"{place}:edition" if place else "edition",
            fr="La première ligne dit l’édition du format : « edition: 2026 ».",
            en='The first line says the edition of the format: "edition: 2026".',
        )
    for name in content:
        if name not in PARTS:
            yield problem(
                "unknown_part",
                path=str(name),
                fr=f"« {name} » n’est pas une partie d’un fichier de définitions.",
                en=f'"{name}" is not a part of a file of definitions.',
                hint=nearest(str(name), PARTS),
            )


def _each(
    content: dict[object, object], part: str, *, kind: type[Definition], problems: list[Problem]
) -> Iterator[Definition]:
    listed = content.get(part) or []
    if not isinstance(listed, list):
        problems.append(
            problem(
                "not_a_list",
                path=part,
                fr=f"« {part} » est une liste : chaque élément commence par un tiret.",
                en=f'"{part}" is a list: each of its items starts with a dash.',
            )
        )
        return
    for index, item in enumerate(listed):
        try:
            yield msgspec.convert(item, kind)
        except msgspec.ValidationError as error:
            problems.append(_misfit(error, item, path=f"{part}[{index}]"))


def _misfit(error: msgspec.ValidationError, item: object, *, path: str) -> Problem:
    reason, _, place = str(error).partition(" - at `$")
    key = item.get("key", "") if isinstance(item, dict) else ""
    who = f" ({key})" if key else ""
    return problem(
        "bad_definition",
        path=f"{path}{place.removesuffix('`')}",
        fr=f"Cette définition{who} ne convient pas : {reason}.",
        en=f"This definition{who} does not fit: {reason}.",
    )
