"""A refresh killed at any of its writes: members are those before or after, and the next goes through."""

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa

import vitrail
from tests.copies import copy_workspace
from vitrail.model.definitions import DefinitionFile, Segment

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
RULES = ("did(order, last 2 days)", "count(order) >= 2", "not did(order)")

REFRESH = """
import datetime as dt, os, signal, sys
import vitrail
left = int(sys.argv[2])
def counted(call):
    def wrapped(*given):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return call(*given)
    return wrapped
os.fsync, os.replace = counted(os.fsync), counted(os.replace)
with vitrail.open(sys.argv[1]) as ws:
    ws.refresh(as_of=dt.datetime.fromisoformat(sys.argv[3]))
"""


def orders(first: int, days: int) -> pa.Table:
    return pa.table(
        {
            "id": [f"o{first + number}" for number in range(30)],
            "who": [f"C{(first + number) % 20}" for number in range(30)],
            "at": [NOW - dt.timedelta(days=days, hours=number) for number in range(30)],
        }
    )


def shop(root: Path) -> Path:
    with vitrail.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr", "en")) as ws:
        ws.load_events("order", orders(0, 1), profile="who", at="at", key="id")
        segments = tuple(Segment(f"s{number}", {"en": rule}, rule) for number, rule in enumerate(RULES))
        ws.define(DefinitionFile(edition=2026, segments=segments))
        ws.refresh(as_of=NOW)
        ws.load_events("order", orders(25, 0), profile="who", at="at", key="id")
    return root


def members(root: Path) -> list[list[str]]:
    with vitrail.open(root) as ws:
        return [ws.segment(f"s{number}").members()["profile"].to_pylist() for number in range(len(RULES))]


def run(root: Path, kill_at: int) -> int:
    later = (NOW + dt.timedelta(hours=6)).isoformat()
    command = [sys.executable, "-c", REFRESH, str(root), str(kill_at), later]
    return subprocess.run(command, env=dict(os.environ), capture_output=True, timeout=120).returncode


def test_a_killed_refresh_leaves_the_members_before_or_after(tmp_path: Path):
    start = shop(tmp_path / "start")
    whole = tmp_path / "whole"
    copy_workspace(start, whole)
    assert run(whole, 0) == 0
    before, after = members(start), members(whole)
    assert before != after
    kill_at = 1
    while True:
        root = tmp_path / f"killed-{kill_at}"
        copy_workspace(start, root)
        if run(root, kill_at) != -signal.SIGKILL:
            break
        assert members(root) in (before, after)
        assert run(root, 0) == 0
        assert members(root) == after
        kill_at += 1
    assert kill_at > 3
