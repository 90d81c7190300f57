"""Backing up and restoring from the command line, and beside a server that receives and files."""

import threading
from pathlib import Path

import pytest

import vitrail
from tests.app.http.serving import filed, make_workspace, serving
from tests.app.terminal import answer, codes, run
from vitrail.collect.filing.drain import drain
from vitrail.ledger.inbox import open_inbox
from vitrail.warehouse.backup import sealed


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    vitrail.create(tmp_path / "shop").close()
    return tmp_path / "shop"


@pytest.mark.parametrize(("language", "words"), [("en", "Backed up to"), ("fr", "Sauvegardé dans")])
def test_a_backup_is_told(shop: Path, tmp_path: Path, language: str, words: str):
    told = run("backup", str(tmp_path / "b"), workspace=shop, language=language)
    assert (told.exit_code, words in told.stdout) == (0, True)


def test_a_backup_is_restored(shop: Path, tmp_path: Path):
    made = answer(run("backup", str(tmp_path / "b"), "--json", workspace=shop))
    found = run("restore", str(tmp_path / "b"), "--json", workspace=tmp_path / "again")
    assert found.exit_code == 0
    assert answer(found)["about"] == made["about"]
    assert run("catalogue", workspace=tmp_path / "again").exit_code == 0


def test_a_backup_is_checked_without_a_workspace(shop: Path, tmp_path: Path):
    run("backup", str(tmp_path / "b"), workspace=shop)
    assert answer(run("restore", str(tmp_path / "b"), "--check", "--json"))["restored"] is False


def test_a_passphrase_comes_from_a_file(shop: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sealed, "COST", 2)
    (tmp_path / "word").write_text("correct horse\n")
    given = ("--passphrase-file", str(tmp_path / "word"))
    assert answer(run("backup", str(tmp_path / "b"), *given, "--json", workspace=shop))["sealed"]
    again = tmp_path / "again"
    assert codes(run("restore", str(tmp_path / "b"), "--json", workspace=again)) == ["passphrase_missing"]
    assert run("restore", str(tmp_path / "b"), *given, workspace=again).exit_code == 0


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("backup", "FOLDER"), "file_exists"),
        (("restore", "missing"), "no_backup"),
        (("backup", "b", "--passphrase-file", "missing"), "no_passphrase_file"),
    ],
)
def test_what_cannot_be_done_is_said(shop: Path, tmp_path: Path, monkeypatch, words, code: str):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "FOLDER").mkdir()
    where = shop if words[0] == "backup" else tmp_path / "again"
    found = run(*words, "--json", workspace=where)
    assert (found.exit_code, codes(found)) == (2, [code])


def test_a_backup_beside_a_server_holds_all_that_was_acknowledged_before(tmp_path: Path):
    root = tmp_path / "shop"
    key = make_workspace(root)
    sent: list[str] = []
    ended = threading.Event()

    def send(served) -> None:
        number = 0
        while not ended.is_set():
            message = {"event": "Seen", "anonymousId": f"a{number % 9}", "messageId": f"m{number}"}
            if served.post("/v1/track", message).status == 200:
                sent.append(f"m{number}")
            number += 1

    with serving(root, key, role="all") as served:
        thread = threading.Thread(target=send, args=(served,))
        thread.start()
        try:
            acknowledged = []
            for number in range(4):
                while len(sent) < 40 * (number + 1):
                    ended.wait(0.01)
                acknowledged.append(list(sent))
                assert run("backup", str(tmp_path / f"b{number}"), workspace=root).exit_code == 0
        finally:
            ended.set()
            thread.join()
    for number, before in enumerate(acknowledged):
        again = tmp_path / f"r{number}"
        assert run("restore", str(tmp_path / f"b{number}"), workspace=again).exit_code == 0
        assert set(before) <= everything(again)


def everything(root: Path) -> set[str]:
    """What was filed, and what still waits; nothing is filed twice once the inbox is drained."""
    with vitrail.open(root) as ws, open_inbox(root) as inbox:
        while drain(ws.store, inbox).more:
            pass
    found = filed(root, "Seen")
    assert len(found) == len(set(found))
    return set(found)
