"""What a person says of the columns of an input beside their parts: their names and their types."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Mapping
from typing import TypedDict

import msgspec

from vitrail.collect.files.asking import Answers
from vitrail.collect.plan import field_name
from vitrail.collect.reading import Input, at_places
from vitrail.model.catalogue import Field, Type
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.identities import DeclaredKind
from vitrail.warehouse.columns import column_name


class Sayings(TypedDict, total=False):
    """`names` gives a column of the input another name in the catalogue; `types` the type of a name.

    `source` names where the data come from (`crm`, `till`): a named source is on record with each value
    it gives, even one that another source had given before. `ignore` names columns that are left out;
    `answers` say what a file does not tell by itself; `identities` which names tell who a profile is.
    """

    names: Mapping[str, str]
    types: Mapping[str, Type]
    source: str | None
    ignore: Collection[str]
    answers: Answers
    identities: Mapping[str, DeclaredKind]


def renamed(opened: Input, names: Mapping[str, str]) -> Input:
    """The same input with some of its columns under other names; raises all problems at once."""
    problems = [_no_column(name, opened.names) for name in names if name not in opened.names]
    after = tuple(names.get(name, name) for name in opened.names)
    problems += [_taken(name) for name in sorted({name for name in after if after.count(name) > 1})]
    if problems:
        raise UserError(tuple(problems))
    return msgspec.structs.replace(opened, names=after)


def renamed_answers(answers: Answers, names: Mapping[str, str]) -> dict[str, str]:
    """The answers under the names columns have in the catalogue; people tell those of their input."""
    told = {}
    for key, said in answers.items():
        question, colon, column = key.partition(":")
        told[f"{question}{colon}{names.get(column, column)}"] = said
    return told


def without(opened: Input, ignore: Collection[str]) -> Input:
    """The same input without some of its columns; one that is not there is not missed."""
    places = [place for place, name in enumerate(opened.names) if name not in ignore]
    if len(places) == len(opened.names):
        return opened
    return msgspec.structs.replace(
        opened,
        names=tuple(opened.names[place] for place in places),
        types=tuple(opened.types[place] for place in places),
        chunks=(at_places(part, places) for part in opened.chunks),
        places=tuple(opened.places[place] for place in places) if opened.places else (),
    )


def renamed_roles(roles: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """The parts of columns, which people tell by the names in their input."""
    return {part: names.get(column, column) for part, column in roles.items()}


def with_types(
    fields: Mapping[str, Field], types: Mapping[str, Type], *, names: Iterable[str]
) -> dict[str, Field]:
    """The known fields, and those whose type is said; a known type stays what it is."""
    present = {field_name(name) for name in names}
    known = dict(fields)
    problems: list[Problem] = []
    for name, kind in types.items():
        field = known.get(field_name(name))
        if field_name(name) not in present:
            problems.append(_no_column(name, sorted(present)))
        elif field is None:
            column = column_name(name, {other.column for other in known.values()})
            known[field_name(name)] = Field(name=field_name(name), type=kind, column=column)
        elif field.type != kind:
            problems.append(_type_known(field, kind))
    if problems:
        raise UserError(tuple(problems))
    return known


def with_identities(
    fields: Mapping[str, Field], identities: Mapping[str, DeclaredKind], *, names: Iterable[str]
) -> dict[str, Field]:
    """The known fields, and those that are said to tell who a profile is; such a field is a text."""
    present = {field_name(name) for name in names}
    known = dict(fields)
    problems: list[Problem] = []
    for name, kind in identities.items():
        field = known.get(field_name(name))
        if field_name(name) not in present:
            problems.append(_no_column(name, sorted(present)))
        elif field is None:
            column = column_name(name, {other.column for other in known.values()})
            known[field_name(name)] = Field(name=field_name(name), type="text", column=column, identity=kind)
        elif field.type != "text":
            problems.append(_type_known(field, "text"))
        elif field.identity is None:
            known[field_name(name)] = msgspec.structs.replace(field, identity=kind)
    if problems:
        raise UserError(tuple(problems))
    return known


def _no_column(name: str, names: Iterable[str]) -> Problem:
    return problem(
        "column_missing",
        path=name,
        fr=f"La colonne « {name} » n'est pas dans l'en-tête. Rien n'a été chargé.",
        en=f"The column “{name}” is not in the header. Nothing was loaded.",
        hint=tuple(difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)),
    )


def _taken(name: str) -> Problem:
    return problem(
        "column_twice",
        path=name,
        fr=f"Deux colonnes s'appelleraient « {name} ». Rien n'a été chargé.",
        en=f"Two columns would be called “{name}”. Nothing was loaded.",
    )


def _type_known(field: Field, kind: Type) -> Problem:
    return problem(
        "type_known",
        path=field.name,
        fr=f"« {field.name} » est déjà connu comme {field.type}, pas comme {kind}. Rien n'a été chargé. "
        "Sans données, son type se change avec « vitrail declare ».",
        en=f"“{field.name}” is already known as {field.type}, not as {kind}. Nothing was loaded. "
        "As long as it has no data, “vitrail declare” changes its type.",
    )
