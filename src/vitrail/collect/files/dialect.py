"""How a file of separated values is written: separator, quotes, where the header is."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec

from vitrail.collect.files.asking import Answers, Choice, Question, Unanswered, chosen
from vitrail.collect.files.shapes import looks_like_value
from vitrail.model.errors import Message, Problem

SEPARATORS = (";", ",", "\t", "|")
NONE = "\x1f"
"""The separator of a file of one column: a character that no text has."""

REASONS = ("vitrail_line", "vitrail_column", "vitrail_reason")
"""The columns that a file of refused rows has in front: they are passed over when it comes back."""

LINES = 1000
Rows = list[list[str]]


class Dialect(msgspec.Struct, frozen=True):
    """The writing habits of a file. `skipped` counts the lines before the first row, header included."""

    separator: str
    names: tuple[str, ...]
    skipped: int
    quote: str = '"'
    escape: str = ""
    above: int = 0


def find_dialect(text: str, answers: Answers) -> Dialect:
    """The writing habits that the first lines of a file show; asks whether there is a header."""
    csv.field_size_limit(1 << 27)
    lines = list(io.StringIO(text, newline=""))[:LINES]
    declared = re.match(r'"?sep=(.)"?[;,\t]*\r?\n?\r?$', lines[0]) if lines else None
    before = 1 if declared else 0
    body = lines[before:]
    quote = _quote(body)
    escape = "\\" if _escapes(text) else ""
    separator = declared.group(1) if declared else _separator(body, quote=quote, escape=escape)
    rows = list(records(body, Dialect(separator, (), 0, quote, escape)))
    place, padded = _header(rows)
    if place is None:
        return Dialect(separator, (), before, quote, escape)
    header, end, start = rows[place][0], rows[place][1], rows[place - 1][1] if place else 0
    above = sum(1 for row, _ in rows[:place] if any(row))
    dialect = Dialect(separator, (*header, *[""] * padded), before + end, quote, escape, above)
    if not has_header([row for row, _ in rows[place:]], answers):
        names = tuple(f"column_{number}" for number in range(1, len(dialect.names) + 1))
        return msgspec.structs.replace(dialect, names=names, skipped=before + start)
    return dialect


def records(lines: Sequence[str], dialect: Dialect) -> Iterator[tuple[list[str], int]]:
    """The rows of some lines, each with the number of lines up to its end."""
    reader = csv.reader(
        lines,
        delimiter=dialect.separator,
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        doublequote=True,
    )
    while True:
        try:
            yield next(reader), reader.line_num
        except StopIteration:
            return
        except csv.Error:
            continue


def named(raw: Sequence[str]) -> tuple[tuple[str, ...], list[Problem]]:
    """The names of columns: trimmed, in one Unicode form, each once; what was changed is told."""
    names: dict[str, None] = {}
    notes: list[Problem] = []
    for place, each in enumerate(raw, start=1):
        name = unicodedata.normalize("NFC", each.strip().strip("\ufeff\u200b"))
        given = name or f"column_{place}"
        count = 2
        while given in names:
            given, count = f"{name or 'column'} ({count})", count + 1
        if given != name:
            notes.append(_renamed(place, name, given=given))
        names[given] = None
    return tuple(names), notes


def lines_above(count: int) -> Problem:
    """What to tell of the lines above the header."""
    fr, en = ("ligne a été passée", "line") if count < 2 else ("lignes ont été passées", "lines")
    return Problem(
        code="lines_above",
        path="",
        message=Message(
            fr=f"Au-dessus de l’en-tête, {count} {fr}.", en=f"{count} {en} above the header passed over."
        ),
        severity="warning",
    )


def _renamed(place: int, name: str, *, given: str) -> Problem:
    return Problem(
        code="column_renamed",
        path=given,
        message=Message(
            fr=f"La colonne {place} s’appelle ici « {given} » : son nom dans l’en-tête est "
            + (f"« {name} », comme une autre." if name else "vide."),
            en=f"The column {place} is called “{given}” here: its name in the header is "
            + (f"“{name}”, like another’s." if name else "empty."),
        ),
        severity="warning",
    )


def _quote(lines: Sequence[str]) -> str:
    """The single quote, where it stands around every cell of the first lines and the double never."""
    first = [line.strip() for line in lines[:20] if line.strip()]
    if not first or any('"' in line for line in first):
        return '"'
    return "'" if all(line.startswith("'") and line.endswith("'") for line in first) else '"'


def _escapes(text: str) -> bool:
    """Whether quotes inside quotes are written with a backslash, and never doubled."""
    return '\\"' in text and re.search(r'[^;,\t|\r\n"]""[^;,\t|\r\n"]', text) is None


def _separator(lines: Sequence[str], *, quote: str, escape: str) -> str:
    """The separator that gives most lines the same number of cells, and the most cells."""
    scores = {each: _agreement(lines, Dialect(each, (), 0, quote, escape)) for each in SEPARATORS}
    best = max(SEPARATORS, key=lambda each: scores[each])
    return best if scores[best][0] else NONE


def _agreement(lines: Sequence[str], dialect: Dialect) -> tuple[bool, bool, float]:
    rows = [row for row, _ in records(lines, dialect) if any(row)]
    if not rows:
        return (False, False, 0.0)
    width, share = _usual_width(rows)
    near = (width,) if width < 3 else (width - 1, width, width + 1)
    ahead = next(place for place, row in enumerate(rows) if len(row) in near)
    lone = ahead == 1 and re.fullmatch(r"\S{1,40}", rows[0][0]) is not None
    header = len(rows[0]) > 1 and not ahead
    if width < 2 or lone:
        return (header and len(rows[0]) > 1, header, 0.0)
    return (share > 0.3 or header, not ahead, share * width)


def _usual_width(rows: Rows) -> tuple[int, float]:
    """The number of cells most rows have (the larger, among equals), and their share."""
    counts = Counter(len(row) for row in rows)
    width = max(counts, key=lambda each: (counts[each], each))
    return width, counts[width] / len(rows)


def _header(rows: list[tuple[list[str], int]]) -> tuple[int | None, int]:
    """Which row is the header, and how many empty names it lacks at its end."""
    filled = [row for row, _ in rows if any(row)]
    if not filled:
        return None, 0
    width, _ = _usual_width(filled)
    for place, (row, _) in enumerate(rows):
        if len(row) >= width - (width > 2) and sum(map(bool, row)) > (width > 2):
            spare = width - len(row)
            after = [each for each, _ in rows[place + 1 :] if len(each) == width]
            return place, spare if spare > 0 and not any(each[-1] for each in after) else 0
    return next(place for place, (row, _) in enumerate(rows) if any(row)), 0


def is_returned(names: Sequence[str]) -> bool:
    """Whether a file is one of refused rows that comes back."""
    return tuple(names[: len(REASONS)]) == REASONS


def has_header(rows: Rows, answers: Answers) -> bool:
    """Whether the first row holds names; asked when it looks like the rows under it.

    Refused rows come back with one, whatever was said of the file they stood in.
    """
    if is_returned(rows[0]):
        return True
    question = Question(
        "header",
        Message(
            fr="La première ligne a l’air d’une ligne de données : le fichier a-t-il un en-tête ?",
            en="The first line looks like data: does the file have a header?",
        ),
        (
            Choice(
                "first", Message(fr="la première ligne nomme les colonnes", en="the first line names them")
            ),
            Choice("none", Message(fr="pas d’en-tête, que des données", en="no header, only data")),
        ),
        samples=tuple(rows[0][:8]),
    )
    said = chosen(answers, question)
    if said is not None:
        return said == "first"
    first = rows[0]
    below = next((row for row in rows[1:] if len(row) == len(first)), first)
    pairs = [(a, b) for a, b in zip(first, below, strict=True) if looks_like_value(a)]
    if any(looks_like_value(b) for _, b in pairs):
        raise Unanswered((question,))
    return True
