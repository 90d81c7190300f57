"""Reading definitions as people write them in YAML, with every problem and its place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec
from msgspec.structs import FieldInfo, fields

from vitrail.app.yaml_files import converted, read_yaml, unknown_names
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segment, Segmentation
from vitrail.model.errors import Problem, UserError, problem

Definition = TypeVar("Definition", Segment, Segmentation, Class, Remainder)
PARTS = ("edition", "segments", "segmentations")


class Misread(UserError):
    """Something in a file does not fit; `readable` holds the definitions that do."""

    def __init__(self, problems: tuple[Problem, ...], readable: DefinitionFile) -> None:
        super().__init__(problems)
        self.readable = readable


def read_definitions(path: str | Path) -> DefinitionFile:
    """The definitions of one YAML file.

    Raises `UserError` with all that is wrong in it: not YAML, another edition, unknown or missing
    words, wrong types, each with its place.
    """
    content = read_yaml(path, fr="un fichier de définitions", en="a file of definitions")
    problems = [*_edition(content.get("edition")), *unknown_names(content, PARTS)]
    segments = tuple(_each(content.get("segments") or [], Segment, path="segments", problems=problems))
    listed = content.get("segmentations") or []
    segmentations = tuple(_each(listed, Segmentation, path="segmentations", problems=problems))
    document = DefinitionFile(edition=2026, segments=segments, segmentations=segmentations)
    if problems:
        raise Misread(tuple(problems), document)
    return document


def _edition(found: object) -> Iterator[Problem]:
    if found != 2026:
        yield problem(
            "bad_edition",
            path="edition",
            fr="La première ligne dit l’édition du format : « edition: 2026 ».",
            en='The first line says the edition of the format: "edition: 2026".',
        )


def _each(
    listed: object, kind: type[Definition], *, path: str, problems: list[Problem]
) -> Iterator[Definition]:
    """The definitions of a list that can be read; the others leave their problems."""
    if not isinstance(listed, list):
        part = path.rpartition(".")[2]
        problems.append(
            problem(
                "not_a_list",
                path=path,
                fr=f"« {part} » est une liste : chaque élément commence par un tiret.",
                en=f'"{part}" is a list: each of its items starts with a dash.',
            )
        )
        return
    for index, item in enumerate(listed):
        key = item.get("key") if isinstance(item, dict) else None
        place = f"{path}.{key}" if isinstance(key, str) else f"{path}[{index}]"
        found = _read(item, kind, path=place, problems=problems)
        if found is not None:
            yield found


def _read(item: object, kind: type[Definition], *, path: str, problems: list[Problem]) -> Definition | None:
    """One definition, with a problem for each of its words that does not fit."""
    if not isinstance(item, dict):
        return converted(item, kind, path=path, problems=problems)
    before = len(problems)
    known = {each.name: each for each in fields(kind)}
    problems += unknown_names(map(str, item), known, path=path)
    values = {
        name: _value(item, field, path=f"{path}.{name}", problems=problems) for name, field in known.items()
    }
    if len(problems) > before:
        return None
    given = {name: value for name, value in values.items() if value is not msgspec.UNSET}
    return kind(**given)  # type: ignore[arg-type]


def _value(item: dict[object, object], field: FieldInfo, *, path: str, problems: list[Problem]) -> object:
    if field.name not in item:
        if field.required:
            problems.append(_missing(field.name, path))
        return msgspec.UNSET
    match field.name:
        case "classes":
            return tuple(_each(item[field.name], Class, path=path, problems=problems))
        case "otherwise":
            return _read(item[field.name], Remainder, path=path, problems=problems)
        case _:
            return converted(item[field.name], field.type, path=path, problems=problems)


def _missing(name: str, path: str) -> Problem:
    return problem("missing_part", path=path, fr=f"Il manque « {name} ».", en=f"“{name}” is missing.")
