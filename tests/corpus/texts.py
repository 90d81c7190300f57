"""Files of separated values: encodings, dialects, headers, rows that are none, cells that look like others."""

import datetime as dt
from decimal import Decimal

from tests.corpus.case import Case, accept, ask, partial, refuse

ACCENTS = "id;v\na;Évry\nb;Orléans\nc;Besançon, près de l’eau\nd;Île œuvre à 12 €\n"
HEARD = {"a": "Évry", "b": "Orléans", "c": "Besançon, près de l’eau", "d": "Île œuvre à 12 €"}
LATIN = ACCENTS.replace("’", "'")
LATIN_HEARD = {key: value.replace("’", "'") for key, value in HEARD.items()}
DOS = "id;v\na;élève\nb;forêt à gauche\nc;Noël\n"
DOS_HEARD = {"a": "élève", "b": "forêt à gauche", "c": "Noël"}


def lines(*rows: str, end: str = "\n") -> bytes:
    return (end.join(rows) + end).encode()


def damaged() -> bytes:
    """UTF-8 with one line that an old program added."""
    good = "".join(f"g{number};Nîmes\n" for number in range(20))
    return ("id;v\n" + good).encode() + "bad;Nîmes\n".encode("cp1252")


ENCODINGS: list[Case] = [
    accept("utf8.csv", ACCENTS.encode(), HEARD),
    accept("utf8-mark.csv", ACCENTS.encode("utf-8-sig"), HEARD),
    accept("excel-french.csv", ACCENTS.encode("cp1252"), HEARD),
    accept("latin9.csv", LATIN.encode("iso-8859-15"), LATIN_HEARD),
    accept("mac.csv", ACCENTS.encode("mac_roman"), HEARD),
    accept("dos.csv", DOS.encode("cp850"), DOS_HEARD),
    accept("unicode-text.txt", ACCENTS.replace(";", "\t").encode("utf-16"), HEARD),
    accept("utf16-big.csv", b"\xfe\xff" + ACCENTS.encode("utf-16-be"), HEARD),
    accept("utf16-no-mark.csv", ACCENTS.encode("utf-16-le"), HEARD),
    partial("utf8-damaged.csv", damaged, {f"g{n}": "Nîmes" for n in range(20)}, refused=1, told=("bytes",)),
    accept("mojibake.csv", lines("id;v", "a;Ã‰vry"), {"a": "Ã‰vry"}),
    refuse("mark-alone.csv", b"\xef\xbb\xbf", "empty_input"),
    refuse("empty.csv", b"", "empty_input"),
    refuse("blank.csv", b"\n\n  \n", "empty_input"),
    refuse("binary.csv", bytes(range(256)) * 8, "not_a_table"),
    partial("mark-inside.csv", lines("id;v", "a;x", "\ufeffid;v", "b;y"), {"a": "x", "b": "y"}, refused=1, told=("header",)),
    accept("nul.csv", lines("id;v", "a;x\x00y", "b;z"), {"a": "x\x00y", "b": "z"}),
    accept("control-z.csv", lines("id;v", "a;x") + b"\x1a", {"a": "x"}),
    accept("bell.csv", lines("id;v", "a;x\x07"), {"a": "x\x07"}),
    accept("composed.csv", lines("id;v", "a;e\u0301"), {"a": "é"}),
]  # fmt: skip

