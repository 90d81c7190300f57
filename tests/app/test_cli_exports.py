"""`vitrail export` through the gate, and `vitrail exports`."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest

import vitrail
from tests.app.terminal import run
from tests.consent.shop import consents, people
from tests.copies import Mould
from vitrail.app.instants import instant
from vitrail.app.purposes import define_purposes
from vitrail.consent.suppression import Suppressing, suppress
from vitrail.model.definitions import Segment

FOR = ("--purpose", "prospecting_email", "--channel", "email")


def make(root: Path) -> None:
    with vitrail.create(root) as ws:
        ws.catalogue.declare(traits={"email": "text"})
        define_purposes(ws.store)
        people(ws, "ann", "bob")
        consents(ws, ("ann", "marketing", "email", "granted", 9))
        ws.define(Segment(key="all", name={"en": "All"}, rule="true", purposes=("prospecting_email",)))
        ws.refresh()


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    return Mould(tmp_path_factory.mktemp("exports"), make)


@pytest.fixture
def folder(folders: Mould, tmp_path: Path) -> Path:
    return folders.cast(tmp_path / "shop")


def test_a_list_to_write_to_goes_through_the_gate(folder: Path, tmp_path: Path):
    target = tmp_path / "a.csv"
    said = run("export", "all", "--to", str(target), *FOR, workspace=folder, language="fr")
    assert "sans base légale" in said.stdout
    rows = list(csv.reader(target.open(encoding="utf-8-sig"), delimiter=";"))
    assert rows[1:] == [["ann", "ann@example.com"]]


def test_without_a_purpose_the_screen_says_that_nobody_may_be_written_to(folder: Path, tmp_path: Path):
    said = run("export", "all", "--to", str(tmp_path / "l.csv"), workspace=folder)
    assert said.exit_code == 0 and "not to write to" in said.stderr


def test_masked_no_address_is_written(folder: Path, tmp_path: Path):
    run("export", "all", "--to", str(tmp_path / "l.csv"), "--masked", workspace=folder)
    assert "@" not in (tmp_path / "l.csv").read_text("utf-8")


@pytest.mark.parametrize("asked", [FOR[:2], FOR[2:], (*FOR, "--masked")])
def test_half_an_audience_is_refused(folder: Path, tmp_path: Path, asked: tuple[str, ...]):
    said = run("export", "all", "--to", str(tmp_path / "a.csv"), *asked, workspace=folder)
    assert said.exit_code == 2 and not (tmp_path / "a.csv").exists()


def test_the_register_and_the_follow_ups_are_told(folder: Path, tmp_path: Path):
    run("export", "all", "--to", str(tmp_path / "a.csv"), *FOR, "--recipient", "Dupont", workspace=folder)
    assert "Dupont" in run("exports", "list", workspace=folder).stdout
    with vitrail.open(folder) as ws:
        ws.privacy.restrict("ann")
    told = run("exports", "follow-ups", workspace=folder, language="fr").stdout
    assert "Dupont" in told and "ne plus utiliser" in told
    done = run("exports", "settle", "1", "--state", "done", "--note", "mail", workspace=folder)
    assert done.exit_code == 0
    [left] = json.loads(run("exports", "follow-ups", "--json", workspace=folder).stdout)["follow_ups"]
    assert (left["state"], left["note"], left["export"]["people"]) == ("done", "mail", 1)


def test_the_register_is_told_in_the_hours_of_the_workspace(folder: Path, tmp_path: Path):
    run("export", "all", "--to", str(tmp_path / "a.csv"), *FOR, workspace=folder)
    with vitrail.open(folder) as ws:
        at = instant(ws.exports.all()[0].at_us).astimezone(ZoneInfo("Europe/Paris"))
    assert f"{at:%Y-%m-%d %H:%M}" in run("exports", "list", workspace=folder).stdout


def test_rows_of_who_is_gone_are_told_by_the_exit_status(folder: Path, tmp_path: Path):
    run("export", "all", "--to", str(tmp_path / "l.csv"), workspace=folder)
    assert run("exports", "gone", str(tmp_path / "l.csv"), workspace=folder).exit_code == 0
    run("privacy", "erase", "ann", "--yes", "--wait", "0", workspace=folder)
    said = run("exports", "gone", str(tmp_path / "l.csv"), workspace=folder)
    assert said.exit_code == 1 and "ann" in said.stdout


def test_what_was_agreed_can_be_shown_after_an_erasure(folder: Path):
    assert run("privacy", "proof", "ann@example.com", workspace=folder).exit_code == 1
    run("privacy", "erase", "ann", "--yes", "--wait", "0", workspace=folder)
    said = run("privacy", "proof", "Ann@example.com", workspace=folder, language="fr")
    assert said.exit_code == 0 and "accordé" in said.stdout


LATE = dt.datetime(2025, 6, 1, 23, 30, tzinfo=dt.UTC)
"""In Paris, it is the next day already."""


def test_the_day_of_a_proof_is_that_of_the_workspace(folder: Path):
    with vitrail.open(folder) as ws:
        said = {"id": ["bob"], "purpose": ["marketing"], "channel": ["email"], "state": ["yes"], "at": [LATE]}
        ws.load_consents(pa.table(said), profile="id", state="state", at="at")
    run("privacy", "erase", "bob", "--yes", "--wait", "0", workspace=folder)
    assert "2025-06-02" in run("privacy", "proof", "bob", workspace=folder).stdout


def test_the_day_of_a_suppression_is_that_of_the_workspace(folder: Path):
    with vitrail.open(folder, clock=lambda: LATE) as ws:
        suppress(ws.store, ["ann@example.com"], why=Suppressing())
    found = run("suppression", "find", "ann@example.com", workspace=folder)
    assert "2025-06-02" in found.stdout
