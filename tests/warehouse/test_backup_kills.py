"""A backup or a restoration killed at any of its writes: whole or not there, and the next one succeeds."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.test_backup import answers, backed_up, filled
from vitrail.warehouse.backup import making
from vitrail.warehouse.backup.restoring import restore, verify

STRACE = shutil.which("strace")
WRITES = (
    "write,pwrite64,fsync,fdatasync,?rename,?renameat,?renameat2,?link,?linkat,?unlink,?unlinkat,"
    "?mkdir,?mkdirat"
)
KILLS = int(os.environ.get("VITRAIL_KILLS", "6"))

BACKUP = """
import sys
from pathlib import Path
import vitrail
from vitrail.warehouse.backup.making import back_up
with vitrail.open(sys.argv[1]) as ws:
    back_up(ws.store, Path(sys.argv[2]))
"""
RESTORE = """
import sys
from pathlib import Path
from vitrail.warehouse.backup.restoring import restore
restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""

pytestmark = pytest.mark.skipif(STRACE is None, reason="strace is not there")


def traced(script: str, *paths: Path, how: str, log: Path) -> int:
    told = [str(STRACE), "-f", "-qq", "-o", str(log), "-e", f"trace={WRITES}", *(["-e", how] if how else [])]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    command = [*told, sys.executable, "-c", script, *map(str, paths)]
    return subprocess.run(command, env=environment, capture_output=True, timeout=120).returncode


def killed(script: str, *paths: Path, tmp_path: Path, undo) -> Iterator[int]:
    """Run it killed at its first write, at its last, and at points between; a pause after each kill."""
    log = tmp_path / "strace.log"
    assert traced(script, *paths, how="", log=log) == 0
    points = points_in(log.read_text())
    undo()
    for number in sorted({step * (len(points) - 1) // (KILLS - 1) for step in range(KILLS)}):
        call, nth = points[number]
        status = traced(script, *paths, how=f"inject={call}:signal=KILL:when={nth}", log=log)
        if status in (-signal.SIGKILL, 128 + signal.SIGKILL):
            yield number
        undo()


def points_in(log: str) -> list[tuple[str, int]]:
    """Each write that was traced: its call, and the how manieth of its kind in its thread it is."""
    found: list[tuple[str, int]] = []
    counts: Counter[tuple[str, str]] = Counter()
    for thread, call in re.findall(r"^(\d+) +(\w+)\(", log, re.MULTILINE):
        counts[thread, call] += 1
        found.append((call, counts[thread, call]))
    return found


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return filled(tmp_path_factory.mktemp("kills") / "shop")


def test_a_killed_backup_is_whole_or_not_there(shop: Path, tmp_path: Path):
    target = tmp_path / "out" / "b"
    target.parent.mkdir()
    before, kills = answers(shop), 0

    def undo() -> None:
        for each in target.parent.iterdir():
            each.unlink()

    for _ in killed(BACKUP, shop, target, tmp_path=tmp_path, undo=undo):
        kills += 1
        if target.exists():
            verify(target)
        assert answers(shop) == before
        backed_up(shop, tmp_path / "next")
        verify(tmp_path / "next")
        (tmp_path / "next").unlink()
        assert not list((shop / making.PLACE).iterdir())
    assert kills >= KILLS // 2


def test_a_killed_restoration_is_whole_or_not_there(shop: Path, tmp_path: Path):
    backed_up(shop, tmp_path / "b")
    root = tmp_path / "out" / "again"
    root.parent.mkdir()
    kills, whole = 0, answers(shop)

    def undo() -> None:
        for each in root.parent.iterdir():
            shutil.rmtree(each)

    for _ in killed(RESTORE, tmp_path / "b", root, tmp_path=tmp_path, undo=undo):
        kills += 1
        if not root.exists():
            restore(tmp_path / "b", root)
        assert answers(root) == whole
        assert os.listdir(root.parent) == [root.name]
    assert kills >= KILLS // 2
