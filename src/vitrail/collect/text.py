"""Texts at entry: one Unicode form for all, and their case-folded companions."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pyarrow as pa
import pyarrow.compute as pc


def composed(texts: pa.StringArray) -> pa.StringArray:
    """The same texts in NFC; ASCII ones, which already are, cost nothing."""
    return _on_non_ascii(texts, _composed)


def folded(texts: pa.StringArray) -> pa.StringArray:
    """`str.casefold` of each text where it differs from the text; unknown where it is the same."""
    lowered = _on_non_ascii(pc.ascii_lower(texts), str.casefold)
    same = pc.equal(lowered, texts)
    return pc.if_else(same, pa.scalar(None, pa.string()), lowered)


def _composed(text: str) -> str:
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def _on_non_ascii(texts: pa.StringArray, change: Callable[[str], str]) -> pa.StringArray:
    plain = pc.fill_null(pc.string_is_ascii(texts), True)
    if pc.all(plain, min_count=0).as_py():
        return texts
    others = pc.dictionary_encode(texts.filter(pc.invert(plain)))
    words = others.dictionary.to_pylist()
    new = [change(word) for word in words]
    if new == words:
        return texts
    changed = pa.array(new, pa.string())
    return pc.replace_with_mask(texts, pc.invert(plain), changed.take(others.indices))
