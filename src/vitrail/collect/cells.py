"""One column of the input brought to the type it must have; what does not fit is marked, never bent."""

from __future__ import annotations

from typing import Literal, assert_never
from zoneinfo import ZoneInfo

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect import numbers, times
from vitrail.collect.parsed import Parsed, family, keep, refuse_known
from vitrail.collect.text import composed
from vitrail.model.catalogue import Type

Target = Type | Literal["identifier", "moment"]
"""The type of a field; or an identifier, which is a text or a whole number; or the time of a row."""

_TRUE = r"(?i)^(true|vrai|oui)$"
_BOOLEAN = r"(?i)^(true|vrai|oui|false|faux|non)$"


def parse(cells: pa.Array, target: Target, *, zone: ZoneInfo) -> Parsed:
    """The cells as values of the target."""
    if pa.types.is_null(cells.type):
        return parse(cells.cast(pa.string()), target, zone=zone)
    match target:
        case "text":
            return (
                Parsed(composed(cells)) if family(cells.type) == "text" else refuse_known(cells, pa.string())
            )
        case "integer":
            return numbers.to_integers(cells)
        case "decimal":
            return numbers.to_decimals(cells)
        case "float":
            return numbers.to_floats(cells)
        case "boolean":
            return _booleans(cells)
        case "date":
            return times.to_dates(cells)
        case "instant":
            return times.to_instants_column(cells, zone)
        case "texts":
            return _sets(cells)
        case "identifier":
            return _identifiers(cells)
        case "moment":
            return times.to_moments(cells, zone)
        case _:
            assert_never(target)


def _booleans(cells: pa.Array) -> Parsed:
    match family(cells.type):
        case "boolean":
            return Parsed(cells)
        case "text":
            trimmed = pc.ascii_trim_whitespace(cells)
            fits = pc.match_substring_regex(trimmed, _BOOLEAN)
            return keep(pc.match_substring_regex(trimmed, _TRUE), fits, kind=pa.bool_())
        case _:
            return refuse_known(cells, pa.bool_())


def _identifiers(cells: pa.Array) -> Parsed:
    """Keys as text: texts as they are, whole numbers as their digits; an empty text is no key."""
    match family(cells.type):
        case "text":
            return Parsed(composed(pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)))
        case "integer" | "float" | "decimal":
            whole = numbers.to_integers(cells)
            return Parsed(whole.values.cast(pa.string()), whole.refused)
        case _:
            return refuse_known(cells, pa.string())


def _sets(cells: pa.Array) -> Parsed:
    """Sets of texts, sorted, without repetition; in one text: separated by `|` or `;`, or a JSON array."""
    match family(cells.type):
        case "texts":
            return _sorted_sets(cells)
        case "text":
            return _sets_of_texts(cells)
        case _:
            return refuse_known(cells, pa.list_(pa.string()))


def _sorted_sets(cells: pa.Array) -> Parsed:
    coded = pc.dictionary_encode(composed(cells.flatten()))
    words = coded.dictionary.to_pylist()
    places = iter(coded.indices.to_pylist())
    sizes = pc.list_value_length(cells).to_pylist()
    sets = [None if size is None else _ordered([next(places) for _ in range(size)], words) for size in sizes]
    return Parsed(pa.array(sets, pa.list_(pa.string())))


def _ordered(places: list[int | None], words: list[str]) -> list[str]:
    return sorted({words[place] for place in places if place is not None})


def _sets_of_texts(cells: pa.Array) -> Parsed:
    coded = pc.dictionary_encode(composed(cells))
    sets = [_split(text) for text in coded.dictionary.to_pylist()]
    values = pa.array(sets, pa.list_(pa.string())).take(coded.indices)
    refused = pc.and_(pc.is_valid(cells), pc.is_null(values))
    return Parsed(values, refused if pc.any(refused, min_count=0).as_py() else None)


def _split(text: str) -> list[str] | None:
    if text.startswith("["):
        try:
            return sorted(set(msgspec.json.decode(text, type=list[str])))
        except msgspec.MsgspecError:
            return None
    return sorted({part.strip() for part in text.replace(";", "|").split("|")} - {""})
