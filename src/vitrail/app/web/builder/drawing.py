"""From the tree to the form. What the form has no fields for stands in it as a condition in writing."""

from __future__ import annotations

from vitrail.app.web.builder import constants
from vitrail.app.web.builder.comparing import Drawn, test_fields
from vitrail.app.web.builder.constants import Language
from vitrail.app.web.builder.form import Group, Part, Row
from vitrail.app.web.builder.reading import Ground, read_row
from vitrail.app.web.builder.spans import window_fields
from vitrail.app.web.builder.subjects import about_of, detail_code, figure_code
from vitrail.language.format import format
from vitrail.model.tree import (
    All,
    AnyOf,
    Compare,
    Condition,
    Consented,
    Did,
    Distance,
    Integer,
    Member,
    Not,
    Number,
    Operator,
    Regularly,
    Sample,
    Selection,
    Trait,
    Truth,
    Window,
)

NEARNESS: dict[Operator, str] = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def draw(condition: Condition, ground: Ground) -> Group:
    """The form that says a condition."""
    match condition:
        case Truth(True):
            return Group("all")
        case All() | AnyOf():
            return _group(condition, ground)
        case Not() if isinstance(part := _part(condition, ground), Group):
            return part
        case _:
            return Group("all", (_part(condition, ground),))


def _part(condition: Condition, ground: Ground) -> Part:
    match condition:
        case All() | AnyOf():
            return _group(condition, ground)
        case Not(negated):
            row = _row(condition, ground)
            if row.about != "text":
                return row
            if isinstance(negated, AnyOf):
                return Group("none", tuple(_part(each, ground) for each in negated.conditions))
            return Group("none", (_part(negated, ground),))
        case _:
            return _row(condition, ground)


def _group(condition: All | AnyOf, ground: Ground) -> Group:
    kind = "all" if isinstance(condition, All) else "any"
    return Group(
        "all" if kind == "all" else "any", tuple(_part(each, ground) for each in condition.conditions)
    )


def _row(condition: Condition, ground: Ground) -> Row:
    """A row with fields where they say the same, in writing otherwise."""
    drawn = _drawn(condition, ground)
    if drawn is not None and read_row(drawn, ground) == condition:
        return drawn
    return Row("text", {"text": (format(condition),)})


def _drawn(condition: Condition, ground: Ground) -> Row | None:
    match condition:
        case Not(Member() | Consented() | Sample() | Regularly() as positive):
            row = _special(positive, ground)
            return row and Row(row.about, {**row.fields, "not": ("1",)}, row.details)
        case Member() | Consented() | Sample() | Regularly():
            return _special(condition, ground)
        case Did(selection):
            return _selected("did", selection, ground=ground)
        case Not(Did(selection)):
            return _selected("never", selection, ground=ground)
        case Compare(Distance() as distance, operator, (Integer() | Number()) as far) if operator in NEARNESS:
            return _near(distance, operator, far=far, language=ground.language)
        case _:
            return _tested(condition, ground)


def _tested(condition: Condition, ground: Ground) -> Row | None:
    found = test_fields(condition, language=ground.language)
    if found is None:
        return None
    value, fields = found
    figure = figure_code(value)
    if figure is not None:
        row = _selected(figure[0], figure[1], ground=ground)
        return row and Row(row.about, {**row.fields, **fields}, row.details)
    about = about_of(value)
    return Row(about, fields) if about else None


def _special(condition: Member | Consented | Sample | Regularly, ground: Ground) -> Row | None:
    match condition:
        case Member(segment):
            return Row("segment", {"v": (segment,)})
        case Consented(purpose, channel):
            return Row("consent", {"v": (purpose,), "v2": (channel or "",)})
        case Sample(share, salt):
            shown = constants.typed(Number(share * 100), ground.language)
            return Row("sample", {"v": (shown,), "v2": (salt,)})
        case Regularly(selection, every, at_least, of_last):
            row = _selected("regularly", selection, ground=ground)
            asked = {"u": (every,), "n": (str(at_least),), "n2": (str(of_last),)}
            return row and Row(row.about, {**row.fields, **asked}, row.details)


def _near(distance: Distance, operator: Operator, *, far: Integer | Number, language: Language) -> Row | None:
    match distance:
        case Distance(Trait(latitude), Trait(longitude), north, east):
            place = f"{constants.typed(Number(north), 'en')}, {constants.typed(Number(east), 'en')}"
            fields: Drawn = {
                "op": (NEARNESS[operator],),
                "v": (constants.typed(far, language),),
                "v2": (place,),
            }
            return Row(f"place:{latitude}/{longitude}", fields)
        case _:
            return None


def _selected(figure: str, selection: Selection, *, ground: Ground) -> Row | None:
    window: Window | None = selection.window
    function, _, of = figure.partition(".")
    fields: Drawn = {"figure": (function,), **({"of": (of,)} if of else {})}
    if figure != "regularly":
        fields |= window_fields(window, "", language=ground.language)
    details = _details(selection.where, ground)
    if details is None and selection.where is not None:
        return Row(f"of:{selection.collection}", {**fields, "where": (format(selection.where),)})
    return Row(f"of:{selection.collection}", fields, details or ())


def _details(where: Condition | None, ground: Ground) -> tuple[Drawn, ...] | None:
    """The details of records as fields; None where one of them can only be written."""
    if where is None:
        return ()
    found: list[Drawn] = []
    for each in where.conditions if isinstance(where, All) else (where,):
        tested = test_fields(each, language=ground.language)
        code = detail_code(tested[0]) if tested else ""
        if tested is None or not code:
            return None
        found.append({"f": (code,), **tested[1]})
    return tuple(found)
