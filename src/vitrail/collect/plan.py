"""What becomes of each column of an input: a key, a time, a field that is known, or a new one."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Container, Mapping, Sequence

import msgspec
import pyarrow as pa

from vitrail.collect import guess
from vitrail.collect.cells import Target
from vitrail.collect.conclusions import Conclusion, conclude, to_ask
from vitrail.collect.files.asking import Unanswered
from vitrail.collect.guess import Evidence
from vitrail.collect.habits import Habit, told_habit
from vitrail.collect.reading import Input
from vitrail.model.catalogue import Field, Type
from vitrail.model.errors import Problem, UserError, problem
from vitrail.warehouse.columns import column_name

Role = dict[str, str]
"""Which column of the input plays which part: `key`, `id`, `at`, `value`."""


Warnings = tuple[Problem, ...]
_NO_FIELDS: Mapping[str, Field] = {}


class Column(msgspec.Struct, frozen=True):
    """One column of the input and what it becomes; a required cell may not be empty."""

    place: int
    name: str
    column: str
    target: Target
    required: bool = False
    habit: Habit | None = None


class Asked(msgspec.Struct, frozen=True):
    """What a load wants of its columns: whether they become fields, and which were given a type."""

    keeps_fields: bool = True
    typed: frozenset[str] = frozenset()


class Plan(msgspec.Struct, frozen=True):
    """All the columns that are kept, and the fields as they are after the load."""

    columns: tuple[Column, ...]
    fields: dict[str, Field]
    loaded: tuple[Field, ...]
    warnings: Warnings = ()


PARTS: dict[str, tuple[str, Target]] = {
    "key": ("key", "identifier"),
    "id": ("id", "identifier"),
    "at": ("at_us", "moment"),
    "value": ("value", "float"),
}


def make_plan(opened: Input, roles: Role, *, fields: Mapping[str, Field], asked: Asked) -> Plan:
    """Decide for every column; raises all the problems of the header, then all there is to ask."""
    problems = [*_missing(opened, roles), *_repeated(roles), *_ambiguous(opened, roles)]
    if problems:
        raise UserError(tuple(problems))
    known = fields if asked.keeps_fields else _NO_FIELDS
    looked = _to_look_at(opened, roles, fields=known, typed=asked.typed)
    if not asked.keeps_fields:
        looked = [name for name in looked if name in roles.values()]
    settled = frozenset({*roles.values(), *(name for name in looked if field_name(name) in fields)})
    found = _look(opened, looked, settled=settled)
    parts = tuple(_part(opened, part, name=name, found=found) for part, name in roles.items())
    if not asked.keeps_fields:
        return Plan(parts, dict(fields), (), opened.notes)
    others = [name for name in opened.names if name not in roles.values()]
    known = _with_new_fields(opened, others, fields=fields, found=found)
    kept = [name for name in others if field_name(name) in known]
    columns = tuple(_column(opened, name, field=known[field_name(name)], found=found) for name in kept)
    notes = tuple(note for each in found.values() for note in each.notes)
    loaded = tuple(known[field_name(name)] for name in kept)
    return Plan((*parts, *columns), known, loaded, (*opened.notes, *notes))


def field_name(name: str) -> str:
    """The name of a field as the catalogue writes it."""
    return unicodedata.normalize("NFC", name)


def _part(opened: Input, part: str, *, name: str, found: Mapping[str, Conclusion]) -> Column:
    column, target = PARTS[part]
    place = opened.names.index(name)
    habit = _habit(opened, name, found=found) if target == "moment" else None
    return Column(place, name, column, target, required=True, habit=habit)


def _column(opened: Input, name: str, *, field: Field, found: Mapping[str, Conclusion]) -> Column:
    habit = _habit(opened, name, found=found)
    return Column(opened.names.index(name), name, field.column, field.type, habit=habit)


def _habit(opened: Input, name: str, *, found: Mapping[str, Conclusion]) -> Habit | None:
    """How a column of texts is written: as its cells show, or as was said."""
    if not opened.texts:
        return None
    return found[name].habit if name in found else told_habit(opened.answers, name)


def _missing(opened: Input, roles: Role) -> list[Problem]:
    header = ", ".join(opened.names[:12]) + (", …" if len(opened.names) > 12 else "")
    return [
        problem(
            "column_missing",
            path=name,
            fr=f"La colonne « {name} » n'est pas dans l'en-tête ({header}). Rien n'a été chargé.",
            en=f"The column “{name}” is not in the header ({header}). Nothing was loaded.",
            hint=_nearest(name, opened.names),
        )
        for name in roles.values()
        if name not in opened.names
    ]


def _repeated(roles: Role) -> list[Problem]:
    names = list(roles.values())
    return [
        problem(
            "column_twice",
            path=name,
            fr=f"La colonne « {name} » ne peut pas jouer deux rôles à la fois. Rien n'a été chargé.",
            en=f"The column “{name}” cannot play two parts at once. Nothing was loaded.",
        )
        for name in sorted({name for name in names if names.count(name) > 1})
    ]


def _ambiguous(opened: Input, roles: Role) -> list[Problem]:
    renamed = {note.path for note in opened.notes if note.code == "column_renamed"}
    return [
        problem(
            "header_ambiguous",
            path=name,
            fr=f"L’en-tête a plusieurs colonnes « {name} » : laquelle compte ? Renommez-les. "
            "Rien n’a été chargé.",
            en=f"The header has several columns “{name}”: which one counts? Give them different names. "
            "Nothing was loaded.",
        )
        for name in roles.values()
        if f"{name} (2)" in renamed
    ]


def _nearest(name: str, names: Sequence[str]) -> tuple[str, ...]:
    folded = {other.casefold(): other for other in names}
    return tuple(
        folded[close] for close in difflib.get_close_matches(name.casefold(), folded, n=3, cutoff=0.5)
    )


def _with_new_fields(
    opened: Input, names: Sequence[str], *, fields: Mapping[str, Field], found: Mapping[str, Conclusion]
) -> dict[str, Field]:
    """The known fields, and one for each new column whose type can be told."""
    new = [name for name in names if field_name(name) not in fields]
    if opened.texts:
        types = {name: kind for name in new if (kind := found[name].kind) is not None}
    else:
        types = _types_of_tables(opened, new)
    known = dict(fields)
    taken = {field.column for field in fields.values()}
    for name, kind in types.items():
        column = column_name(name, taken)
        taken.add(column)
        known[field_name(name)] = Field(name=field_name(name), type=kind, column=column)
    return known


def _types_of_tables(opened: Input, names: Sequence[str]) -> dict[str, Type]:
    arrow = {name: opened.types[opened.names.index(name)] for name in names}
    typed = {name: guess.of_arrow(kind) for name, kind in arrow.items() if not pa.types.is_null(kind)}
    unknown = [name for name, kind in typed.items() if kind is None]
    if unknown:
        raise UserError(tuple(_unknown_type(name, str(arrow[name])) for name in unknown))
    return {name: kind for name, kind in typed.items() if kind is not None}


def _to_look_at(
    opened: Input, roles: Role, *, fields: Mapping[str, Field], typed: Container[str]
) -> list[str]:
    """The columns of texts whose type or writing is not known yet."""
    if not opened.texts:
        return []
    moments = [name for part, name in roles.items() if PARTS[part][1] == "moment"]
    asked = [name for name in moments if told_habit(opened.answers, name).days is None]
    for name in opened.names:
        if name in roles.values():
            continue
        field = fields.get(field_name(name))
        dated = field is not None and field.type in ("date", "instant") and name not in typed
        if field is None or (dated and told_habit(opened.answers, name).days is None):
            asked.append(name)
    return asked


def _look(opened: Input, names: Sequence[str], *, settled: Container[str]) -> dict[str, Conclusion]:
    """What the columns are, from all their cells. Raises `Unanswered` with all there is to ask.

    Where the type of a column is settled, nobody is asked about cells that do not fit: they are refused.
    """
    if not names:
        return {}
    places = [opened.names.index(name) for name in names]
    evidence = [Evidence()] * len(names)
    for part in opened.again():
        evidence = [
            guess.look(seen, part.columns[place]) for seen, place in zip(evidence, places, strict=True)
        ]
    found = {
        name: conclude(name, seen, answers=opened.answers) for name, seen in zip(names, evidence, strict=True)
    }
    if questions := to_ask(found, settled=settled):
        raise Unanswered(questions)
    return found


def _unknown_type(name: str, kind: str) -> Problem:
    return problem(
        "unknown_type",
        path=name,
        fr=f"« {name} » est du type {kind}, que Vitrail ne garde pas. Retirez-le ou changez son type.",
        en=f"“{name}” is of the type {kind}, which Vitrail does not keep. Leave it out or change its type.",
    )
