"""Kills a refresh at each of its writes in turn, and looks at what is left. Run as a program of its own.

For every n, a child refreshes a copy of a workspace and kills itself at its n-th call of `os.fsync` or
`os.replace`; another child then looks: members are those before or those after, and the next refresh
goes through. Answers the number of kills.
"""

import datetime as dt
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from tests.children import in_child, in_first_child
from tests.copies import copy_workspace
from vitrail.app import workspace
from vitrail.model.definitions import DefinitionFile, Segment

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
LATER = NOW + dt.timedelta(hours=6)
RULES = ("did(order, last 2 days)", "count(order) >= 2", "not did(order)")


def orders(first: int, days: int) -> pa.Table:
    return pa.table(
        {
            "id": [f"o{first + number}" for number in range(30)],
            "who": [f"C{(first + number) % 20}" for number in range(30)],
            "at": [NOW - dt.timedelta(days=days, hours=number) for number in range(30)],
        }
    )


def prepare(root: Path) -> None:
    with workspace.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr", "en")) as ws:
        ws.load_events("order", orders(0, 1), profile="who", at="at", key="id")
        segments = tuple(Segment(f"s{number}", {"en": rule}, rule) for number, rule in enumerate(RULES))
        ws.define(DefinitionFile(edition=2026, segments=segments))
        ws.refresh(as_of=NOW)
        ws.load_events("order", orders(25, 0), profile="who", at="at", key="id")


def refresh(root: Path) -> None:
    with workspace.open(root) as ws:
        ws.refresh(as_of=LATER)


def members(root: Path) -> list[list[str]]:
    with workspace.open(root) as ws:
        return [ws.segment(f"s{number}").members()["profile"].to_pylist() for number in range(len(RULES))]


def tell_both(root: Path, copy: Path, told: Path) -> None:
    """Write down the members before a refresh and after it."""
    before = members(root)
    copy_workspace(root, copy)
    refresh(copy)
    told.write_text(json.dumps([before, members(copy)]), "utf-8")


def die_at(number: int) -> None:
    calls = 0

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def call(*given: object) -> None:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            real(*given)

        return call

    os.fsync, os.replace = counted(os.fsync), counted(os.replace)


def look(root: Path, both: list[list[list[str]]]) -> None:
    assert members(root) in both
    refresh(root)
    assert members(root) == both[1]


def main(place: Path) -> None:
    base, told = place / "base", place / "members.json"
    assert in_first_child(lambda: prepare(base)) == 0
    assert in_first_child(lambda: tell_both(base, place / "whole", told)) == 0
    both = json.loads(told.read_text("utf-8"))
    assert both[0] != both[1]
    kills, number, ended = 0, 0, signal.SIGKILL
    while ended == signal.SIGKILL:
        number += 1
        copy = place / f"copy-{number}"
        copy_workspace(base, copy)
        ended = in_child(lambda copy=copy, number=number: (die_at(number), refresh(copy)))
        assert in_child(lambda copy=copy: look(copy, both)) == 0, f"killed at write {number}"
        kills += ended == signal.SIGKILL
        shutil.rmtree(copy)
    assert ended == 0
    sys.stdout.write(str(kills))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
