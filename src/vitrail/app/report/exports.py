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
import pyarrow.compute as compute
import pyarrow.parquet as parquet
import xlsxwriter
from pyroaring import BitMap

from vitrail.app.health import recent_health
from vitrail.app.masking import HIDDEN, hidden_text, is_personal, pseudonyms_of
from vitrail.app.workspace import Workspace
from vitrail.collect.files.formulas import harmless
from vitrail.consent.addresses import KINDS, address_field
from vitrail.consent.exports.register import Content, Taking, register
from vitrail.consent.gate import Audience
from vitrail.consent.rights.standing import standing_at
from vitrail.consent.waterfall import Wanted
from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.language.messages import unknown_name
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import UserError, refuse
from vitrail.warehouse import memberships
from vitrail.warehouse.people import all_keys, numbers_of

SHEET_ROWS = 1_048_575
"""The rows a sheet of XLSX holds under its header."""

FORMS = (".csv", ".xlsx", ".parquet")

Cell = str | int | float | Decimal | bool | dt.date | dt.datetime | None


class Shape(msgspec.Struct, frozen=True):
    """How an export is written: in which language its headers, in which zone its instants, and what is
    to be known of the data behind it."""

    language: str
    timezone: str
    warnings: tuple[str, ...] = ()


class Layout(msgspec.Struct, frozen=True):
    """Which traits are written, in which order (by default, all), and in which language the headers are."""

    traits: tuple[str, ...] | None = None
    language: str = "fr"


def export_segment(
    ws: Workspace,
    key: str,
    *,
    path: str | Path,
    layout: Layout | None = None,
    taking: Taking | None = None,
) -> int:
    """Write the members of a segment with their traits, for a study; answers how many there are.

    It is no list to write to: that is an audience, and `export_audience`. The form follows the end of
    the name: `.csv` (with semicolons in French), `.xlsx` or `.parquet`. That it was taken is in the
    register. Masked, keys are pseudonyms and what says who somebody is is hidden.
    """
    target, chosen, who = Path(path), layout or Layout(), taking or Taking()
    form = _form(target)
    people = _members(ws, key)
    table = traits_table(ws, people, traits=chosen.traits)
    if who.masked:
        table = _masked(ws, table, people=people)
    as_of_us = memberships.history(ws.store, key)["at_us"].to_pylist()[-1]
    write_table(ws, table, path=target, shape=_shape(ws, key, language=chosen.language))
    columns = tuple(table.column_names)
    content = Content("list", key, people, columns, form, as_of_us)
    register(ws.store, content, taking=who)
    return int(table.num_rows)


def export_audience(
    ws: Workspace, audience: Audience, *, path: str | Path, layout: Layout, taking: Taking
) -> int:
    """Write where to reach the people of an audience, with the traits that are named; answers how many.

    There is no other list to write to: what is no audience cannot be given.
    """
    target, wanted, people = Path(path), audience.wanted, audience.numbers()
    form = _form(target)
    reached = audience.contacts()
    field = _address_name(ws, wanted)
    table = traits_table(ws, people, traits=layout.traits or ())
    columns = {"profile": reached["profile"]} | ({field: reached["address"]} if field else {})
    table = pa.table(columns | {name: table[name] for name in table.column_names if name not in columns})
    write_table(ws, table, path=target, shape=_shape(ws, wanted.segment, language=layout.language))
    as_of_us = ws.store.now_us() if wanted.at_us is None else wanted.at_us
    about = (wanted.purpose, wanted.channel)
    content = Content("audience", wanted.segment, people, tuple(table.column_names), form, as_of_us, *about)
    register(ws.store, content, taking=taking)
    return len(audience)


