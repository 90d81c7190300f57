"""Cells that a spreadsheet would run: marked when they go to a text file, and given back as they were.

A spreadsheet runs a cell of a CSV that begins with =, +, -, @, a tab or a line end, quoted or not
(OWASP, CSV injection; ASVS 5.0, 1.2.10). An apostrophe in front makes it a text. Figures and telephone
numbers, which begin with a sign and hold nothing but digits, spaces and . , ( ), are left as they are.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

FORMULA = re.compile(r"^\s*[=+\-@\t\r\n＝＋－＠]")
FIGURE = re.compile(r"^[+-]?[\d ().,]+$")
MARK = "'"


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would take it for a formula.

    One that looks like a marked text is marked too, so that each text has a form of its own.
    """
    return f"{MARK}{text}" if _is_marked(text) else text


def original(text: str) -> str:
    """The text that `harmless` made this one from."""
    return text[1:] if text.startswith(MARK) and _is_marked(text[1:]) else text


def originals(column: pa.Array) -> pa.Array:
    """The same for a column of texts."""
    if column.null_count == len(column) or not pc.any(pc.starts_with(column, MARK), min_count=0).as_py():
        return column
    return pa.array([None if each is None else original(each) for each in column.to_pylist()], column.type)


def _is_marked(text: str) -> bool:
    bare = text.lstrip(MARK)
    return FORMULA.match(bare) is not None and (bare != text or not FIGURE.match(text))
