"""Lists of described things in YAML (segments, forms): read whole, with every problem and its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

import msgspec
from msgspec.structs import FieldInfo, fields

from vitrail.app.yaml_files import converted, unknown_names
from vitrail.model.errors import Problem, problem

T = TypeVar("T", bound=msgspec.Struct)


def each_of(listed: object, kind: type[T], *, path: str, problems: list[Problem]) -> Iterator[T]:
    """The items of a list that can be read; the others leave their problems."""
    if not isinstance(listed, list):
        part = path.rpartition(".")[2]
        problems.append(
            problem(
                "not_a_list",
                path=path,
                fr=f"« {part} » est une liste : chaque élément commence par un tiret.",
                en=f'"{part}" is a list: each of its items starts with a dash.',
            )
        )
        return
    for index, item in enumerate(listed):
        key = item.get("key") if isinstance(item, dict) else None
        place = f"{path}.{key}" if isinstance(key, str) else f"{path}[{index}]"
        found = one_of(item, kind, path=place, problems=problems)
        if found is not None:
            yield found


def one_of(item: object, kind: type[T], *, path: str, problems: list[Problem]) -> T | None:
    """One item, with a problem for each of its words that does not fit."""
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
    return kind(**{name: value for name, value in values.items() if value is not msgspec.UNSET})


def edition_of(found: object) -> Iterator[Problem]:
    """A problem when a file does not say which rules of the format it follows."""
    if found != 2026:
        yield problem(
            "bad_edition",
            path="edition",
            fr="La première ligne dit l’édition du format : « edition: 2026 ».",
            en='The first line says the edition of the format: "edition: 2026".',
        )


def _value(item: dict[object, object], field: FieldInfo, *, path: str, problems: list[Problem]) -> object:
    if field.name not in item:
        if field.required:
            problems.append(_missing(field.name, path))
        return msgspec.UNSET
    inner = _struct_in(field.type)
    if inner is not None and get_origin(field.type) is tuple:
        return tuple(each_of(item[field.name], inner, path=path, problems=problems))
    if inner is not None:
        return one_of(item[field.name], inner, path=path, problems=problems)
    return converted(item[field.name], field.type, path=path, problems=problems)


def _struct_in(kind: Any) -> type[msgspec.Struct] | None:
    """The Struct that a type is, or is a sequence of."""
    found = get_args(kind)[0] if get_origin(kind) is tuple else kind
    return found if isinstance(found, type) and issubclass(found, msgspec.Struct) else None


def _missing(name: str, path: str) -> Problem:
    return problem("missing_part", path=path, fr=f"Il manque « {name} ».", en=f"“{name}” is missing.")
