"""Writing the record of processing: a page, a file for spreadsheets, CSV, or JSON for programs."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec
import xlsxwriter
from jinja2 import Environment, PackageLoader, StrictUndefined

from vitrail.app.record.gathering import ProcessingRecord
from vitrail.app.record.tables import RecordTable, record_tables
from vitrail.app.record.words import RecordWords
from vitrail.collect.files.formulas import harmless
from vitrail.model.errors import refuse
from vitrail.model.typography import french

WIDTH, SHEET_NAME = 40, 31


def write_record(
    record: ProcessingRecord, path: Path, *, language: Literal["fr", "en"], zone: ZoneInfo
) -> None:
    """Write the record; the form follows the end of the name: `.html`, `.csv`, `.xlsx` or `.json`."""
    tables = record_tables(record, RecordWords(language), zone=zone)
    match path.suffix.lower():
        case ".html":
            path.write_text(_page(tables, language), "utf-8")
        case ".csv":
            _write_csv(tables, path)
        case ".xlsx":
            _write_xlsx(tables, path)
        case ".json":
            path.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n")
        case other:
            raise refuse(
                "unknown_export",
                path=str(path),
                fr=f"On ne sait pas écrire « {other} » ; rien n’a été écrit. Terminez le nom par .html, "
                ".csv, .xlsx ou .json.",
                en=f"“{other}” cannot be written; nothing was. End the name with .html, .csv, .xlsx "
                "or .json.",
            )


def _page(tables: Sequence[RecordTable], language: Literal["fr", "en"]) -> str:
    environment = Environment(
        loader=PackageLoader("vitrail.app.record", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["printed"] = french if language == "fr" else str
    title = "Registre des activités de traitement" if language == "fr" else "Record of processing activities"
    return environment.get_template("page.html").render(tables=tables, title=title, language=language)


def _write_csv(tables: Sequence[RecordTable], path: Path) -> None:
    """One table after the other, each under its title, with an empty line between them."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        for table in tables:
            rows.writerow([table.title])
            rows.writerow(table.headings)
            rows.writerows([harmless(cell) for cell in row] for row in table.rows)
            rows.writerow([])


def _write_xlsx(tables: Sequence[RecordTable], path: Path) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(path, options) as book:
        bold, plain = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for table in tables:
            sheet = book.add_worksheet(table.title.partition(" (")[0][:SHEET_NAME])
            sheet.freeze_panes(1, 1)
            sheet.set_column(0, len(table.headings) - 1, WIDTH, plain)
            for number, row in enumerate((table.headings, *table.rows)):
                for column, cell in enumerate(row):
                    sheet.write_string(number, column, cell, bold if number == 0 else plain)
