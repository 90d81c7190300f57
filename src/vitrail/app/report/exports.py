"""The members of a segment to take away: CSV for programs, XLSX for people, Parquet for engines."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as parquet
import xlsxwriter

from vitrail.app.health import recent_health
from vitrail.app.workspace import Workspace
from vitrail.collect.files.formulas import harmless
from vitrail.consent.rights.standing import standing_at
from vitrail.engine.source import Source
from vitrail.language.messages import unknown_name
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse.people import all_keys, numbers_of

SHEET_ROWS = 1_048_575
"""The rows a sheet of XLSX holds under its header."""

Cell = str | int | float | Decimal | bool | dt.date | dt.datetime | None


class Shape(msgspec.Struct, frozen=True):
    """How an export is written: in which language its headers, in which zone its instants, and what is
    to be known of the data behind it."""

    language: str
    timezone: str
    warnings: tuple[str, ...] = ()


def export_segment(
    ws: Workspace,
    key: str,
    *,
    path: str | Path,
    traits: Sequence[str] | None = None,
    language: str = "fr",
) -> int:
    """Write the members of a segment with their traits; answers how many there are.

    The form follows the end of the name: `.csv` (with semicolons in French), `.xlsx` or `.parquet`.
    `traits` names the ones to write, in this order; by default, all of them.
    """
    target = Path(path)
    catalogue = ws.catalogue.current()
    table = members_with_traits(ws, key, traits=traits)
    problems = recent_health(ws.store, catalogue, database=ws.database).segments.get(key, ())
    shape = Shape(
        language, catalogue.timezone, tuple(each.message.in_language(language) for each in problems)
    )
    match target.suffix.lower():
        case ".csv":
            _write_csv(table, target, shape=shape, headers=_headers(catalogue, table, language=language))
        case ".xlsx":
            _write_xlsx(table, target, shape=shape, headers=_headers(catalogue, table, language=language))
        case ".parquet":
            warnings = {"vitrail.warnings": "\n".join(shape.warnings)} if shape.warnings else {}
            parquet.write_table(table.replace_schema_metadata(warnings or None), target)
        case other:
            raise refuse(
                "unknown_export",
                path=str(path),
                fr=f"On ne sait pas écrire « {other} » ; rien n’a été écrit. Terminez le nom par .csv, "
                ".xlsx ou .parquet.",
                en=f"“{other}” cannot be written; nothing was. End the name with .csv, .xlsx or .parquet.",
            )
    return int(table.num_rows)


def members_with_traits(ws: Workspace, key: str, *, traits: Sequence[str] | None = None) -> pa.Table:
    """The members of a segment at the last refresh, in the order of their keys, with their traits.

    Those whose data are frozen (article 18) are left out.
    """
    source, known = ws.store.source(), ws.catalogue.traits
    wanted = tuple(known) if traits is None else tuple(dict.fromkeys(traits))
    if unknown := [name for name in wanted if name not in known]:
        raise UserError(tuple(unknown_name("trait", name, valid=known) for name in unknown))
    keys = ws.segment(key).members()["profile"].combine_chunks()
    numbers = numbers_of(source, keys.to_pylist())
    frozen = standing_at(ws.store, source).restricted
    numbers = numbers[~np.isin(numbers, np.array(frozen, dtype=np.int64))]
    fields = tuple(known[name] for name in wanted)
    columns = _latest_traits(source, fields, numbers=numbers)
    return pa.table({"profile": all_keys(source).take(pa.array(numbers)), **columns})


def _latest_traits(
    source: Source, fields: Sequence[Field], *, numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
) -> dict[str, pa.Array]:
    """The present value of each trait for these profiles; a later file replaces whole rows."""
    if not source.traits.snapshots:
        return {field.name: pa.nulls(len(numbers)) for field in fields}
    wanted = ["profile", *(field.column for field in fields)]
    rows = pa.concat_tables(
        [_columns(parquet.ParquetFile(file.path), wanted) for file in source.traits.snapshots],
        promote_options="default",
    )
    place = np.full(source.profiles, -1, dtype=np.int64)
    place[rows["profile"].to_numpy()] = np.arange(rows.num_rows)
    found = place[numbers]
    taken = pa.array(found, mask=found < 0)
    return {field.name: _column(rows, field).take(taken) for field in fields}


def _columns(file: parquet.ParquetFile, wanted: Sequence[str]) -> pa.Table:
    """Those of the wanted columns that the file has: an older one may lack the newest traits."""
    return file.read([name for name in wanted if name in file.schema_arrow.names])


def _column(rows: pa.Table, field: Field) -> pa.ChunkedArray:
    """The values of a trait; files hold instants as microseconds."""
    if field.column not in rows.column_names:
        return pa.chunked_array([pa.nulls(rows.num_rows)])
    column = rows[field.column]
    return column.cast(pa.timestamp("us", tz="UTC")) if field.type == "instant" else column


def _headers(catalogue: Catalogue, table: pa.Table, *, language: str) -> list[str]:
    """The words of each column in the language, or its name."""
    first = "Client" if language == "fr" else "Customer"
    return [first, *(_header(catalogue.traits[name], language) for name in table.column_names[1:])]


def _header(field: Field, language: str) -> str:
    if field.label is None:
        return field.name
    words = field.label.fr if language == "fr" else field.label.en
    return words[:1].upper() + words[1:]


def _rows(table: pa.Table, timezone: str) -> Iterator[list[Cell]]:
    """The rows as plain values: instants on the clock of the workspace, sets of texts as one text."""
    zone = ZoneInfo(timezone)
    for batch in table.to_batches(max_chunksize=10_000):
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            yield [_plain(value, zone) for value in row]


def _plain(value: object, zone: ZoneInfo) -> Cell:
    match value:
        case dt.datetime():
            return value.astimezone(zone).replace(tzinfo=None)
        case list():
            return ", ".join(map(str, value))
        case None | str() | bool() | int() | float() | Decimal() | dt.date():
            return value
        case _:
            return str(value)


# --- CSV ----------------------------------------------------------------------------------------


def _write_csv(table: pa.Table, target: Path, *, shape: Shape, headers: Sequence[str]) -> None:
    """UTF-8 with its mark, so that spreadsheets read the accents; semicolons where they are usual."""
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=";" if shape.language == "fr" else ",")
        writer.writerow([harmless(header) for header in headers])
        for row in _rows(table, shape.timezone):
            writer.writerow([_written(cell, shape.language) for cell in row])


def _written(cell: Cell, language: str) -> str:
    match cell:
        case None:
            return ""
        case bool():
            words = ("non", "oui") if language == "fr" else ("no", "yes")
            return words[cell]
        case str():
            return harmless(cell)
        case dt.datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case dt.date():
            return cell.isoformat()
        case Decimal() | float():
            text = f"{cell.normalize():f}" if isinstance(cell, Decimal) else repr(cell)
            return text.replace(".", ",") if language == "fr" else text
        case int():
            return str(cell)


# --- XLSX ---------------------------------------------------------------------------------------


def _write_xlsx(table: pa.Table, target: Path, *, shape: Shape, headers: Sequence[str]) -> None:
    """One sheet with a header that stays and filters; every text is a text, never a formula or a link."""
    if table.num_rows > SHEET_ROWS:
        raise refuse(
            "too_many_rows",
            path=str(target),
            fr=f"Une feuille tient {SHEET_ROWS} lignes et il y en a {table.num_rows} ; rien n’a été écrit. "
            "Exportez en .csv ou en .parquet.",
            en=f"A sheet holds {SHEET_ROWS} rows and there are {table.num_rows}; nothing was written. "
            "Export as .csv or .parquet.",
        )
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        sheet = book.add_worksheet("Clients" if shape.language == "fr" else "Customers")
        bold, day, moment = (
            book.add_format(look)
            for look in ({"bold": True}, {"num_format": "yyyy-mm-dd"}, {"num_format": "yyyy-mm-dd hh:mm:ss"})
        )
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, len(headers) - 1, 18)
        for column, header in enumerate(headers):
            sheet.write_string(0, column, header, bold)
        for number, row in enumerate(_rows(table, shape.timezone), start=1):
            _write_row(sheet, number, cells=row, looks=(day, moment))
        sheet.autofilter(0, 0, table.num_rows, len(headers) - 1)
        _write_warnings(book, shape)


def _write_warnings(book: xlsxwriter.Workbook, shape: Shape) -> None:
    """A sheet of its own for what is to be known of the data, when there is anything."""
    if not shape.warnings:
        return
    sheet = book.add_worksheet("À savoir" if shape.language == "fr" else "To know")
    sheet.set_column(0, 0, 120, book.add_format({"text_wrap": True, "valign": "top"}))
    for number, warning in enumerate(shape.warnings):
        sheet.write_string(number, 0, warning)


def _write_row(
    sheet: xlsxwriter.worksheet.Worksheet, number: int, *, cells: Sequence[Cell], looks: tuple[object, object]
) -> None:
    day, moment = looks
    for column, cell in enumerate(cells):
        match cell:
            case None:
                continue
            case bool():
                sheet.write_boolean(number, column, cell)
            case str():
                sheet.write_string(number, column, cell)
            case dt.datetime():
                sheet.write_datetime(number, column, cell, moment)
            case dt.date():
                sheet.write_datetime(number, column, cell, day)
            case Decimal() | int() | float():
                sheet.write_number(number, column, cell)
