"""Writing the base report: a page by language, the tables as CSV and XLSX, the figures as JSON."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import xlsxwriter

from vitrail.app.report.base.figures import BaseFigures
from vitrail.app.report.base.gather import gather_base
from vitrail.app.report.base.page import base_page
from vitrail.app.report.base.tables import Cell, Table, tables
from vitrail.app.workspace import Workspace
from vitrail.collect.files.formulas import harmless
from vitrail.model.errors import refuse

LANGUAGES = ("fr", "en")
SHEET_NAME = 31
"""The most letters the name of a sheet may have."""


def write_base_report(ws: Workspace, folder: str | Path, *, title: str = "") -> tuple[Path, ...]:
    """Write the report of the base to a folder, in both languages; answers the files.

    `base.fr.html` and `base.en.html` are the pages, `base.fr.xlsx` and `base.en.xlsx` their tables,
    `base.json` the figures, and `tables.fr`, `tables.en` hold one CSV file per table.
    """
    target = Path(folder)
    if target.exists() and not target.is_dir():
        raise refuse(
            "not_a_folder",
            path=str(folder),
            fr=f"« {target.name} » est un fichier, pas un dossier ; rien n’a été écrit.",
            en=f"“{target.name}” is a file, not a folder; nothing was written.",
        )
    figures = gather_base(ws, title=title)
    target.mkdir(parents=True, exist_ok=True)
    written = [_written(target / "base.json", msgspec.json.format(msgspec.json.encode(figures), indent=2))]
    for language in LANGUAGES:
        other = next(each for each in LANGUAGES if each != language)
        page = base_page(figures, language=language, other=f"base.{other}.html")
        written.append(_written(target / f"base.{language}.html", page.encode()))
        written += _write_tables(figures, target, language=language)
    return tuple(written)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _write_tables(figures: BaseFigures, target: Path, *, language: str) -> list[Path]:
    made = tables(figures, language=language)
    folder, zone = target / f"tables.{language}", ZoneInfo(figures.timezone)
    folder.mkdir(exist_ok=True)
    paths = [target / f"base.{language}.xlsx"]
    with xlsxwriter.Workbook(paths[0], {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        for table in made.values():
            _write_sheet(book, table, zone=zone)
            paths.append(folder / f"{table.key}.csv")
            _write_csv(table, paths[-1], language=language, zone=zone)
    return paths


def _write_csv(table: Table, path: Path, *, language: str, zone: ZoneInfo) -> None:
    """UTF-8 with its mark; semicolons and decimal commas in French, as spreadsheets there expect."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";" if language == "fr" else ",")
        writer.writerow([harmless(head.words) for head in table.headings])
        for row in table.rows:
            writer.writerow([_plain(cell, language=language, zone=zone) for cell in row])


def _plain(cell: Cell, *, language: str, zone: ZoneInfo) -> str:
    match cell:
        case None:
            return ""
        case dt.datetime():
            return cell.astimezone(zone).isoformat(sep=" ", timespec="minutes")[:16]
        case float():
            return f"{cell:.6g}".replace(".", "," if language == "fr" else ".")
        case str():
            return harmless(cell)
        case _:
            return str(cell)


def _write_sheet(book: xlsxwriter.Workbook, table: Table, *, zone: ZoneInfo) -> None:
    """One sheet per table, its header kept in sight; every text is a text."""
    sheet = book.add_worksheet(_sheet_name(table.title))
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    looks = {
        "share": book.add_format({"num_format": "0.0%"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, max(len(table.headings) - 1, 1), 14)
    for column, head in enumerate(table.headings):
        sheet.write_string(0, column, head.words, bold)
    for number, row in enumerate(table.rows, start=1):
        for column, cell in enumerate(row):
            look = looks.get(table.headings[column].kind)
            match cell:
                case None:
                    continue
                case str():
                    sheet.write_string(number, column, cell)
                case dt.datetime():
                    moment = cell.astimezone(zone).replace(tzinfo=None)
                    sheet.write_datetime(number, column, moment, look)
                case _:
                    sheet.write_number(number, column, cell, look)


def _sheet_name(title: str) -> str:
    """A title without what the name of a sheet may not hold."""
    return "".join("-" if letter in "[]:*?/\\" else letter for letter in title)[:SHEET_NAME]
