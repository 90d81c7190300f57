"""The types of columns nobody declared: from Arrow's types, or from all the texts of a file."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.habits import EMPTIES
from vitrail.collect.parsed import family
from vitrail.model.catalogue import Type


class Evidence(msgspec.Struct, frozen=True):
    """What the texts of one column, seen so far, allow it to be, and what some of them show.

    First what all of them are: `long_comma` tells that every comma is followed by exactly three digits, as
    between thousands; `spaced` that all are numbers, some perhaps with spaces between thousands; `either`
    that all are numbers whose mark, comma or point, cannot separate thousands; `figures` that all look like
    numbers or dates to a person. Then what at least one shows: `gaps` such spaces, `fraction` a decimal part,
    `short_comma` a comma that separates no thousands.

    A few cells may be neither numbers nor dates in a column that is: `odd` counts them, `odds` are some,
    `cells` is out of how many; all the rest is then about the others.
    """

    seen: bool = False
    integer: bool = True
    point: bool = True
    comma: bool = True
    long_comma: bool = True
    spaced: bool = True
    either: bool = True
    amount: bool = True
    serial: bool = True
    boolean: bool = True
    iso_date: bool = True
    instant: bool = True
    local: bool = True
    timed: bool = True
    figures: bool = True
    gaps: bool = False
    fraction: bool = False
    commas: bool = False
    points: bool = False
    units: bool = False
    short_comma: bool = False
    short_point: bool = False
    day_first: bool = False
    month_first: bool = False
    short_year: bool = False
    long_digits: bool = False
    empties: bool = False
    samples: tuple[str, ...] = ()
    cells: int = 0
    odd: int = 0
    odds: tuple[str, ...] = ()


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
    if evidence.seen and not any(getattr(evidence, name) for name in _EVERY):
        return evidence
    values = pc.ascii_trim_whitespace(pc.unique(texts.drop_null()))
    empty = pc.is_in(values, pa.array(EMPTIES))
    empties = bool(pc.any(empty, min_count=0).as_py())
    values = values.filter(pc.invert(empty)) if empties else values
    cells = evidence.cells + len(texts) - texts.null_count
    evidence = msgspec.structs.replace(evidence, empties=evidence.empties or empties, cells=cells)
    if not len(values):
        return evidence
    held, odd = _held(evidence, values), pa.array([], pa.string())
    if not _counts(held):
        values, odd = _apart(evidence, values, texts=texts)
        held |= _held(evidence, values) if len(odd) else {}
    samples = evidence.samples or tuple(values[:SAMPLES].to_pylist())
    shown = {name: True for name in _SOME if _shows(evidence, name, values=values, held=held)}
    found = msgspec.structs.replace(evidence, seen=True, samples=samples, **held, **shown)
    return _with_odd(found, odd, texts=texts) if len(odd) else found


def _counts(held: Mapping[str, bool]) -> bool:
    """Whether a column may still be of numbers or of dates."""
    return any(held[kind] for kind in _COUNTING)


def _apart(
    evidence: Evidence, values: pa.StringArray, *, texts: pa.StringArray
) -> tuple[pa.StringArray, pa.StringArray]:
    """The numbers or dates of a column and the few texts that are neither; no such texts if there are many.

    Figures that begin with a nought and telephone numbers are no broken numbers: the column is of codes.
    """
    none = values[:0]
    best, odd, likely = values, none, ""
    for kind in _COUNTING:
        if evidence.seen and not getattr(evidence, kind):
            continue
        fits = pc.match_substring_regex(values, _EVERY[kind])
        others = values.filter(pc.invert(fits))
        if not len(odd) or len(others) < len(odd):
            best, odd, likely = values.filter(fits), others, kind
    if not len(odd) or len(odd) > MOST or (likely == "amount" and _any(odd, _CODE)):
        return values, none
    strange = _how_many(odd, texts)
    if strange + evidence.odd > MOST or 2 * strange >= len(texts) - texts.null_count:
        return values, none
    return best, odd


def _how_many(odd: pa.StringArray, texts: pa.StringArray) -> int:
    return int(pc.sum(pc.is_in(pc.ascii_trim_whitespace(texts), odd)).as_py() or 0)


def _with_odd(evidence: Evidence, odd: pa.StringArray, *, texts: pa.StringArray) -> Evidence:
    """The evidence with a few more cells that are neither numbers nor dates."""
    count = evidence.odd + _how_many(odd, texts)
    odds = tuple(dict.fromkeys((*evidence.odds, *odd[:SAMPLES].to_pylist())))[:SAMPLES]
    return msgspec.structs.replace(evidence, odd=count, odds=odds, boolean=False, figures=False)


def _held(evidence: Evidence, values: pa.StringArray) -> dict[str, bool]:
    """Which kinds the column may still be of; plain numbers are of all the kinds of numbers."""
    held: dict[str, bool] = {}
    for name, pattern in _EVERY.items():
        implied = any(held.get(plainer) for plainer in _IMPLIED.get(name, ()))
        held[name] = getattr(evidence, name) and (implied or _all(values, pattern))
    return held


def _shows(evidence: Evidence, name: str, *, values: pa.StringArray, held: Mapping[str, bool]) -> bool:
    """Whether some text shows a feature; asked only while the column may be what the feature is about."""
    pattern, about, never = _SOME[name]
    if getattr(evidence, name) or not held[about] or any(held[kind] for kind in never):
        return False
    return _any(values, pattern)


def _all(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(values, pattern), min_count=0).as_py())


def _any(values: pa.StringArray, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(values, pattern), min_count=0).as_py())


SAMPLES = 50
MOST = 1000
"""So many cells may be neither numbers nor dates in a column that is."""
_COUNTING = ("amount", "iso_date", "instant", "local")
"""The kinds of numbers and dates that none of another kind is part of."""
_CODE = r"^(0[0-9 ./\-]*|\+[0-9 .()\-]+)$"
_GAPS = r"[ \x{a0}\x{202f}]"
_UNIT = r"(€|\$|£|%|EUR|USD|GBP|CHF)"
_THOUSANDS = r"(0|[1-9][0-9]*|[1-9][0-9]{0,2}([ .,'’\x{a0}\x{202f}][0-9]{3})+)"
_LOCAL = r"[0-9]{1,2}([/.\-])[0-9]{1,2}[/.\-]([0-9]{4}|[0-9]{2})"
_ISO_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_EVERY = {
    "integer": r"^-?(0|[1-9][0-9]{0,17})$",
    "point": r"^-?(0|[1-9][0-9]{0,13})(\.[0-9]+)?$",
    "comma": r"^-?(0|[1-9][0-9]{0,13})(,[0-9]+)?$",
    "long_comma": r"^-?(0|[1-9][0-9]{0,2}(,[0-9]{3})*)$",
    "spaced": r"^-?((0|[1-9][0-9]{0,13})|[1-9][0-9]{0,2}([ \x{a0}\x{202f}][0-9]{3})+)(,[0-9]+)?$",
    "either": r"^-?(0|[1-9][0-9]{0,13})([.,]([0-9]{1,2}|[0-9]{4,}))?$",
    "amount": rf"^\(?{_UNIT}?{_GAPS}?[+-]?{_GAPS}?{_UNIT}?{_GAPS}?{_THOUSANDS}([.,][0-9]+)?"
    rf"{_GAPS}?{_UNIT}?-?\)?$",
    "serial": r"^[2-5][0-9]{4}(\.[0-9]+)?$",
    "boolean": r"(?i)^(true|vrai|oui|false|faux|non)$",
    "iso_date": rf"^{_ISO_DAY}$",
    "instant": rf"^{_ISO_DAY}[T ]([01][0-9]|2[0-3]):[0-5][0-9]",
    "local": rf"^{_LOCAL}([T ]+[0-9]{{1,2}}[:hH][0-9]{{2}}.*)?$",
    "timed": r"[0-9][T ]+[0-9]{1,2}[:hH][0-9]{2}",
    "figures": rf"^({_UNIT}? ?[+-]?(0|[1-9][0-9]{{0,2}}([ .,'\x{{a0}}\x{{202f}}]?[0-9]{{3}})*|[1-9][0-9]*)"
    rf"([.,][0-9]{{1,4}})?{_GAPS}?{_UNIT}?|{_LOCAL}( [0-9:]+)?)$",
}
_SOME = {
    "gaps": (r"[0-9][ \x{a0}\x{202f}][0-9]{3}", "spaced", ("integer", "point")),
    "fraction": (r",[0-9]+$", "spaced", ("integer", "point")),
    "commas": (r",", "amount", ("integer", "point")),
    "points": (r"\.", "amount", ("integer",)),
    "short_comma": (
        r"(^|[^0-9])0,|,[0-9]{1,2}([^0-9]|$)|,[0-9]{4}|\.[0-9]{3},",
        "amount",
        ("integer", "point"),
    ),
    "short_point": (r"(^|[^0-9])0\.|\.[0-9]{1,2}([^0-9]|$)|\.[0-9]{4}|,[0-9]{3}\.", "amount", ("integer",)),
    "units": (r"[€$£%(]|EUR|USD|GBP|CHF", "amount", ("integer", "point")),
    "day_first": (r"^(1[3-9]|2[0-9]|3[01])[/.\-]", "local", ()),
    "month_first": (r"^[0-9]{1,2}[/.\-](1[3-9]|2[0-9]|3[01])[/.\-]", "local", ()),
    "short_year": (r"^[0-9]{1,2}[/.\-][0-9]{1,2}[/.\-][0-9]{2}([T ]|$)", "local", ()),
    "long_digits": (r"^[0-9]{16,}$", "integer", ()),
}
"""What some texts may show, the kind of column it is about, and kinds that never show it."""
_IMPLIED = {
    "point": ("integer",),
    "comma": ("integer",),
    "spaced": ("integer", "comma"),
    "either": ("integer",),
    "amount": ("integer", "point", "comma", "spaced", "either"),
    "figures": ("integer",),
}
"""Kinds that hold wherever a plainer one does."""
