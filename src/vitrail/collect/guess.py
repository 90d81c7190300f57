"""The types of columns nobody declared: from Arrow's types, or from all the texts of a file."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.parsed import family
from vitrail.collect.times import existing_dates, existing_instants
from vitrail.model.catalogue import Type
from vitrail.model.errors import Problem, problem


class Evidence(msgspec.Struct, frozen=True):
    """What the texts of one column, seen so far, allow it to be.

    `month_first` and `day_first` tell that a date such as 12/31 or 31/12 was seen; `long_comma` that
    every decimal comma was followed by exactly three digits, as a thousands separator would be.
    """

    seen: bool = False
    integer: bool = True
    point: bool = True
    comma: bool = True
    long_comma: bool = True
    boolean: bool = True
    iso_date: bool = True
    slash_date: bool = True
    instant: bool = True
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
        boolean=evidence.boolean and _all(values, _BOOLEAN),
        iso_date=evidence.iso_date and _all(values, _ISO_DATE) and existing_dates(values),
        slash_date=evidence.slash_date and _all(values, _SLASH_DATE) and existing_dates(values),
        instant=evidence.instant and _all(values, _INSTANT) and existing_instants(values),
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
        ("decimal", evidence.point or french),
        ("date", evidence.iso_date or evidence.slash_date),
        ("instant", evidence.instant),
    )
    return next((kind for kind, holds in choices if holds), "text")


def doubt(name: str, evidence: Evidence) -> Problem | None:
    """The question to ask when the dates of a column can be read in two ways."""
    if not evidence.seen or not evidence.slash_date or evidence.iso_date or evidence.day_first:
        return None
    return problem(
        "ambiguous_dates",
        path=name,
        fr=f"« {name} » : les dates se lisent jour/mois/année ou mois/jour/année, rien ne permet de choisir. "
        "Déclarez la colonne : date (jour/mois/année) ou text.",
        en=f"“{name}”: its dates read as day/month/year or as month/day/year, and nothing tells which. "
        "Declare the column: date (day/month/year) or text.",
    )


def _all(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern), min_count=0).as_py())


def _any(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern), min_count=0).as_py())


_INTEGER = r"^-?(0|[1-9][0-9]{0,17})$"
_POINT = r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]+)?$"
_COMMA = r"^-?(0|[1-9][0-9]{0,13})(,[0-9]+)?$"
_THOUSANDS = r"^-?[0-9]{1,3}(,[0-9]{3})?$"
_BOOLEAN = r"(?i)^(true|vrai|oui|false|faux|non)$"
_ISO_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_SLASH_DATE = r"^[0-9]{2}/[0-9]{2}/[0-9]{4}$"
_DAY_FIRST = r"^(1[3-9]|2[0-9]|3[01])/"
_INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}"
