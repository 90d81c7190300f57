"""Spreadsheets (XLSX, XLS, ODS): which sheet, where its table is, and its cells as texts."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import msgspec
import pyarrow as pa
from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetVisibleEnum,
    XmlError,
    ZipError,
)

from vitrail.collect.files import dialect
from vitrail.collect.files.asking import Answers, Choice, Question, Unanswered, chosen
from vitrail.collect.files.limits import MB, Limits
from vitrail.collect.files.rows import Broken, Fault, Look, Part, numbered, texts_part
from vitrail.collect.files.separated import is_total, note, too_wide
from vitrail.collect.files.unpacking import Content, damaged, locked, too_large
from vitrail.model.errors import Message, Problem, UserError, refuse

ROWS = 20_000
LOOKED_INTO = 8
"""So many sheets are opened to see whether there is something on them."""

LAST_ROWS = 5
"""So many rows at the end of a sheet may be totals."""

Cells = tuple[str, ...]


class Sheet(msgspec.Struct, frozen=True):
    """A sheet of a spreadsheet, its table found: rows below `skipped`, as many columns as names."""

    look: Look
    cells: CalamineSheet
    skipped: int

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """Cells are texts: dates as ISO, numbers with the digits a person sees."""
        return (pa.string(),) * len(self.look.names)

    def parts(self) -> Iterator[Part]:
        """The rows that have content, in order."""
        rows: list[tuple[str | None, ...]] = []
        lines: list[int] = []
        broken: list[Broken] = []
        width = len(self.look.names)
        last = self.cells.end[0] + 1 - LAST_ROWS if self.cells.end else 0
        for number, cells in self.rows():
            fault = _fault(cells, self.look.names, at_end=number > last)
            if fault is not None:
                broken.append(Broken(number, fault, next(filter(None, cells)), "", cells))
                continue
            rows.append(tuple(cell or None for cell in cells))
            lines.append(number)
            if len(rows) >= ROWS:
                yield Part(texts_part(rows, width=width), numbered(lines), tuple(broken))
                rows, lines, broken = [], [], []
        yield Part(texts_part(rows, width=width), numbered(lines), tuple(broken))

    def rows(self) -> Iterator[tuple[int, Cells]]:
        """Each row that has content, under the number the screen shows."""
        width = len(self.look.names)
        for number, row in enumerate(self.cells.iter_rows(), start=1):
            if number > self.skipped and any(cell != "" for cell in row):
                cells = tuple(as_text(cell) for cell in row[:width])
                if any(cells):
                    yield number, cells


def look_at_sheet(content: Content, answers: Answers, *, limits: Limits) -> Sheet:
    """Find the sheet and its table; asks which sheet when several have content."""
    name = content.path.name
    if content.kind in ("xlsx", "ods"):
        _check_archive(content, limits)
    try:
        with content.seekable(limits) as file:
            book = CalamineWorkbook.from_filelike(file)
            picked, notes = _choose(book, answers, name=name)
            sheet = book.get_sheet_by_name(picked)
    except PasswordError as error:
        raise locked(name) from error
    except (CalamineError, XmlError, ZipError, zipfile.BadZipFile, OSError) as error:
        raise damaged(name, error) from error
    if sheet.end is None:
        raise _empty(name, picked)
    if sheet.width > limits.columns:
        raise too_wide(name, sheet.width)
    if content.kind != "ods" and sheet.merged_cell_ranges:
        notes.append(_merged())
    return _with_table(sheet, picked, answers=answers, notes=notes)


def as_text(cell: object) -> str:
    """A cell as a person would type it: dates as ISO, numbers without an exponent or a useless point."""
    match cell:
        case str():
            return cell
        case bool():
            return "true" if cell else "false"
        case float():
            return _number(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ", timespec="auto")
        case dt.date() | dt.time():
            return cell.isoformat()
        case _:
            return str(cell)


def _number(value: float) -> str:
    """The fifteen digits a spreadsheet shows, written out."""
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    text = format(value, ".15g")
    return format(Decimal(text), "f") if "e" in text else text


def _fault(cells: Cells, names: Cells, *, at_end: bool) -> Fault | None:
    if cells == names:
        return "header"
    return "total" if at_end and is_total(cells) else None


def _choose(book: CalamineWorkbook, answers: Answers, *, name: str) -> tuple[str, list[Problem]]:
    """The sheet to read: the only one with content, or the one that was chosen."""
    shown = [each.name for each in book.sheets_metadata if each.visible == SheetVisibleEnum.Visible]
    hidden = [each.name for each in book.sheets_metadata if each.name not in shown]
    filled = shown if len(shown) > LOOKED_INTO else [each for each in shown if _has_content(book, each)]
    notes = [_hidden(hidden)] if hidden else []
    if len(filled) == 1 and "sheet" not in answers:
        return filled[0], notes
    if not filled and not hidden:
        raise _empty(name, "")
    text = Message(
        fr=f"« {name} » a {len(filled)} feuilles remplies : laquelle charger ?",
        en=f"“{name}” has {len(filled)} sheets with content: which one is to be loaded?",
    )
    choices = [Choice(each, Message(fr="visible", en="visible")) for each in filled]
    choices += [Choice(each, Message(fr="masquée", en="hidden")) for each in hidden]
    question = Question("sheet", text, tuple(choices))
    picked = chosen(answers, question)
    if picked is None:
        raise Unanswered((question,))
    return picked, [] if picked in hidden else notes


def _has_content(book: CalamineWorkbook, name: str) -> bool:
    return book.get_sheet_by_name(name).end is not None


def _with_table(sheet: CalamineSheet, name: str, *, answers: Answers, notes: list[Problem]) -> Sheet:
    """The sheet once its header is found, below whatever stands above it."""
    first = [tuple(as_text(cell) for cell in row) for row in islice(sheet.iter_rows(), dialect.LINES)]
    width = max((place for row in first for place, cell in enumerate(row, 1) if cell), default=0)
    rows = [([*row[:width]], number) for number, row in enumerate(first, start=1)]
    place = _header_of(rows)
    above = sum(1 for row, _ in rows[:place] if any(row))
    below = [row for row, _ in rows[place:]]
    raw, skipped = list(rows[place][0]), place + 1
    if not dialect.has_header(below, answers):
        raw, skipped = [f"column_{number}" for number in range(1, width + 1)], place
    used = width if len(first) < dialect.LINES else sheet.width
    names, told = dialect.named([*raw, *[""] * (used - len(raw))])
    if above:
        notes = [*notes, dialect.lines_above(above)]
    look = Look("sheet", names, facts={"sheet": name}, notes=(*notes, *told))
    return Sheet(look, sheet, skipped)


def _header_of(rows: list[tuple[list[str], int]]) -> int:
    """The first row about as full as the fullest of those that follow."""
    counts = [sum(map(bool, row)) for row, _ in rows]
    usual = sorted(filter(None, counts))[len(list(filter(None, counts))) // 2]
    return next(place for place, count in enumerate(counts) if count >= max(usual * 0.6, 1))


def _check_archive(content: Content, limits: Limits) -> None:
    """Refuse what would unpack to more than it should, before anything is unpacked."""
    try:
        with content.seekable(limits) as file, zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise damaged(content.path.name, error) from error
    size = sum(each.file_size for each in entries)
    packed = sum(each.compress_size for each in entries)
    if len(entries) > limits.members or size > UNPACKED or size > max(limits.unpacked, packed * limits.ratio):
        raise too_large(content.path.name)
    if any(each.flag_bits & 1 for each in entries):
        raise locked(content.path.name)


UNPACKED = 1536 * MB
"""A spreadsheet that is larger once unpacked is refused."""


def _empty(name: str, sheet: str) -> UserError:
    return refuse(
        "empty_input",
        fr=f"« {name} » : la feuille {sheet} est vide. Rien n’a été chargé.",
        en=f"“{name}”: the sheet {sheet} is empty. Nothing was loaded.",
    )


def _hidden(names: Sequence[str]) -> Problem:
    shown = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
    return note(
        "hidden_sheets",
        fr=f"Des feuilles masquées n’ont pas été lues : {shown}.",
        en=f"Hidden sheets were not read: {shown}.",
    )


def _merged() -> Problem:
    return note(
        "merged_cells",
        fr="Des cellules sont fusionnées : leur valeur ne compte que pour la première.",
        en="Some cells are merged: their value counts for the first one only.",
    )
