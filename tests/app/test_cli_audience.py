"""`vitrail audience`, `vitrail rules`, `vitrail suppression`, `vitrail purposes`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import run
from tests.consent.shop import consents, people
from tests.copies import Mould
from vitrail.app.purposes import define_purposes
from vitrail.model.definitions import Segment

ASKED = ("audience", "all", "--purpose", "prospecting_email", "--channel", "email")


def make(root: Path) -> None:
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits={"email": "text"})
        define_purposes(ws.store)
        people(ws, "ann", "bob", email=["ann@example.com", "=bob@example.com"])
        consents(ws, ("ann", "marketing", "email", "granted", 9), ("bob", "marketing", "email", "granted", 9))
        people(ws, "cyd")
        ws.define(Segment(key="all", name={"en": "All"}, rule="true", purposes=("prospecting_email",)))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("audiences"), make)


@pytest.fixture
def folder(folders: Mould, tmp_path: Path) -> Path:
    return folders.cast(tmp_path / "shop")


def test_the_waterfall_is_one_document_for_a_program(folder):
    found = json.loads(run(*ASKED, "--json", workspace=folder).stdout)["waterfall"]
    assert (found["segment"], found["audience"]) == (3, 2)
    assert [(each["step"], each["fell"]) for each in found["falls"] if each["fell"]] == [("basis", 1)]


def test_the_waterfall_is_told_in_french(folder):
    told = run(*ASKED, workspace=folder, language="fr").stdout.replace("\u00a0", " ")
    assert "sans base légale" in told and "Audience : 2 clients" in told


def test_why_names_the_law_and_answers_no(folder):
    said = run(*ASKED, "--why", "cyd", workspace=folder, language="fr")
    assert said.exit_code == 1
    assert "L.34-5" in said.stdout and "n’a pas consenti" in said.stdout


def test_why_shows_the_entry_of_the_ledger(folder):
    said = run(*ASKED, "--why", "ann", workspace=folder)
    assert said.exit_code == 0 and "entry 1: granted" in said.stdout


def test_only_the_audience_is_written_and_no_formula(folder, tmp_path):
    target = tmp_path / "out.csv"
    assert run(*ASKED, "--to", str(target), workspace=folder).exit_code == 0
    rows = list(csv.reader(target.open(encoding="utf-8")))
    assert rows == [["profile", "address"], ["ann", "ann@example.com"], ["bob", "'=bob@example.com"]]


def test_an_export_is_written_in_the_audit_trail(folder, tmp_path):
    run(*ASKED, "--to", str(tmp_path / "out.csv"), workspace=folder)
    told = run("audit", "show", "--json", workspace=folder).stdout
    assert "audience.export" in told


def test_an_unknown_purpose_is_refused_with_the_nearest(folder):
    said = run("audience", "all", "--purpose", "prospecting_mail", "--channel", "email", workspace=folder)
    assert said.exit_code == 2 and "prospecting_email" in said.stderr


@pytest.mark.parametrize(("language", "word"), [("fr", "alinéa 4"), ("en", "paragraph 4")])
def test_the_rules_are_told_with_their_articles(language, word):
    assert word in run("rules", "--json", language=language).stdout
    assert "L.34-5" in run("rules", language=language).stdout


def test_a_suppressed_address_is_found_and_reached_no_more(folder):
    run("suppression", "add", "ann@example.com", "--reason", "bounce", workspace=folder)
    assert run("suppression", "find", "Ann@Example.com", workspace=folder).exit_code == 0
    assert json.loads(run(*ASKED, "--json", workspace=folder).stdout)["waterfall"]["audience"] == 1


def test_an_address_taken_off_is_no_longer_found(folder):
    run("suppression", "add", "ann@example.com", workspace=folder)
    assert run("suppression", "remove", "ann@example.com", workspace=folder).exit_code == 0
    assert run("suppression", "find", "ann@example.com", workspace=folder).exit_code == 1


def test_a_file_of_addresses_is_taken_but_for_the_lines_that_are_none(folder, tmp_path):
    file = tmp_path / "bounces.txt"
    file.write_text("ann@example.com\nnot an address\n06 11 22 33 44\n", "utf-8")
    said = run("suppression", "import", str(file), "--reason", "bounce", "--json", workspace=folder)
    assert said.exit_code == 1
    assert json.loads(said.stdout) == {"added": 2, "known": 0, "refused": ["not an address"]}


def test_purposes_are_applied_listed_and_shown(tmp_path):
    with vitrail.create(tmp_path / "new"):
        pass
    folder = tmp_path / "new"
    assert run("purposes", "apply", "--ready", "--yes", workspace=folder).exit_code == 0
    assert "prospecting_phone" in run("purposes", "list", workspace=folder).stdout
    assert "L.123-22" in run("purposes", "show", "accounting", workspace=folder).stdout
    again = json.loads(run("purposes", "apply", "--ready", "--yes", "--json", workspace=folder).stdout)
    assert again["changes"] == []
