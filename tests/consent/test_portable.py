"""What somebody takes elsewhere: provided or observed, and the same again in another workspace."""

import csv
import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail

AT = dt.datetime(2025, 3, 1, 10, tzinfo=dt.UTC)
TRAITS = {
    "id": ["A", "B"],
    "name": ["=Zoé", "Bob"],
    "born": [dt.date(1990, 2, 28), None],
    "spent": [12.5, 3.0],
    "tags": [["a", "b"], ["c"]],
    "active": [True, False],
}


@pytest.fixture
def ws(tmp_path: Path) -> vitrail.Workspace:
    made = vitrail.create(tmp_path / "shop")
    made.load_profiles(pa.table(TRAITS), key="id")
    made.load_profiles(pa.table({"id": ["A"], "when": [AT], "city": ["Lyon"]}), key="id", at="when")
    orders = {"order": ["o1", "o2", "o3"], "id": ["A", "A", "B"], "at": [AT] * 3, "amount": [1, 2, 3]}
    made.load_events("order", pa.table(orders), profile="id", at="at", key="order")
    deals = {"deal": ["d1"], "id": ["A"], "stage": ["open"]}
    made.load_records("deal", pa.table(deals), profile="id", key="deal")
    made.load_records("deal", pa.table(deals | {"stage": ["won"]}), profile="id", key="deal")
    made.load_scores("churn", pa.table({"id": ["A"], "p": [0.125]}), profile="id", value="p")
    return made


def given(ws: vitrail.Workspace, folder: Path) -> Path:
    path = folder / "mine.zip"
    ws.privacy.port("A", path)
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "mine")
    return folder / "mine"


def load_again(mine: Path, folder: Path) -> vitrail.Workspace:
    """Load what was given into an empty workspace, by the file that tells how."""
    ws = vitrail.create(folder)
    for sheet in json.loads((mine / "contents.json").read_text())["sheets"]:
        file, types = mine / f"{sheet['file']}.jsonl", sheet["types"]
        how = {"types": types, "at": sheet["at"]}
        match sheet["kind"]:
            case "profiles":
                ws.load_profiles(file, key=sheet["key"], **how)
            case "event":
                ws.load_events(sheet["name"], file, profile=sheet["key"], key=sheet["id"], **how)
            case "record":
                ws.load_records(sheet["name"], file, profile=sheet["key"], key=sheet["id"], types=types)
    return ws


def known(ws: vitrail.Workspace) -> dict[str, object]:
    return {each.name: (each.value, each.provenance.observed_at) for each in ws.profile("A").traits}


def test_loaded_elsewhere_it_is_the_same_person(ws: vitrail.Workspace, tmp_path: Path):
    again = load_again(given(ws, tmp_path), tmp_path / "other")
    assert known(again) == known(ws)
    assert again.members("name is known")["profile"].to_pylist() == ["A"]


@pytest.mark.parametrize("rule", ["count(order) = 2", "sum(order.amount) = 3", 'city = "Lyon"'])
def test_questions_have_the_same_answer(ws: vitrail.Workspace, tmp_path: Path, rule: str):
    again = load_again(given(ws, tmp_path), tmp_path / "other")
    assert again.members(rule)["profile"].to_pylist() == ["A"]


def test_what_was_concluded_is_not_part_of_it(ws: vitrail.Workspace, tmp_path: Path):
    mine = given(ws, tmp_path)
    assert not [path for path in mine.rglob("*") if path.is_file() and b"0.125" in path.read_bytes()]


def test_nothing_of_anybody_else_is_part_of_it(ws: vitrail.Workspace, tmp_path: Path):
    mine = given(ws, tmp_path)
    assert not [path for path in mine.rglob("*.jsonl") if b"Bob" in path.read_bytes()]


def test_a_spreadsheet_computes_nothing_of_it(ws: vitrail.Workspace, tmp_path: Path):
    rows = csv.DictReader(io.StringIO((given(ws, tmp_path) / "traits.csv").read_text()))
    assert next(rows)["name"] == "'=Zoé"