def write_table(ws: Workspace, table: pa.Table, *, path: Path, shape: Shape) -> None:
    """Write people with their traits in the form the name ends with."""
    catalogue = ws.catalogue.current()
    match path.suffix.lower():
        case ".csv":
            _write_csv(table, path, shape=shape, headers=_headers(catalogue, table, language=shape.language))
        case ".xlsx":
            _write_xlsx(table, path, shape=shape, headers=_headers(catalogue, table, language=shape.language))
        case _:
            warnings = {"vitrail.warnings": "\n".join(shape.warnings)} if shape.warnings else {}
            parquet.write_table(table.replace_schema_metadata(warnings or None), path)


def members_with_traits(ws: Workspace, key: str, *, traits: Sequence[str] | None = None) -> pa.Table:
    """The members of a segment at the last refresh, in the order of their keys, with their traits.

    Those whose data are frozen (article 18) are left out.
    """
    return traits_table(ws, _members(ws, key), traits=traits)


def traits_table(ws: Workspace, people: BitMap, *, traits: Sequence[str] | None = None) -> pa.Table:
    """Some customers in the order of their keys, with their traits."""
    source, known = ws.store.source(), ws.catalogue.traits
    wanted = tuple(known) if traits is None else tuple(dict.fromkeys(traits))
    if unknown := [name for name in wanted if name not in known]:
        raise UserError(tuple(unknown_name("trait", name, valid=known) for name in unknown))
    numbers = np.array(people, dtype=np.int64)
    columns = _latest_traits(source, tuple(known[name] for name in wanted), numbers=numbers)
    keys = all_keys(source).take(pa.array(numbers))
    return pa.table({"profile": keys, **columns}).take(compute.sort_indices(keys))


def _members(ws: Workspace, key: str) -> BitMap:
    """The customers of a segment at the last refresh, as they are merged now, but those who are frozen."""
    source = ws.store.source()
    numbers = np.array(ws.segment(key).numbers(), dtype=np.int64)
    people = BitMap(canon_of(source).of(numbers).astype(np.uint32))
    return people - standing_at(ws.store, source).restricted


def _masked(ws: Workspace, table: pa.Table, *, people: BitMap) -> pa.Table:
    """The same under pseudonyms, in their order, without what says who somebody is."""
    known = ws.catalogue.traits
    numbers = numbers_of(ws.store.source(), table["profile"].to_pylist())
    pseudonyms = pa.array(pseudonyms_of(ws.store).of(numbers), pa.string())
    columns: dict[str, pa.Array] = {"profile": pseudonyms}
    for name in table.column_names[1:]:
        column = table[name].combine_chunks()
        if is_personal(known[name], of_trait=True):
            hidden = pa.array([HIDDEN] * len(column), pa.string())
            column = compute.if_else(column.is_valid(), hidden, pa.scalar(None, pa.string()))
        elif pa.types.is_string(column.type):
            texts = column.to_pylist()
            column = pa.array([None if each is None else hidden_text(each) for each in texts], pa.string())
        columns[name] = column
    return pa.table(columns).sort_by("profile")


def _shape(ws: Workspace, key: str, *, language: str) -> Shape:
    catalogue = ws.catalogue.current()
    problems = recent_health(ws.store, catalogue, database=ws.database).segments.get(key, ())
    warnings = tuple(each.message.in_language(language) for each in problems)
    return Shape(language, catalogue.timezone, warnings)


def _form(target: Path) -> str:
    found = target.suffix.lower()
    if found not in FORMS:
        raise refuse(
            "unknown_export",
            path=str(target),
            fr=f"On ne sait pas écrire « {found} » ; rien n’a été écrit. Terminez le nom par .csv, "
            ".xlsx ou .parquet.",
            en=f"“{found}” cannot be written; nothing was. End the name with .csv, .xlsx or .parquet.",
        )
    return found.removeprefix(".")


def _address_name(ws: Workspace, wanted: Wanted) -> str:
    """The trait that holds the addresses of a channel; empty where it has none."""
    kind = KINDS.get(wanted.channel)
    field = None if kind is None else address_field(ws.catalogue.current(), kind)
    return "" if field is None else field.name


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
