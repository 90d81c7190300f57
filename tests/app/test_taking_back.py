"""A load of events is taken back whole, with whom it alone made known, and can be loaded again."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from vitrail.app.accounts.acting import at_command_line, write
from vitrail.app.load_history import AT_ONCE, UNDO, undone
from vitrail.app.taking_back import undo_load
from vitrail.app.workspace import Workspace
from vitrail.consent.rights import standing
from vitrail.ledger.audit import Subject
from vitrail.model.errors import UserError
from vitrail.warehouse import undoing
from vitrail.warehouse.writer import Writer

BY = at_command_line()


def orders(*rows: tuple[str, str, int]) -> pa.Table:
    ids, customers, amounts = (list(each) for each in zip(*rows, strict=True))
    days = ["2025-03-01T10:00:00Z"] * len(rows)
    return pa.table({"id": ids, "customer": customers, "at": days, "amount": amounts})


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with vitrail.create(tmp_path / "shop") as opened:
        yield opened


def load(ws: Workspace, *rows: tuple[str, str, int]) -> int:
    return ws.load_events("order", orders(*rows), profile="customer", at="at", key="id").load


def test_its_rows_go_and_those_of_others_stay(ws: Workspace):
    load(ws, ("1", "A", 10), ("2", "B", 20))
    wrong = load(ws, ("3", "A", 1_000), ("4", "C", 5))
    assert ws.count("sum(order.amount) >= 1000") == 1
    taken = undo_load(ws.store, wrong, by=BY)
    assert (taken.concerned, taken.forgotten) == (2, 1)
    assert ws.count("sum(order.amount) >= 1000") == 0
    assert ws.members("did(order)")["profile"].to_pylist() == ["A", "B"]


def test_whom_it_alone_made_known_is_counted_no_more(ws: Workspace):
    ws.load_profiles(pa.table({"id": ["A"], "city": ["Lyon"]}), key="id")
    wrong = load(ws, ("1", "A", 10), ("2", "B", 20))
    undo_load(ws.store, wrong, by=BY)
    assert ws.members("not did(order)")["profile"].to_pylist() == ["A"]


def test_who_objected_meanwhile_is_not_forgotten(ws: Workspace):
    wrong = load(ws, ("1", "A", 10))
    ws.privacy.object("A", proof="letter")
    assert undo_load(ws.store, wrong, by=BY).forgotten == 0


def test_who_objects_in_the_same_instant_is_not_forgotten(ws: Workspace, monkeypatch: pytest.MonkeyPatch):
    wrong, taking = load(ws, ("1", "A", 10)), undoing.take_away_keys

    def meanwhile(writer: Writer, profiles: list[int]) -> int:
        if profiles:
            ws.privacy.object("A", proof="letter")
        return taking(writer, profiles)

    monkeypatch.setattr(undoing, "take_away_keys", meanwhile)
    taken = undo_load(ws.store, wrong, by=BY)
    assert (taken.concerned, taken.forgotten) == (1, 0)
    assert ws.members("not did(order)")["profile"].to_pylist() == ["A"]


@pytest.mark.parametrize("right", ["object_to", "restrict"])
def test_who_was_forgotten_before_their_word_was_noted_is_told(
    ws: Workspace, monkeypatch: pytest.MonkeyPatch, right: str
):
    wrong, noting = load(ws, ("1", "A", 10)), getattr(standing, right)

    def too_late(person: standing.Someone, *about: str, said: standing.Said) -> object:
        undo_load(ws.store, wrong, by=BY)
        return noting(person, *about, said=said)

    monkeypatch.setattr(standing, right, too_late)
    with pytest.raises(UserError, match="A"):
        (ws.privacy.object if right == "object_to" else ws.privacy.restrict)("A", proof="letter")


def test_what_was_taken_back_long_ago_is_not_forgotten(ws: Workspace):
    with ws.store.ledger.writing() as connection:
        for load in range(1, AT_ONCE + 2):
            write(connection, BY.act(UNDO, Subject("load", str(load))), at_us=ws.store.now_us())
    assert undone(ws.store) == frozenset(range(1, AT_ONCE + 2))


def test_it_can_be_loaded_again(ws: Workspace):
    wrong = load(ws, ("1", "A", 10))
    undo_load(ws.store, wrong, by=BY)
    report = ws.load_events("order", orders(("1", "A", 12)), profile="customer", at="at", key="id")
    assert (report.created, report.rejected) == (1, 0)
    assert ws.count("sum(order.amount) = 12") == 1


def test_asked_twice_it_takes_nothing_more(ws: Workspace):
    wrong = load(ws, ("1", "A", 10))
    undo_load(ws.store, wrong, by=BY)
    assert undo_load(ws.store, wrong, by=BY).concerned == 0
    assert undone(ws.store) == {wrong}


def test_segments_follow(ws: Workspace):
    load(ws, ("1", "A", 10))
    ws.define(vitrail.Segment(key="buyers", name={"en": "Buyers"}, rule="did(order)"))
    wrong = load(ws, ("2", "B", 10))
    ws.refresh()
    undo_load(ws.store, wrong, by=BY)
    ws.refresh()
    assert ws.segment("buyers").members()["profile"].to_pylist() == ["A"]


def test_customers_cannot_be_taken_back(ws: Workspace):
    report = ws.load_profiles(pa.table({"id": ["A"], "city": ["Lyon"]}), key="id")
    with pytest.raises(UserError, match="Only a load of events"):
        undo_load(ws.store, report.load, by=BY)


def test_killed_anywhere_it_is_there_whole_or_gone_with_its_trace(tmp_path: Path):
    program = [sys.executable, "-m", "tests.app.killing_undo", str(tmp_path), "3"]
    ended = subprocess.run(program, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 3
