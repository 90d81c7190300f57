"""Who was erased stays erased when an older backup is restored."""

from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from tests.app.terminal import answer, codes, run
from vitrail.app.restoring import AT_ONCE

pytestmark = pytest.mark.both_ledgers

MARK = "zoe.lemarqueur@example.com"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    with vitrail.create(tmp_path / "shop") as ws:
        ws.load_profiles(
            pa.table({"id": ["A", "Z"], "email": ["a@example.com", MARK], "city": ["Lyon", "Lille"]}),
            key="id",
        )
    return tmp_path / "shop"


def old_backup(shop: Path, tmp_path: Path) -> str:
    """A backup from before an erasure."""
    assert run("backup", str(tmp_path / "old"), workspace=shop).exit_code == 0
    with vitrail.open(shop) as ws:
        ws.privacy.erase("Z", patience=AT_ONCE)
    return str(tmp_path / "old")


def people(root: Path) -> list[str]:
    with vitrail.open(root) as ws:
        return ws.members('city in ("Lyon", "Lille")')["profile"].to_pylist()


def restored(backup: str, root: Path, *more: str) -> dict:
    found = run("restore", backup, *more, "--json", workspace=root)
    assert found.exit_code == 0
    return answer(found)


def test_the_workspace_that_is_replaced_tells_who_was_erased(shop: Path, tmp_path: Path):
    old = old_backup(shop, tmp_path)
    again = tmp_path / "again"
    assert restored(old, again, "--erased-since", str(shop))["erased"] == 1
    assert people(again) == ["A"]


def test_no_byte_of_them_is_restored(shop: Path, tmp_path: Path):
    old = old_backup(shop, tmp_path)
    again = tmp_path / "again"
    restored(old, again, "--erased-since", str(shop))
    content = b"".join(path.read_bytes() for path in again.rglob("*") if path.is_file())
    assert MARK.encode() not in content
    with vitrail.open(again) as ws:
        assert MARK not in repr(list(ws.store.ledger.every_row()))


def test_a_file_of_marks_tells_it_too(shop: Path, tmp_path: Path):
    old = old_backup(shop, tmp_path)
    marks = tmp_path / "erased.json"
    assert run("backup", str(tmp_path / "new"), "--marks", str(marks), workspace=shop).exit_code == 0
    assert (marks.stat().st_mode & 0o077, MARK in marks.read_text()) == (0, False)
    again = tmp_path / "again"
    assert restored(old, again, "--erased-since", str(marks))["erased"] == 1
    assert people(again) == ["A"]


def test_they_cannot_be_imported_again(shop: Path, tmp_path: Path):
    old = old_backup(shop, tmp_path)
    again = tmp_path / "again"
    restored(old, again, "--erased-since", str(shop))
    with vitrail.open(again) as ws:
        ws.load_profiles(pa.table({"id": ["Z"], "email": [MARK], "city": ["Lille"]}), key="id")
    assert people(again) == ["A"]


def test_without_marks_it_is_said_that_they_may_be_back(shop: Path, tmp_path: Path):
    old = old_backup(shop, tmp_path)
    told = run("restore", old, workspace=tmp_path / "again")
    assert "--erased-since" in told.stderr
    assert people(tmp_path / "again") == ["A", "Z"]


def test_marks_that_cannot_be_read_are_said(shop: Path, tmp_path: Path):
    run("backup", str(tmp_path / "b"), workspace=shop)
    found = run(
        "restore", str(tmp_path / "b"), "--erased-since", "no", "--json", workspace=tmp_path / "again"
    )
    assert (found.exit_code, codes(found)) == (2, ["no_marks"])
    assert not (tmp_path / "again").exists()
