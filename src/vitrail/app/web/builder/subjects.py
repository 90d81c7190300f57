"""What a condition can be about: each subject by a short code, and the value and type it stands for."""

from __future__ import annotations

import re

import msgspec

from vitrail.language.kinds import Kind
from vitrail.language.place import properties
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import (
    Age,
    Aggregate,
    Anniversary,
    Count,
    DatePart,
    Function,
    Moment,
    Part,
    Property,
    Score,
    Selection,
    Trait,
    Value,
)

PARTS: tuple[Part, ...] = ("hour", "weekday", "month", "year")
SUMMED: tuple[Function, ...] = ("sum", "avg")
ANY: tuple[Function, ...] = ("min", "max", "distinct", "first", "last", "mode")
_SUMMABLE = ("integer", "decimal", "float")
_RANKED = (*_SUMMABLE, "date", "instant")


class Subject(msgspec.Struct, frozen=True):
    """A value with its type, and the field of the catalogue it reads, if it is one."""

    value: Value
    kind: Kind
    field: Field | None = None


def subject_of(about: str, catalogue: Catalogue) -> Subject | None:
    """The value a row compares, by its code; None for what is no value, or is unknown."""
    what, _, name = about.partition(":")
    field = catalogue.traits.get(name)
    match what:
        case "trait" if field:
            return Subject(Trait(name), field.type, field)
        case "age" if field and field.type in ("date", "instant"):
            return Subject(Age(Trait(name)), "integer")
        case "anniversary" if field and field.type in ("date", "instant"):
            return Subject(Anniversary(Trait(name)), "anniversary")
        case "score" if name in catalogue.scores:
            return Subject(Score(name), "decimal")
        case _:
            return None


def about_of(value: Value) -> str:
    """The code of a value, empty when it has none."""
    match value:
        case Trait(name):
            return f"trait:{name}"
        case Age(Trait(name)):
            return f"age:{name}"
        case Anniversary(Trait(name)):
            return f"anniversary:{name}"
        case Score(name):
            return f"score:{name}"
        case _:
            return ""


# --- details of a record ----------------------------------------------------------------------


def detail_of(code: str, collection: Collection) -> Subject | None:
    """The property that a detail tests, by its code: `amount`, or `month of at` for a part of a date."""
    known = properties(collection)
    part = re.match(f"({'|'.join(PARTS)}) of (.+)$", code, re.DOTALL)
    if part and part[2] in known:
        chosen = next(each for each in PARTS if each == part[1])
        return Subject(DatePart(chosen, Property(part[2])), "integer")
    field = known.get(code)
    return None if field is None else Subject(Property(code), field.type, field)


def detail_code(value: Value) -> str:
    """The code of a property, empty when it has none."""
    match value:
        case Property(name):
            return name
        case DatePart(part, Property(name)):
            return f"{part} of {name}"
        case _:
            return ""


def detail_codes(collection: Collection) -> tuple[str, ...]:
    """Everything a detail of a collection can test."""
    found: list[str] = []
    for name, field in properties(collection).items():
        found.append(name)
        if field.type == "instant":
            found += [f"{part} of {name}" for part in PARTS]
        elif field.type == "date":
            found += [f"{part} of {name}" for part in PARTS if part != "hour"]
    return tuple(found)


# --- figures of a collection ------------------------------------------------------------------


def figure_words(collection: Collection) -> tuple[str, ...]:
    """What can be asked of a collection: whether, how many, when, and figures over one of its properties."""
    timed = ("first_time", "last_time") if collection.kind == "event" else ()
    made = (each for each in (*SUMMED, *ANY) if figured(each, collection))
    return ("did", "never", "count", *timed, *made)


def figured(figure: str, collection: Collection) -> tuple[str, ...]:
    """The properties a figure can be made of; none where it is not made of a property."""
    function = next((each for each in (*SUMMED, *ANY) if each == figure), None)
    if function is None:
        return ()
    return tuple(name for name, field in collection.properties.items() if _makes_sense(function, field))


def figure_asked(figure: str, of: str, *, collection: Collection) -> str:
    """The code of a figure; one that needs a property, and has none it can be made of, takes the first."""
    known = figured(figure, collection)
    if not known:
        return figure or "did"
    chosen = known[0] if of not in known and (not of or of in collection.properties) else of
    return f"{figure}.{chosen}"


def figure_of(code: str, selection: Selection, *, collection: Collection) -> Subject | None:
    """The figure of some records, by its code."""
    match code:
        case "count":
            return Subject(Count(selection), "integer")
        case "first_time":
            return Subject(Moment("first_time", selection), "instant")
        case "last_time":
            return Subject(Moment("last_time", selection), "instant")
    function, _, name = code.partition(".")
    field = collection.properties.get(name)
    known = next((each for each in (*SUMMED, *ANY) if each == function), None)
    if field is None or known is None:
        return None
    return Subject(Aggregate(known, name, selection), _kind(known, field), field)


def figure_code(value: Value) -> tuple[str, Selection] | None:
    """The code of a figure and the records it is made of."""
    match value:
        case Count(selection):
            return "count", selection
        case Moment(which, selection):
            return which, selection
        case Aggregate(function, name, selection):
            return f"{function}.{name}", selection
        case _:
            return None


def _makes_sense(function: Function, field: Field) -> bool:
    if field.type == "texts":
        return False
    if function in SUMMED:
        return field.type in _SUMMABLE
    if function in ("min", "max"):
        return field.type in _RANKED
    return function != "mode" or field.type == "text"


def _kind(function: Function, field: Field) -> Kind:
    if function == "distinct":
        return "integer"
    return "decimal" if function == "avg" else field.type
