"""What somebody is given who asks for their data: all of it, nothing of anybody else, readable, escaped."""

import datetime as dt
import json
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.consent.marked import make, marker
from tests.consent.test_erasing import words_of
from tests.copies import copy_workspace
from vitrail.app.rights.aloud import Aloud
from vitrail.model.catalogue import Catalogue


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked") / "shop"
    make(folder).close()
    return folder


@pytest.fixture
def ws(shop: Path, tmp_path: Path) -> Iterator[vitrail.Workspace]:
    copy_workspace(shop, tmp_path / "shop")
    with vitrail.open(tmp_path / "shop") as made:
        yield made


def given(ws: vitrail.Workspace, key: str) -> dict[str, str]:
    """The files of the ZIP, by name."""
    path = ws.store.path.parent / "given.zip"
    ws.privacy.access(key, path)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize("file", ["dossier.json", "dossier-fr.html", "dossier-en.html"])
def test_everything_of_theirs_is_in_it_and_nothing_of_others(ws: vitrail.Workspace, file: str):
    text = given(ws, marker(0, "key"))[file].casefold()
    bought = (marker(5, "order"), marker(5, "note"), marker(5, "tag"))
    told_by_name = (marker(0, "brought"), marker(5, "brought"))
    theirs = [word for number in (0, 5) for word in words_of(number)]
    theirs = [word for word in theirs if word not in (*bought, *told_by_name)]
    assert [word for word in theirs if word.casefold() not in text] == []
    others = [word for number in (1, 2, 3, 4) for word in words_of(number)]
    assert [word for word in others if word.casefold() in text] == []


def test_each_value_has_its_source_and_its_day(ws: vitrail.Workspace):
    kept = json.loads(given(ws, marker(1, "key"))["dossier.json"])["kept"]
    values = {(row["what"], str(row["values"][row["what"]])): row for row in kept["traits"]}
    nick = values["nick", marker(1, "nick")]
    assert (nick["source"], nick["at"][:3], nick["received_at"][:3]) == ("site", "202", "202")


def test_segments_are_told_with_the_rule_and_the_values(ws: vitrail.Workspace):
    files = given(ws, marker(1, "key"))
    (segment,) = json.loads(files["dossier.json"])["about"]["segments"]
    assert (segment["key"], segment["why"]["fr"]["inside"]) == ("buyers", True)
    assert segment["why"]["en"]["because"] in files["dossier-en.html"]


def test_what_was_asked_for_is_told(ws: vitrail.Workspace):
    about = json.loads(given(ws, marker(1, "key"))["dossier.json"])["about"]
    assert [act["right"] for act in about["standing"]] == ["objection"]


@pytest.mark.parametrize(
    "language, said, unsaid",
    [
        (
            "fr",
            ["finalité", "réponse\u00a0: oui", "groupe\u00a0: Acheteurs", "janvier 2025 à"],
            "is not of the",
        ),
        ("en", ["answer: yes", "group: Buyers", "January 2025 at"], "n'est pas du type"),
    ],
)
def test_a_page_is_in_one_language(ws: vitrail.Workspace, language: str, said: list[str], unsaid: str):
    page = unescape(given(ws, marker(1, "key"))[f"dossier-{language}.html"])
    assert [words for words in said if words not in page] == []
    assert unsaid not in page
    assert re.search(r"\d{4}-\d\d-\d\dT", page) is None


def test_nothing_somebody_wrote_becomes_a_page(ws: vitrail.Workspace):
    evil = "<script>alert(1)</script>"
    ws.load_profiles(pa.table({"id": [evil], "surname": [evil]}), key="id")
    page = given(ws, evil)["dossier-fr.html"]
    assert evil not in page
    assert "&lt;script&gt;" in page


def test_a_page_asks_nothing_of_the_net(ws: vitrail.Workspace):
    page = given(ws, marker(1, "key"))["dossier-fr.html"]
    assert "src=" not in page
    assert "<link" not in page


def test_a_file_that_exists_is_replaced_whole(ws: vitrail.Workspace):
    given(ws, marker(1, "key"))
    given(ws, marker(2, "key"))
    assert [path.name for path in ws.store.path.parent.glob("*given*")] == ["given.zip"]


def test_the_first_of_a_month_is_read_aloud_as_french_writes_it():
    assert Aloud(Catalogue(), "fr").written(dt.date(2026, 10, 1)) == "1er octobre 2026"
