"""From the form to the tree: what each row says, and what is still missing in it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from vitrail.app.web.builder import constants
from vitrail.app.web.builder.comparing import COMPARED, read_test
from vitrail.app.web.builder.constants import Language
from vitrail.app.web.builder.form import ROOT, Group, Part, Row, below, first
from vitrail.app.web.builder.spans import read_window
from vitrail.app.web.builder.subjects import detail_of, figure_asked, figure_of, subject_of
from vitrail.language.check import check
from vitrail.language.parse import parse
from vitrail.model.catalogue import Catalogue, Collection
from vitrail.model.errors import Problem, UserError, problem
from vitrail.model.tree import (
    All,
    AnyOf,
    CalendarUnit,
    Compare,
    Condition,
    Consented,
    Did,
    Distance,
    Member,
    Not,
    Regularly,
    Sample,
    Selection,
    Trait,
    Truth,
)

EVERY: tuple[CalendarUnit, ...] = ("day", "week", "month", "quarter", "year")


class Ground(msgspec.Struct, frozen=True):
    """What a form is read and drawn with: the catalogue and the language values are typed in.

    `checks` leaves out each row that the catalogue has something against. `hides`: the person may not
    ask what tells who somebody is.
    """

    catalogue: Catalogue
    language: Language = "fr"
    checks: bool = False
    hides: bool = False


class Lack(msgspec.Struct, frozen=True):
    """What keeps a row from being a condition: the field, and what is wrong with it."""

    field: str
    problems: tuple[Problem, ...]


class Read(msgspec.Struct, frozen=True):
    """What a form says.

    `condition` leaves out the rows that are not whole; `conditions` has each group and row by its path, and
    `lacks` what is missing where.
    """

    condition: Condition
    conditions: dict[str, Condition]
    lacks: dict[str, Lack]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        return not self.lacks


def read(group: Group, ground: Ground) -> Read:
    """The condition a form says; one without any whole row is everybody, whatever its group asks."""
    conditions: dict[str, Condition] = {}
    lacks: dict[str, Lack] = {}
    whole = _read_group(group, ROOT, ground=ground, found=(conditions, lacks))
    condition = Truth(True) if whole is None else whole
    return Read(condition, {**conditions, ROOT: condition}, lacks)


def _read_group(
    group: Group, path: str, *, ground: Ground, found: tuple[dict[str, Condition], dict[str, Lack]]
) -> Condition | None:
    """The condition of a group; None while nothing in it is whole."""
    conditions, lacks = found
    inside: list[Condition] = []
    for index, part in enumerate(group.parts):
        here = below(path, index)
        said = _read_part(part, here, ground=ground, found=found)
        if isinstance(said, Lack):
            lacks[here] = said
        elif said is not None:
            conditions[here] = said
            inside.append(said)
    if not inside:
        return None
    if group.kind == "all":
        return inside[0] if len(inside) == 1 else All(tuple(inside))
    either = inside[0] if len(inside) == 1 else AnyOf(tuple(inside))
    return Not(either) if group.kind == "none" else either


def _read_part(
    part: Part, path: str, *, ground: Ground, found: tuple[dict[str, Condition], dict[str, Lack]]
) -> Condition | Lack | None:
    if isinstance(part, Group):
        return _read_group(part, path, ground=ground, found=found)
    said = read_row(part, ground)
    if isinstance(said, Lack) or not ground.checks:
        return said
    wrong = tuple(each for each in check(said, ground.catalogue) if each.severity == "error")
    return Lack("", wrong) if wrong else said


def read_row(row: Row, ground: Ground) -> Condition | Lack:
    """The condition of one row, or what it lacks."""
    what, _, name = row.about.partition(":")
    match what:
        case "text":
            return _read_text(row.one("text"), "text")
        case "of":
            return _read_records(row, name, ground=ground)
        case "segment" | "consent" | "sample":
            return _negated(_read_choice(row, what, language=ground.language), row)
        case "place":
            return _read_place(row, name, language=ground.language)
    subject = subject_of(row.about, ground.catalogue)
    if subject is None:
        return _lack("about")
    said = read_test(subject.value, subject.kind, fields=row.fields, language=ground.language)
    return _lack(said) if isinstance(said, str) else said


def _read_choice(row: Row, what: str, *, language: Language) -> Condition | Lack:
    value, other = row.one("v"), row.one("v2")
    if not value:
        return _lack("v")
    if what == "segment":
        return Member(value)
    if what == "consent":
        return Consented(value, other or None)
    share = constants.number(value.removesuffix("%"), language)
    if share is None or not 0 <= share.value <= 100:
        return _lack("v")
    return Sample(Decimal(share.value) / 100, other)


def _read_place(row: Row, name: str, *, language: Language) -> Condition | Lack:
    latitude, _, longitude = name.partition("/")
    far = constants.number(row.one("v"), language)
    if far is None:
        return _lack("v")
    ends = [constants.number(each, "en") for each in row.one("v2").split(",")]
    if len(ends) != 2 or ends[0] is None or ends[1] is None or not (latitude and longitude):
        return _lack("v2")
    north, east = (Decimal(each.value) for each in ends if each is not None)
    operator = COMPARED.get(row.one("op"), "<")
    return Compare(Distance(Trait(latitude), Trait(longitude), north, east), operator, far)


def _read_text(text: str, field: str) -> Condition | Lack:
    if not text:
        return _lack(field)
    try:
        return parse(text)
    except UserError as error:
        return Lack(field, error.problems)


# --- records ----------------------------------------------------------------------------------


def _read_records(row: Row, name: str, *, ground: Ground) -> Condition | Lack:
    collection = ground.catalogue.collections.get(name)
    if collection is None:
        return _lack("about")
    where = _read_where(row, collection, language=ground.language)
    if isinstance(where, Lack):
        return where
    figure = figure_asked(row.one("figure"), row.one("of"), collection=collection)
    if figure == "regularly":
        return _negated(_read_regularly(row, Selection(name, where)), row)
    window = read_window(row.fields, "")
    if isinstance(window, str):
        return _lack(window)
    return _read_figure(row, figure, of=Selection(name, where, window), ground=ground)


def _read_figure(row: Row, figure: str, *, of: Selection, ground: Ground) -> Condition | Lack:
    if figure in ("did", "never"):
        return Did(of) if figure == "did" else Not(Did(of))
    subject = figure_of(figure, of, collection=ground.catalogue.collections[of.collection])
    if subject is None:
        return _lack("figure")
    said = read_test(subject.value, subject.kind, fields=row.fields, language=ground.language)
    return _lack(said) if isinstance(said, str) else said


def _read_regularly(row: Row, of: Selection) -> Condition | Lack:
    every: CalendarUnit = next((each for each in EVERY if each == row.one("u")), "month")
    least, last = constants.whole(row.one("n")), constants.whole(row.one("n2"))
    if least is None or last is None:
        return _lack("n" if least is None else "n2")
    return Regularly(of, every, least, last)


def _read_where(row: Row, collection: Collection, *, language: Language) -> Condition | Lack | None:
    found: list[Condition] = []
    for number, fields in enumerate(row.details):
        subject = detail_of(first(fields, "f"), collection)
        if subject is None:
            return _lack(f"!{number}:f")
        said = read_test(subject.value, subject.kind, fields=fields, language=language)
        if isinstance(said, str):
            return _lack(f"!{number}:{said}")
        found.append(said)
    written = row.one("where")
    if written:
        said_so = _read_where_text(written, collection.name)
        if isinstance(said_so, Lack):
            return said_so
        found.append(said_so)
    if not found:
        return None
    return found[0] if len(found) == 1 else All(tuple(found))


def _read_where_text(text: str, name: str) -> Condition | Lack:
    """A condition on records in writing: it is read where it stands, so that its names are properties."""
    said = _read_text(text, "where")
    if isinstance(said, Lack):
        return said
    quoted = name.replace("`", "``")
    held = parse(f"did(`{quoted}` where {text})")
    match held:
        case Did(Selection(_, condition, None)) if condition is not None:
            return condition
        case _:
            return _lack("where")


def _negated(said: Condition | Lack, row: Row) -> Condition | Lack:
    return Not(said) if not isinstance(said, Lack) and row.one("not") else said


def _lack(field: str) -> Lack:
    name = field.rpartition(":")[2]
    return Lack(field, (_MISSING.get(name) or _MISSING.get(name[1:]) or _MISSING["v"],))


_MISSING: Mapping[str, Problem] = {
    "v": problem("value_missing", fr="Donnez une valeur.", en="Give a value."),
    "v2": problem("value_missing", fr="Donnez la seconde valeur.", en="Give the second value."),
    "n": problem("number_missing", fr="Donnez un nombre entier.", en="Give a whole number."),
    "n2": problem("number_missing", fr="Donnez le nombre de périodes.", en="Give the number of periods."),
    "a": problem("date_missing", fr="Donnez une date.", en="Give a date."),
    "b": problem("date_missing", fr="Donnez la date de fin.", en="Give the end date."),
    "tw": problem("window_missing", fr="Choisissez une période.", en="Choose a period."),
    "text": problem("text_missing", fr="Écrivez une condition.", en="Write a condition."),
    "about": problem("unknown_subject", fr="Le catalogue ne connaît plus ce sujet.",
                     en="The catalogue no longer knows this subject."),
    "figure": problem("unknown_subject", fr="Le catalogue ne connaît plus cette mesure.",
                      en="The catalogue no longer knows this figure."),
    "f": problem("unknown_subject", fr="Choisissez une propriété.", en="Choose a property."),
}  # fmt: skip
