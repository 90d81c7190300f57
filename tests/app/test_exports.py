"""The members of a segment as files: nothing runs when they are opened, nothing is lost."""

import csv
import datetime as dt
from decimal import Decimal

import openpyxl
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import vitrail
from vitrail.app.report import Layout, export_segment
from vitrail.collect.files.formulas import harmless
from vitrail.model.definitions import Segment
from vitrail.model.errors import UserError

WHEN = dt.datetime(2026, 1, 15, 22, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def ws(tmp_path_factory):
    people = pa.table(
        {
            "id": ["B", "A", "C", "D"],
            "name": ['=HYPERLINK("http://example.org")', "Zoé", "@cmd", None],
            "postcode": ["06000", "01000", "2A004", "75011"],
            "credit": [Decimal("12.50"), Decimal("-3.00"), None, Decimal("0.00")],
            "born": [dt.date(1980, 2, 29), None, None, None],
            "seen": pa.array([WHEN, None, None, None], pa.timestamp("us", tz="UTC")),
            "tastes": [["vélo", "trail"], [], None, None],
            "card": [True, False, None, True],
        }
    )
    with vitrail.create(tmp_path_factory.mktemp("exports") / "ws") as made:
        made.load_profiles(people, key="id")
        made.define(Segment(key="named", name={"fr": "Nommés"}, rule="name is known"))
        made.refresh()
        yield made


def lines(ws, path, language="fr"):
    export_segment(ws, "named", path=path, layout=Layout(language=language))
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file, delimiter=";" if language == "fr" else ","))
    return {row[0]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}


def test_members_come_in_the_order_of_their_keys(ws, tmp_path):
    assert list(lines(ws, tmp_path / "m.csv")) == ["A", "B", "C"]


def test_the_number_of_members_is_answered(ws, tmp_path):
    assert export_segment(ws, "named", path=tmp_path / "m.csv") == 3


def test_a_text_that_looks_like_a_formula_is_made_harmless(ws, tmp_path):
    found = lines(ws, tmp_path / "m.csv")
    assert found["B"]["name"].startswith("'=")
    assert found["C"]["name"] == "'@cmd"
    assert found["A"]["name"] == "Zoé"


@pytest.mark.parametrize("text", ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", " =1", "＝1"])
def test_formulas_are_neutralised(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["Zoé", "+33639980012", "-12,50", "a=b", "", "d'Ajaccio"])
def test_other_texts_stay_as_they_are(text):
    assert harmless(text) == text


def test_csv_says_values_as_in_the_language(ws, tmp_path):
    row = lines(ws, tmp_path / "m.csv")["B"]
    assert row["credit"] == "12,5"
    assert row["card"] == "oui"
    assert row["seen"] == "2026-01-15 23:30:00"
    assert row["born"] == "1980-02-29"
    assert lines(ws, tmp_path / "e.csv", "en")["B"]["card"] == "yes"


def test_leading_zeros_are_kept(ws, tmp_path):
    assert lines(ws, tmp_path / "m.csv")["B"]["postcode"] == "06000"


def test_xlsx_holds_texts_and_no_formula(ws, tmp_path):
    path = tmp_path / "m.xlsx"
    export_segment(ws, "named", path=path)
    sheet = openpyxl.load_workbook(path).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    values = {row[0].value: [cell.value for cell in row] for row in sheet.iter_rows(min_row=2)}
    assert values["B"][1] == '=HYPERLINK("http://example.org")'
    assert values["B"][2] == "06000"
    assert values["B"][3] == 12.5
    assert values["B"][5] == dt.datetime(2026, 1, 15, 23, 30)  # noqa: DTZ001 sheets have no zone
    assert not any(cell.hyperlink for row in sheet.iter_rows() for cell in row)


def test_parquet_keeps_the_types(ws, tmp_path):
    path = tmp_path / "m.parquet"
    export_segment(ws, "named", path=path)
    table = parquet.read_table(path)
    assert table["profile"].to_pylist() == ["A", "B", "C"]
    assert table["credit"].to_pylist() == [Decimal("-3.0000"), Decimal("12.5000"), None]
    assert table["seen"].to_pylist() == [None, WHEN, None]


def test_another_form_is_refused_and_nothing_is_written(ws, tmp_path):
    with pytest.raises(UserError, match=r"\.pdf"):
        export_segment(ws, "named", path=tmp_path / "m.pdf")
    assert not list(tmp_path.iterdir())
