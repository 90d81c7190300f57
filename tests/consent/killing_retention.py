"""Kills a run of retention at its writes in turn and runs it again. Run as a program of its own.

Whatever the place of the kill, the next run ends where one that was never stopped ends: those past their
period are gone without a trace, the frozen are frozen, the others have all they had, and the erased may
come back. Answers the number of kills.
"""

import datetime as dt
import shutil
import signal
import sys
from pathlib import Path

import pyarrow as pa

import vitrail
from tests.children import in_child
from tests.consent.killing_erasure import kill_at
from tests.consent.marked import search_all
from tests.copies import copy_workspace
from vitrail.consent.rights.erasing import Patience
from vitrail.ledger.standing import erased_prints
from vitrail.model.retention import DataRule, PeopleRule, RetentionFile

START = dt.datetime(2020, 1, 15, 12, tzinfo=dt.UTC)
LATER = START.replace(year=2024)
AT_ONCE = Patience(seconds=0)
RULES = RetentionFile(
    2026,
    contacts=("order",),
    people=(
        PeopleRule("prospects", {"en": "Prospects"}, months=36, who="not did(order)"),
        PeopleRule("former", {"en": "Former"}, months=36, who="did(order)", then="restrict"),
    ),
    data=(DataRule("browsing", {"en": "Browsing"}, events=("page",), months=25),),
)


def make(root: Path) -> None:
    with vitrail.create(root, clock=lambda: START) as ws:
        people = ["buyerZq", "silentZq", "quietZq"]
        ws.load_profiles(pa.table({"id": people, "name": [f"{each}Name" for each in people]}), key="id")
        for name, who in (("order", ["buyerZq"]), ("page", ["buyerZq", "silentZq"])):
            rows = {"key": [f"{name}-{each}" for each in who], "who": who, "at": [START] * len(who)}
            ws.load_events(name, pa.table(rows), profile="who", at="at", key="key")
        ws.retention.define(RULES)


def go(root: Path, place: int = 0) -> None:
    with vitrail.open(root, clock=lambda: LATER) as ws:
        if place:
            kill_at(place)
        else:
            ws.privacy.resume(patience=AT_ONCE)
        ws.retention.run(ws.retention.plan(), patience=AT_ONCE)


def look(root: Path) -> None:
    go(root)
    with vitrail.open(root, clock=lambda: LATER) as ws:
        assert ws.members("true")["profile"].to_pylist() == ["buyerZq"]
        assert (ws.count("did(page)"), ws.count("did(order)")) == (0, 1)
        assert [act.right for act in ws.privacy.standing("buyerZq")] == ["restriction"]
        assert ws.retention.plan().is_empty
        with ws.store.ledger.reading() as connection:
            assert not erased_prints(connection)
        found = search_all(ws.store, ["silentZq", "quietZq", "silentZqName", "quietZqName"])
    assert found == (), found


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
