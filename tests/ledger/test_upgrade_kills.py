"""An old ledger, upgraded by a program that is killed: as before or as after, and then upgraded."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pyarrow as pa
import pytest
from alembic import command
from alembic.config import Config

import vitrail
from vitrail.ledger.database import current_migration, open_ledger
from vitrail.ledger.upgrade import NEWEST

pytestmark = pytest.mark.sqlite_only("former versions of the file are made, and the writes to it are cut")

STRACE = shutil.which("strace")
OLDEST = ("0001", "0005", "0008", "0012", "0015")
KILLS = int(os.environ.get("VITRAIL_KILLS", "5"))
WRITES = "pwrite64,fdatasync,fsync,?unlink"
OPENING = "import sys, vitrail; vitrail.open(sys.argv[1]).close()"


def old_workspace(root: Path, revision: str) -> Path:
    """A workspace whose ledger was made by the migrations up to one of them, and by no later one."""
    vitrail.create(root).close()
    with sqlite3.connect(root / "ledger.sqlite") as connection:
        kept = connection.execute("SELECT name, value FROM settings").fetchall()
        catalogues = connection.execute("SELECT * FROM catalogues").fetchall()
    connection.close()
    (root / "ledger.sqlite").unlink()
    ledger = open_ledger(root / "ledger.sqlite")
    with ledger.writing() as connection:
        config = Config()
        config.set_main_option("script_location", "vitrail.ledger:migrations")
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
    ledger.checkpoint()
    ledger.close()
    with sqlite3.connect(root / "ledger.sqlite") as connection:
        connection.executemany("INSERT INTO settings VALUES (?, ?)", kept)
        connection.executemany("INSERT INTO catalogues VALUES (?, ?, ?)", catalogues)
    connection.close()
    return root


def shape(root: Path) -> list[tuple]:
    with sqlite3.connect(root / "ledger.sqlite") as connection:
        found = connection.execute("SELECT type, name FROM sqlite_master ORDER BY 1, 2").fetchall()
    connection.close()
    return found


def migration(root: Path) -> str | None:
    ledger = open_ledger(root / "ledger.sqlite")
    found = current_migration(ledger)
    ledger.close()
    return found


def works(root: Path) -> bool:
    with vitrail.open(root) as ws:
        ws.load_profiles(pa.table({"id": ["A"], "city": ["Lyon"]}), key="id")
        return ws.count('city = "Lyon"') == 1


@pytest.mark.parametrize("revision", OLDEST)
def test_a_ledger_of_any_former_version_is_upgraded(tmp_path: Path, revision: str):
    root = old_workspace(tmp_path / "shop", revision)
    assert migration(root) == revision
    assert works(root)
    assert migration(root) == NEWEST


def test_an_upgraded_ledger_has_the_shape_of_a_new_one(tmp_path: Path):
    old = old_workspace(tmp_path / "old", "0001")
    vitrail.open(old).close()
    vitrail.create(tmp_path / "new").close()
    assert shape(old) == shape(tmp_path / "new")


def test_every_migration_follows_the_one_before():
    folder = Path(import_module("vitrail.ledger.migrations.versions").__file__).parent
    found = sorted(path.stem.split("_")[0][1:] for path in folder.glob("v*.py"))
    assert found == [f"{number:04d}" for number in range(1, len(found) + 1)]
    assert found[-1] == NEWEST


@pytest.mark.skipif(STRACE is None, reason="strace is not there")
def test_a_killed_upgrade_is_done_again(tmp_path: Path):
    base = old_workspace(tmp_path / "base", "0001")
    whole = None
    kills = 0
    for number in range(1, KILLS + 1):
        for call in ("pwrite64", "fdatasync"):
            root = tmp_path / f"{call}{number}"
            shutil.copytree(base, root)
            how = f"inject={call}:signal=KILL:when={number * 2 - 1}"
            told = [str(STRACE), "-f", "-qq", "-o", os.devnull, "-e", f"trace={WRITES}", "-e", how]
            done = subprocess.run([*told, sys.executable, "-c", OPENING, str(root)], capture_output=True)
            if done.returncode not in (-signal.SIGKILL, 128 + signal.SIGKILL):
                continue
            kills += 1
            assert migration(root) in ("0001", NEWEST)
            assert works(root)
            whole = whole or shape(root)
            assert shape(root) == whole
    assert kills >= KILLS // 2