DIALECTS: list[Case] = [
    accept("comma.csv", lines("id,v", 'a,"x, y"'), {"a": "x, y"}),
    accept("tab.tsv", lines("id\tv", "a\tx;y,z"), {"a": "x;y,z"}),
    accept("bar.txt", lines("id|v", "a|x"), {"a": "x"}),
    accept("sep-line.csv", lines("sep=;", "id;v", "a;x,y"), {"a": "x,y"}),
    accept("sep-line-odd.csv", lines("sep=^", "id^v", "a^x;y"), {"a": "x;y"}),
    accept("decimal-commas.csv", lines("id;v;n", "a;1,5,2;1", "b;2,5,3;2"), {"a": "1,5,2", "b": "2,5,3"}),
    accept("doubled-quotes.csv", lines("id;v", 'a;"il dit ""oui"""'), {"a": 'il dit "oui"'}),
    accept("backslash-quotes.csv", lines("id;v", 'a;"il dit \\"oui\\""', 'b;"x"'), {"a": 'il dit "oui"', "b": "x"}),
    accept("single-quotes.csv", lines("'id';'v'", "'a';'x;y'"), {"a": "x;y"}),
    accept("quote-inside.csv", lines("id;v", 'a;12" x', 'b;5" y"'), {"a": '12" x', "b": '5" y"'}),
    accept("newline-inside.csv", lines("id;v", 'a;"rue\nde Paris"', "b;x"), {"a": "rue\nde Paris", "b": "x"}),
    accept("crlf.csv", lines("id;v", "a;x", "b;y", end="\r\n"), {"a": "x", "b": "y"}),
    accept("cr.csv", lines("id;v", "a;x", "b;y", end="\r"), {"a": "x", "b": "y"}),
    accept("mixed-ends.csv", b"id;v\r\na;x\nb;y\r\nc;z", {"a": "x", "b": "y", "c": "z"}),
    accept("no-last-newline.csv", b"id;v\na;x", {"a": "x"}),
    refuse("open-quote.csv", lines("id;v", "a;x", 'b;"y', "c;z"), "quote_not_closed"),
    refuse("open-quote-large.csv", lambda: lines("id;v", 'b;"y', *["c;z"] * 2_500_000), "cell_too_large"),
    accept("one-column.csv", lines("id", "a", "b"), {"a": None, "b": None}),
    accept("one-column-commas.csv", lines("id", "Durand, Jean", "Petit, Anne"), {"Durand, Jean": None, "Petit, Anne": None}),
    accept("spaces-around.csv", lines("id ; v", "a;  x  "), {"a": "  x  "}),
    accept("big-cell.csv", lambda: lines("id;v", "a;" + "x" * 3_000_000), {"a": "x" * 3_000_000}),
    refuse("huge-cell.csv", lambda: lines("id;v", "a;" + "x" * 20_000_000), "cell_too_large"),
]  # fmt: skip

SHAPES: list[Case] = [
    partial("ragged.csv", lines("id;v;w", "a;x;1", "b;y", "c;z;3;4", "d;t;5"), {"a": "x", "d": "t"}, refused=2, told=("cells",)),
    partial("semicolon-in-address.csv", lines("id;v", "a;x", "b;1 rue; Paris", "c;z"), {"a": "x", "c": "z"}, refused=1, told=("cells",)),
    accept("trailing-separator.csv", lines("id;v", "a;x;", "b;y;"), {"a": "x", "b": "y"}, told=("column_renamed",)),
    accept("preamble.csv", lines("Export du 12/03/2026", "", "Service clients", "id;v", "a;x", "b;y"), {"a": "x", "b": "y"}, told=("lines_above",)),
    partial("total.csv", lines("id;v;w", "a;x;10", "b;y;20", "TOTAL;;30"), {"a": "x", "b": "y"}, refused=1, told=("total",)),
    accept("company-called-total.csv", lines("id;v", "a;x", "TOTAL;Paris"), {"a": "x", "TOTAL": "Paris"}),
    partial("joined.csv", lines("id;v", "a;x", "id;v", "b;y"), {"a": "x", "b": "y"}, refused=1, told=("header",)),
    accept("blank-lines.csv", lines("id;v", "", "a;x", "", ";", "b;y", ""), {"a": "x", "b": "y"}),
    accept("same-names.csv", lines("id;v;v", "a;x;y"), {"a": "x"}, told=("column_renamed",)),
    refuse("same-keys.csv", lines("id;id;v", "a;b;x"), "header_ambiguous"),
    accept("empty-name.csv", lines("id;v;", "a;x;y"), {"a": "x"}, told=("column_renamed",)),
    refuse("header-case.csv", lines("Id;v", "a;x"), "column_missing"),
    accept("header-alone.csv", lines("id;v"), {}, told=("no_rows",)),
    accept("wide.csv", lambda: lines(";".join(["id", "v", *(f"c{n}" for n in range(298))]), ";".join(["a", "x", *[""] * 298])), {"a": "x"}),
    refuse("too-wide.csv", lambda: lines(";".join(["id", "v", *(f"c{n}" for n in range(10_000))]), "a;x"), "too_many_columns"),
    refuse("page.csv", b"<html><body><table><tr><td>id</td></tr></table></body></html>", "not_a_table"),
    refuse("old-excel-page.xls", b'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><table>', "not_a_table"),
    refuse("xml.csv", b'<?xml version="1.0"?><Workbook/>', "not_a_table"),
    refuse("report.csv", b"%PDF-1.7\n", "not_a_table"),
    ask("no-header.csv", lines("a@x.fr;12", "b@x.fr;13"), "header", answers={"header": "none"}, values={"a@x.fr": 12, "b@x.fr": 13}, names=("column_1", "column_2")),
]  # fmt: skip

