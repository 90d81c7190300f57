"""Texts that come again and again: each is read once, and rows say which one they mean."""

from __future__ import annotations

from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.parsed import Parsed
from vitrail.collect.text import folded

RARELY = 0.5
"""Where more than this share of the cells are texts of their own, telling texts apart is not worth it."""


def repeats(cells: pa.DictionaryArray) -> bool:
    """Whether its texts come often enough."""
    return len(cells.dictionary) <= RARELY * len(cells)


def parsed_once(cells: pa.DictionaryArray, parse: Callable[[pa.StringArray], Parsed]) -> Parsed:
    """What the cells are, each text being parsed once; it must say nothing but values and refusals."""
    each = parse(cells.dictionary)
    values = each.values.take(cells.indices)
    if each.refused is None:
        return Parsed(values)
    return Parsed(values, pc.fill_null(each.refused.take(cells.indices), False))


def changed_once(cells: pa.DictionaryArray, change: Callable[[pa.StringArray], pa.StringArray]) -> pa.Array:
    """The cells with each text changed; a text may become another one's, or unknown."""
    before = cells.dictionary
    after = change(before)
    if after is before:
        return cells
    again = pc.dictionary_encode(after)
    return pa.DictionaryArray.from_arrays(again.indices.take(cells.indices), again.dictionary)


def folded_once(texts: pa.Array) -> pa.Array:
    """The folded form of each text, see `folded`; places in a list stay so."""
    return changed_once(texts, folded) if pa.types.is_dictionary(texts.type) else folded(texts)
