"""The types of columns nobody declared: from Arrow's types, or from all the texts of a file."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.parsed import family
from vitrail.collect.times import existing_dates, existing_instants
from vitrail.model.catalogue import Type
from vitrail.model.errors import Message, Problem, problem


class Evidence(msgspec.Struct, frozen=True):
    """What the texts of one column, seen so far, allow it to be.

    `slashed` and `day_first` tell that a date such as 01/02 or 31/12 was seen; `long_comma` that every
    decimal comma was followed by exactly three digits, as a thousands separator would be; `spaced`
    that all are numbers, some perhaps with spaces between thousands; `gaps` that one has such spaces,
    `fraction` that one has a decimal part; `figures` that all look like numbers or dates to a person.
    """

    seen: bool = False
    integer: bool = True
    point: bool = True
    comma: bool = True
    long_comma: bool = True
    spaced: bool = True
    gaps: bool = False
    fraction: bool = False
    figures: bool = True
    boolean: bool = True
    iso_date: bool = True
    slash_date: bool = True
    instant: bool = True
    slashed: bool = False
    day_first: bool = False


def of_arrow(kind: pa.DataType) -> Type | None:
    """The type a column of a table has; None for a type Vitrail does not keep."""
    match family(kind.value_type if pa.types.is_dictionary(kind) else kind):
        case "float":
            return "decimal"
        case "other":
            return None
        case known:
            return known


def look(evidence: Evidence, texts: pa.StringArray) -> Evidence:
    """The evidence after some more texts of the column."""
    values = pc.ascii_trim_whitespace(pc.unique(texts.drop_null()))
    if not len(values):
        return evidence
    return Evidence(
        seen=True,
        integer=evidence.integer and _all(values, _INTEGER),
        point=evidence.point and _all(values, _POINT),
        comma=evidence.comma and _all(values, _COMMA),
        long_comma=evidence.long_comma and _all(values, _THOUSANDS),
        spaced=evidence.spaced and _all(values, _SPACED),
        gaps=evidence.gaps or _any(values, _GAP),
        fraction=evidence.fraction or _any(values, _FRACTION),
        figures=evidence.figures and _all(values, _FIGURE),
        boolean=evidence.boolean and _all(values, _BOOLEAN),
        iso_date=evidence.iso_date and _all(values, _ISO_DATE) and existing_dates(values),
        slash_date=evidence.slash_date and _all(values, _SLASH_DATE) and existing_dates(values),
        instant=evidence.instant and _all(values, _INSTANT) and existing_instants(values),
        slashed=evidence.slashed or _any(values, _SLASHED),
        day_first=evidence.day_first or _any(values, _DAY_FIRST),
    )


def conclude(evidence: Evidence, *, separator: str) -> Type | None:
    """The type the whole column has; None when it is empty."""
    if not evidence.seen:
        return None
    french = evidence.comma and not (evidence.long_comma and separator == ",")
    choices: tuple[tuple[Type, bool], ...] = (
        ("boolean", evidence.boolean),
        ("integer", evidence.integer),
        ("decimal", evidence.point or french or (evidence.spaced and evidence.gaps and evidence.fraction)),
        ("date", evidence.iso_date or evidence.slash_date),
        ("instant", evidence.instant),
    )
    return next((kind for kind, holds in choices if holds), "text")


def suspicion(name: str, evidence: Evidence, *, kind: Type | None) -> Problem | None:
    """What to tell of a column of figures that stays a text."""
    if kind != "text" or not evidence.figures:
        return None
    return Problem(
        code="figures_as_text",
        path=name,
        message=Message(
            fr=f"« {name} » : ces nombres ou dates ne se lisent pas tels quels, la colonne est gardée comme "
            "texte. Pour compter avec, écrivez 1234.50 ou 2025-03-31.",
            en=f"“{name}”: these numbers or dates cannot be read as they are, the column is kept as text. "
            "To count with it, write 1234.50 or 2025-03-31.",
        ),
        severity="warning",
    )


def doubt(name: str, evidence: Evidence) -> Problem | None:
    """The question to ask when the dates of a column can be read in two ways."""
    dated = evidence.slash_date or evidence.instant
    if not evidence.seen or not dated or not evidence.slashed or evidence.day_first:
        return None
    return problem(
        "ambiguous_dates",
        path=name,
        fr=f"« {name} » : les dates se lisent jour/mois/année ou mois/jour/année, rien ne permet de choisir. "
        'Dites le type de la colonne : date ou instant (jour/mois/année), ou text ; types={"…": "date"}. '
        "Rien n'a été chargé.",
        en=f"“{name}”: its dates read as day/month/year or as month/day/year, and nothing tells which. "
        'Say the type of the column: date or instant (day/month/year), or text; types={"…": "date"}. '
        "Nothing was loaded.",
    )


def _all(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern), min_count=0).as_py())


def _any(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern), min_count=0).as_py())


_INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
_POINT = r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]+)?$"
_COMMA = r"^-?(0|[1-9][0-9]{0,13})(,[0-9]+)?$"
_SPACED = r"^-?((0|[1-9][0-9]{0,13})|[1-9][0-9]{0,2}([ \x{a0}\x{202f}][0-9]{3})+)(,[0-9]+)?$"
_GAP = r"[0-9][ \x{a0}\x{202f}][0-9]{3}"
_FRACTION = r",[0-9]+$"
_FIGURE = (
    r"^([€$£]? ?[+-]?(0|[1-9][0-9]{0,2}([ .,'\x{a0}\x{202f}]?[0-9]{3})*|[1-9][0-9]*)([.,][0-9]{1,4})?"
    r"[ \x{a0}\x{202f}]?(€|\$|£|%|EUR|USD|GBP)?|[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}( [0-9:]+)?)$"
)
_THOUSANDS = r"^-?[0-9]{1,3}(,[0-9]{3})?$"
_BOOLEAN = r"(?i)^(true|vrai|oui|false|faux|non)$"
_ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SLASH_DATE = r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$"
_SLASHED = r"^[0-9]{2}/[0-9]{2}/[0-9]{4}"
_DAY_FIRST = r"^(1[3-9]|2[0-9]|3[01])/"
_INSTANT = r"^([0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{2}/[0-9]{2}/[0-9]{4})[T ][0-9]{2}:[0-9]{2}"