CELLS: list[Case] = [
    accept("leading-zeros.csv", lines("id;v", "001;01000", "002;02100"), {"001": "01000", "002": "02100"}, text=False),
    accept("codes.csv", lines("id;v", "a;1E10", "b;2E05"), {"a": "1E10", "b": "2E05"}, text=False),
    accept("long-digits.csv", lines("id;v", "a;12345678901234567890123", "b;1"), {"a": "12345678901234567890123", "b": "1"}, text=False),
    accept("card.csv", lines("id;v", "a;4970101234567890"), {"a": "4970101234567890"}, text=False),
    accept("formulas.csv", lines("id;v", "a;=cmd|' /C calc'!A0", "b;@SUM(1)", "c;+33612345679"), {"a": "=cmd|' /C calc'!A0", "b": "@SUM(1)", "c": "+33612345679"}, text=False),
    accept("named-null.csv", lines("id;v", "a;Null", "b;None", "c;True Blood"), {"a": "Null", "b": "None", "c": "True Blood"}, text=False),
    accept("words-for-nothing.csv", lines("id;v", "a;12", "b;NULL", "c;#N/A", "d;-"), {"a": 12, "b": None, "c": None, "d": None}, told=("words_for_nothing",), text=False),
    accept("money.csv", "id;v\na;1\u202f234,56 €\nb;12 €\nc;(5,00)\n".encode(), {"a": Decimal("1234.56"), "b": Decimal(12), "c": Decimal(-5)}, text=False),
    accept("percent.csv", lines("id;v", "a;12,5 %"), {"a": Decimal("0.125")}, text=False),
    accept("booleans.csv", lines("id;v", "a;VRAI", "b;FAUX"), {"a": True, "b": False}, text=False),
    accept("compass.csv", lines("id;v", "a;N", "b;O"), {"a": "N", "b": "O"}, text=False),
    partial("no-such-day.csv", lines("id;v", "a;28/02/2025", "b;31/02/2025"), {"a": dt.date(2025, 2, 28)}, refused=1, told=("type",), text=False),
    accept("american.csv", lines("id;v", "a;02/28/2025", "b;01/02/2025"), {"a": dt.date(2025, 2, 28), "b": dt.date(2025, 1, 2)}, text=False),
    accept("words-dates.csv", lines("id;v", "a;3 avr. 2025", "b;avril 2025"), {"a": "3 avr. 2025", "b": "avril 2025"}, text=False),
    ask("day-or-month.csv", lines("id;v", "a;03/04/2025"), "day-month:v", answers={"day-month": "day"}, values={"a": dt.date(2025, 4, 3)}),
    ask("month-or-day.csv", lines("id;v", "a;03/04/2025"), "day-month:v", answers={"day-month:v": "month"}, values={"a": dt.date(2025, 3, 4)}),
    ask("short-years.csv", lines("id;v", "a;31/12/68", "b;01/02/24"), "century:v", answers={"century": "past"}, values={"a": dt.date(1968, 12, 31), "b": dt.date(2024, 2, 1)}),
    partial("late-letters.csv", lambda: lines("id;v", *(f"{n};x" for n in range(30_000)), "z;x;y"), {str(n): "x" for n in range(30_000)}, refused=1, told=("cells",)),
    partial("same-key-twice.csv", lines("id;v", "a;x", "a;y", "b;z"), {"b": "z"}, refused=2, told=("clash",)),
    partial("no-key.csv", lines("id;v", ";x", "b;z"), {"b": "z"}, refused=1, told=("empty",)),
]  # fmt: skip

CASES = [*ENCODINGS, *DIALECTS, *SHAPES, *CELLS]
