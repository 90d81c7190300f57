"""The record of processing: nothing of article 30(1) is missing, and nothing of the workspace."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import msgspec
import openpyxl
import pyarrow as pa
import pytest

import vitrail
from tests.app.terminal import run
from vitrail.app.purpose_files import ready_purposes
from vitrail.app.purposes import define_purposes
from vitrail.app.record.gathering import gather_record
from vitrail.app.record.tables import PARTS, activity_row
from vitrail.app.record.words import RecordWords
from vitrail.app.tracking_sources import add_source
from vitrail.model.definitions import Segment
from vitrail.model.purposes import Body, Controller, Purpose, Transfer

CONTROLLER = Controller("Shop SAS", "1 rue X", data_protection_officer=Body("Camille", "dpo@example.org"))
TRANSFER = Transfer("US", {"en": "mailer"}, {"en": "standard clauses"})

# Article 30(1), letter by letter, and where the record keeps it.
ARTICLE_30 = {
    "a": ("controller",),
    "b": ("name", "description", "basis"),
    "c": ("people", "data", "sensitive"),
    "d": ("recipients",),
    "e": ("transfers",),
    "f": ("retention",),
    "g": ("security",),
}


@pytest.fixture
def ws(tmp_path):
    with vitrail.create(tmp_path / "shop") as opened:
        given = ready_purposes()
        mailing = msgspec.structs.replace(given.purposes[4], transfers=(TRANSFER,))
        purposes = tuple(mailing if each.key == mailing.key else each for each in given.purposes)
        register = msgspec.structs.replace(
            given,
            controller=CONTROLLER,
            purposes=purposes,
            relations={},
            sources={"crm": ("customer_relationship",)},
        )
        define_purposes(opened.store, register)
        people = pa.table({"id": ["a"], "city": ["=Lille"]})
        opened.load_profiles(people, key="id", source="crm")
        opened.load_profiles(pa.table({"id": ["a"], "age": [3]}), key="id", source="old file")
        add_source(opened.store, "site", kind="web", unplanned="allow")
        opened.define(Segment("vip", {"fr": "VIP"}, "true", purposes=("prospecting_email",)))
        opened.define(Segment("orphan", {"fr": "Orphelin"}, "true"))
        yield opened


def test_every_part_that_article_30_asks_for_is_a_column(ws):
    columns = {*PARTS, "controller"}
    assert [letter for letter, parts in ARTICLE_30.items() if not columns.issuperset(parts)] == []


def test_every_field_of_a_purpose_is_told(ws):
    told = {name for name, _ in RecordWords("en").told(ready_purposes().purposes[0])}
    assert told == set(Purpose.__struct_fields__)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_no_part_of_an_activity_is_blank(ws, language):
    for each in gather_record(ws.store).activities:
        assert all(activity_row(each, RecordWords(language)))


def test_every_source_trait_and_segment_appears(ws):
    found = {(each.kind, each.key) for each in gather_record(ws.store).items}
    traits = {("trait", name) for name in ws.catalogue.traits}
    sources = {("source", name) for name in ("crm", "old file", "site")}
    assert found == traits | sources | {("segment", "vip"), ("segment", "orphan")}


def test_what_has_no_purpose_is_listed_as_such(ws):
    alone = {(each.kind, each.key) for each in gather_record(ws.store).without_purpose}
    assert ("source", "old file") in alone and ("segment", "orphan") in alone
    assert ("source", "crm") not in alone and ("segment", "vip") not in alone


def test_an_activity_names_what_serves_it(ws):
    found = {each.purpose.key: each for each in gather_record(ws.store).activities}
    assert found["prospecting_email"].segments == ("vip",)
    assert found["customer_relationship"].sources == ("crm",)


def written(ws, name: str, language: str = "en") -> Path:
    target = ws.store.path.parent / name
    said = run("purposes", "record", "--to", str(target), workspace=ws.store.path, language=language)
    assert said.exit_code == 0, said.output
    return target


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_tells_it_all(ws, language):
    page = written(ws, "record.html", language).read_text("utf-8")
    for text in ("Shop SAS", "dpo@example.org", "orphan", "old file", "standard clauses", "L.123-22"):
        assert text in page
    assert ("Sans finalité" if language == "fr" else "Without a purpose") in page


def test_the_csv_tells_as_much_as_the_tables(ws):
    with written(ws, "record.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = {cell for row in csv.reader(file) for cell in row}
    assert {"Shop SAS", "orphan", "old file", "prospecting_email"} <= cells


def test_the_workbook_has_a_sheet_for_each_table(ws):
    book = openpyxl.load_workbook(written(ws, "record.xlsx"))
    assert book.sheetnames[1:3] == ["Processing activities", "Sources, traits, segments"]
    assert book["Processing activities"].max_row == 1 + len(ready_purposes().purposes)


def test_the_json_is_the_record_itself(ws):
    found = json.loads(written(ws, "record.json").read_bytes())
    assert len(found["activities"]) == len(ready_purposes().purposes)
    assert {each["key"] for each in found["without_purpose"]} >= {"orphan", "old file"}


def test_another_form_is_refused_and_nothing_is_written(ws, tmp_path):
    target = tmp_path / "record.doc"
    said = run("purposes", "record", "--to", str(target), workspace=ws.store.path)
    assert said.exit_code == 2 and not target.exists()
