"""Spreadsheets: hidden sheets, dates, far cells, bombs, passwords."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable

import xlsxwriter

from tests.corpus.case import Case, accept, ask, partial, refuse
from tests.corpus.packed import zipped

Rows = Iterable[tuple[object, ...]]
TABLE: Rows = (("id", "v"), ("a", "x"), ("b", "y"))
BOTH = {"a": "x", "b": "y"}


def book(
    *sheets: tuple[str, Rows], hidden: str = "", then: Callable | None = None, **options: object
) -> bytes:
    target = io.BytesIO()
    made = xlsxwriter.Workbook(target, {"in_memory": True, **options})
    dates = made.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets:
        sheet = made.add_worksheet(name)
        for number, row in enumerate(rows):
            for place, cell in enumerate(row):
                if isinstance(cell, dt.datetime):
                    sheet.write_datetime(number, place, cell, dates)
                elif cell is not None:
                    sheet.write(number, place, cell)
        if name == hidden:
            sheet.hide()
        if then is not None:
            then(sheet)
    made.close()
    return target.getvalue()


def patched(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The same archive with one of its files changed."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    files[name] = change(files[name])
    return zipped(files)


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "0123456789">""" + b"".join(
    b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (98 + n, *[97 + n] * 8) for n in range(12)
) + b"]><sst><si><t>&m;</t></si><si><t>v</t></si></sst>"  # fmt: skip
FILE_ENTITY = b"""<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<sst><si><t>id</t></si><si><t>v</t></si><si><t>a</t></si><si><t>&a;</t></si></sst>"""


def entity_bomb() -> bytes:
    return patched(book(("S", TABLE)), "xl/sharedStrings.xml", lambda _: ENTITIES)


def file_entity() -> bytes:
    return patched(book(("S", (("id", "v"), ("a", "x")))), "xl/sharedStrings.xml", lambda _: FILE_ENTITY)


def far_cell() -> bytes:
    return book(("S", TABLE), then=lambda sheet: sheet.write("XFD1048576", "far"))


def sheet_bomb() -> bytes:
    """A sheet that is a thousand times larger than its archive."""
    return patched(
        book(("S", TABLE)), "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"</sheetData>", b"<row/>" * (12 << 20) + b"</sheetData>")
    )  # fmt: skip


def locked_book() -> bytes:
    """The start of the compound file in which Office keeps an encrypted workbook."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 1016
    return head + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 3000


def opendocument(rows: Rows, *, repeat: str = "") -> bytes:
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )  # fmt: skip
    content = f"""<?xml version="1.0" encoding="UTF-8"?><office:document-content
 xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2"><office:body>
 <office:spreadsheet><table:table table:name="S">{cells}{repeat}</table:table></office:spreadsheet>
 </office:body></office:document-content>"""
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    manifest = b"""<?xml version="1.0" encoding="UTF-8"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"""
    return zipped({"mimetype": kind, "content.xml": content.encode(), "META-INF/manifest.xml": manifest})


REPEATED = (
    '<table:table-row table:number-rows-repeated="1000000"><table:table-cell table:number-columns-repeated="16000"'
    ' office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
)
MARCH = dt.datetime(2025, 3, 31)  # noqa: DTZ001 - a wall clock, on purpose

CASES: list[Case] = [
    accept("table.xlsx", book(("S", TABLE)), BOTH),
    accept("sheet-named.csv", book(("S", TABLE)), BOTH),
    accept("sheet.xlsx.zip", zipped({"a.xlsx": book(("S", TABLE))}), BOTH),
    accept("empty-sheets.xlsx", book(("S", TABLE), ("Feuil2", ()), ("Feuil3", ())), BOTH),
    accept("hidden.xlsx", book(("S", TABLE), ("H", TABLE), hidden="H"), BOTH, told=("hidden_sheets",)),
    ask("two-sheets.xlsx", book(("A", TABLE), ("B", (("id", "v"), ("c", "z")))), "sheet", answers={"sheet": "B"}, values={"c": "z"}),
    ask("200-sheets.xlsx", lambda: book(*((f"S{n}", TABLE) for n in range(200))), "sheet", answers={"sheet": "S7"}, values=BOTH),
    accept("lower-down.xlsx", book(("S", (("Export du mois",), (), (None, "id", "v"), (None, "a", "x"), (None, "b", "y")))), BOTH, told=("lines_above",)),
    accept("merged.xlsx", book(("S", (*TABLE, ("c", None))), then=lambda sheet: sheet.merge_range("A4:A5", "c")), {**BOTH, "c": None}, told=("merged_cells",)),
    partial("total.xlsx", book(("S", (("id", "v", "w"), ("a", "x", 10), ("TOTAL", None, 10)))), {"a": "x"}, refused=1, told=("total",)),
    accept("numbers.xlsx", book(("S", (("id", "v"), (1, 12.5), (2, 1e15)))), {"1": "12.5", "2": "1000000000000000"}),
    accept("zeros.xlsx", book(("S", (("id", "v"), ("a", "01000")))), {"a": "01000"}, text=False),
    accept("dates.xlsx", book(("S", (("id", "v"), ("a", MARCH)))), {"a": dt.date(2025, 3, 31)}, text=False),
    accept("dates-1904.xlsx", book(("S", (("id", "v"), ("a", MARCH))), date_1904=True), {"a": dt.date(2025, 3, 31)}, text=False),
    ask("serial.csv", b"id;date v\na;45747\n", "serial:date v", answers={"serial": "1900"}, values={"a": dt.date(2025, 3, 31)}, names=("id", "date v")),
    accept("formula.xlsx", book(("S", (("id", "v"), ("a", "=1+1"))), then=None), {"a": "0"}),
    refuse("far-cell.xlsx", far_cell, "too_heavy"),
    refuse("sheet-bomb.xlsx", sheet_bomb, "too_large"),
    refuse("entities.xlsx", entity_bomb, "unreadable_file"),
    refuse("file-entity.xlsx", file_entity, "unreadable_file"),
    refuse("locked.xlsx", locked_book(), "password"),
    refuse("cut.xlsx", book(("S", TABLE))[:-60], "unreadable_file"),
    refuse("document.docx", zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "not_a_table"),
    refuse("broken.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 2000 + "Workbook".encode("utf-16-le"), "unreadable_file"),
    accept("table.ods", opendocument(TABLE), BOTH),
    refuse("repeated.ods", opendocument(TABLE, repeat=REPEATED), "unreadable_file"),
]  # fmt: skip
