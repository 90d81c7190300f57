"""Kills the taking back of a load at its writes in turn, then looks. Run as a program of its own.

Whatever the place of the kill, the load is there whole, with whom it made known, or it is gone with them and
the trail says so. Answers the number of kills.
"""

import shutil
import signal
import sys
from pathlib import Path

import pyarrow as pa

import vitrail
from tests.consent.killing_erasure import in_child, kill_at
from tests.copies import copy_workspace
from vitrail.app.accounts.acting import at_command_line
from vitrail.app.load_history import undone
from vitrail.app.taking_back import undo_load

WRONG = 2


def make(root: Path) -> None:
    with vitrail.create(root) as ws:
        for ids, customers in ((["1"], ["A"]), (["2", "3"], ["A", "B"])):
            days = ["2025-03-01T10:00:00Z"] * len(ids)
            table = pa.table({"id": ids, "customer": customers, "at": days})
            ws.load_events("order", table, profile="customer", at="at", key="id")


def go(root: Path, place: int = 0) -> None:
    with vitrail.open(root) as ws:
        if place:
            kill_at(place)
        undo_load(ws.store, WRONG, by=at_command_line())


def look(root: Path) -> None:
    with vitrail.open(root) as ws:
        gone = undone(ws.store) == {WRONG}
        assert ws.members("true")["profile"].to_pylist() == (["A"] if gone else ["A", "B"])
        assert ws.count("count(order) = 2") == (0 if gone else 1)
    go(root)
    with vitrail.open(root) as ws:
        assert ws.members("true")["profile"].to_pylist() == ["A"] and undone(ws.store) == {WRONG}


def main(folder: Path, stride: int) -> int:
    make(folder / "shop")
    kills, place = 0, 1
    while True:
        copy = folder / f"copy-{place}"
        copy_workspace(folder / "shop", copy)
        ended = in_child(lambda copy=copy, place=place: go(copy, place))
        assert ended in (0, signal.SIGKILL), ended
        assert in_child(lambda copy=copy: look(copy)) == 0, place
        shutil.rmtree(copy)
        if ended == 0:
            return kills
        kills, place = kills + 1, place + stride


if __name__ == "__main__":
    sys.stdout.write(f"{main(Path(sys.argv[1]), int(sys.argv[2]))}\n")
