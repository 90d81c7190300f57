"""Long work survives: what a restart cuts off is told truly, and begins again without doubling."""

import csv
import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pytest

import vitrail
from vitrail.app.accounts.acting import at_command_line
from vitrail.app.import_recipes import Columns, Recipe, run_import
from vitrail.app.ready.fitting import fit
from vitrail.app.ready.here import mapping_of
from vitrail.app.starting import SEGMENTS, begin_segments
from vitrail.app.tasks import bringing
from vitrail.app.tasks.doing import QUARANTINE, put_right
from vitrail.app.tasks.kept import DAY_US, Said, Step, Task
from vitrail.app.tasks.recipes import recipe_for
from vitrail.app.tasks.runner import AT_ONCE, Runner
from vitrail.app.workspace import Workspace
from vitrail.consent.rights.erasing import Patience
from vitrail.model.errors import UserError

BY = at_command_line()
HEADER = ["client", "order", "date", "amount"]


@pytest.fixture
def ws(tmp_path: Path) -> Iterator[Workspace]:
    with vitrail.create(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def runner(ws: Workspace) -> Iterator[Runner]:
    running = Runner(ws.store)
    yield running
    running.close()


def brought(runner: Runner, ws: Workspace, rows: list[list[str]], name: str = "orders.csv") -> str:
    """A file that was brought in and looked at."""
    task = runner.tasks.begin(at_us=ws.store.now_us(), by="me", file=name)
    path = runner.tasks.file_of(task)
    path.parent.mkdir()
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *rows])
    bringing.looked_at(runner, ws.store, task=task, by=BY)
    runner.wait(task.id, 30)
    return task.id


ROWS = [[f"C{n % 3}", f"A{n}", "2025-03-0" + str(1 + n % 9), "12.50"] for n in range(10)]


def test_a_process_that_only_has_to_end_is_waited_for(runner, ws):
    id, over = brought(runner, ws, ROWS), threading.Event()
    runner._running[id] = runner._threads.submit(over.wait, 20)
    threading.Timer(0.3, over.set).start()
    with runner.at_rest(id):
        assert over.is_set()


def ended(runner: Runner, id: str) -> Step:
    runner.wait(id, 60)
    step = runner.tasks.step(id)
    assert step is not None
    return step


def abandon(runner: Runner, id: str) -> None:
    """A load on its way, whose server is gone."""
    runner.tasks.write(id, step=Step("load", "running", time.time_ns() // 1000), server="gone")


def test_a_trial_changes_nothing_and_a_load_keeps_the_recipe(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    bringing.begin(runner, ws.store, id=id, act="try", by=BY)
    tried = ended(runner, id)
    assert (tried.state, tried.reports[0].created) == ("done", 10)
    assert ws.store.version.profiles == 0
    bringing.begin(runner, ws.store, id=id, act="load", by=BY)
    assert ended(runner, id).reports[0].created == 10
    assert ws.store.version.profiles == 3
    assert not runner.tasks.file_of(runner.tasks.find(id)).exists()
    kept = recipe_for(ws.store.path, HEADER)
    assert kept is not None and kept.kind == "events"
    with pytest.raises(UserError, match="loaded"):
        bringing.begin(runner, ws.store, id=id, act="load", by=BY)


def test_a_load_cut_off_before_its_commit_says_that_nothing_is_there(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    abandon(runner, id)
    Runner(ws.store).recover()
    step = runner.tasks.step(id)
    assert step is not None and (step.state, step.reports) == ("stopped", ())
    bringing.begin(runner, ws.store, id=id, act="load", by=BY)
    assert ended(runner, id).reports[0].created == 10


def test_a_load_cut_off_after_its_commit_tells_what_was_loaded(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    abandon(runner, id)
    recipe = Recipe(kind="events", name="orders", columns=Columns(profile="client", at="date"))
    run_import(ws, recipe, file=runner.tasks.file_of(runner.tasks.find(id)))
    Runner(ws.store).recover()
    step = runner.tasks.step(id)
    assert step is not None and step.state == "stopped" and step.reports[0].created == 10
    bringing.begin(runner, ws.store, id=id, act="load", by=BY)
    again = ended(runner, id).reports[0]
    assert (again.created, again.unchanged) == (0, 10)


def test_a_process_that_dies_leaves_a_task_that_can_begin_again(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    bringing.begin(runner, ws.store, id=id, act="try", by=BY)
    runner.stop(id)
    assert ended(runner, id).state in ("stopped", "done")


def test_a_file_nobody_loads_is_deleted_after_a_day(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    task: Task = runner.tasks.find(id)
    runner.tasks.sweep(task.at_us + 86_400_000_001)
    assert not runner.tasks.file_of(task).exists()


def test_a_file_that_still_comes_stays_however_long_it_takes(runner: Runner, ws: Workspace):
    task = runner.tasks.begin(at_us=ws.store.now_us() - 2 * DAY_US, by="me", file="big.csv", whole=False)
    path = runner.tasks.file_of(task)
    path.parent.mkdir()
    path.write_text("a piece")
    runner.sweep()
    assert path.exists()
    os.utime(path, (0, 0))
    runner.sweep()
    assert not path.exists()


def test_the_names_first_segments_go_by_are_those_of_the_workspace(runner: Runner, ws: Workspace):
    table = {"who": ["a"], "at": [dt.datetime(2026, 3, 1, tzinfo=dt.UTC)], "montant": [10]}
    ws.load_events("commande", pa.table(table), profile="who", at="at")
    begin_segments(runner, ws.store, mapping=fit(ws.catalogue.current()).names, by=BY)
    assert ended(runner, SEGMENTS).state == "done"
    assert (mapping_of(ws.store)["order"], mapping_of(ws.store)["order.amount"]) == ("commande", "montant")


def test_a_role_that_nothing_plays_is_taken_out(runner: Runner, ws: Workspace):
    table = {"who": ["a"], "at": [dt.datetime(2026, 3, 1, tzinfo=dt.UTC)], "total": [10]}
    ws.load_events("order", pa.table(table), profile="who", at="at")
    chosen = fit(ws.catalogue.current(), {"order": "order", "order.amount": ""}).names
    begin_segments(runner, ws.store, mapping=chosen, by=BY)
    assert ended(runner, SEGMENTS).state == "done"
    assert "order.amount" not in mapping_of(ws.store)


def test_a_hostile_file_is_refused_in_words(runner: Runner, ws: Workspace):
    task = runner.tasks.begin(at_us=ws.store.now_us(), by="me", file="bad.xlsx")
    path = runner.tasks.file_of(task)
    path.parent.mkdir()
    path.write_bytes(b"PK\x03\x04" + b"\x00" * 200)
    bringing.looked_at(runner, ws.store, task=task, by=BY)
    step = ended(runner, task.id)
    assert step.state == "failed" and step.problems


def test_the_next_file_with_these_columns_asks_nothing(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    bringing.say(runner, id, said=Said(name="order", source="till"))
    bringing.begin(runner, ws.store, id=id, act="load", by=BY)
    ended(runner, id)
    next_one = brought(runner, ws, ROWS, name="orders-june.csv")
    assert (runner.tasks.said(next_one).name, runner.tasks.said(next_one).source) == ("order", "till")


@pytest.mark.parametrize("name", ["..", "a/b", "x", "é", ""])
def test_no_name_of_a_task_leads_elsewhere(runner: Runner, name: str):
    with pytest.raises(UserError):
        runner.tasks.find(name)


def test_an_erasure_forgets_the_files_that_name_the_person(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    bringing.begin(runner, ws.store, id=id, act="load", by=BY)
    ended(runner, id)
    rows = [["zoe@example.org", "Z1", "2025-04-01", "9.00"]]
    waiting = brought(runner, ws, rows, name="more.csv")
    bringing.begin(runner, ws.store, id=waiting, act="load", by=BY)
    ended(runner, waiting)
    again = brought(runner, ws, rows, name="again.csv")
    assert ws.privacy.look("zoe@example.org").holders["brought"] == 2
    ws.privacy.erase("zoe@example.org", patience=Patience(seconds=0))
    assert {each.id for each in runner.tasks.all()} == {id}
    assert again


def test_of_many_who_ask_at_once_one_begins(runner: Runner, ws: Workspace):
    def asks(_: int) -> bool:
        try:
            put_right(runner, ws.store, act="replay", group="", by=BY)
        except UserError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert list(threads.map(asks, range(6))).count(True) == 1
    assert ended(runner, QUARANTINE).state == "done"


def test_a_step_that_waits_for_its_turn_can_be_stopped(runner: Runner, ws: Workspace):
    several = [brought(runner, ws, ROWS, name=f"orders{number}.csv") for number in range(AT_ONCE + 1)]
    for id in several:
        with runner.at_rest(id) as start:
            start("try")
    runner.stop(several[-1])
    assert ended(runner, several[-1]).state == "stopped"
    assert {ended(runner, id).state for id in several[:-1]} == {"done"}


def test_what_hinders_a_look_is_told(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    (runner.tasks.folder(id) / "look.json").unlink()
    (runner.tasks.folder(id) / "look.json").mkdir()
    with runner.at_rest(id) as start:
        start("look")
    step = ended(runner, id)
    assert step.state == "failed" and step.problems


def test_a_file_dropped_while_it_is_looked_at_hinders_nobody(runner: Runner, ws: Workspace):
    id = brought(runner, ws, ROWS)
    with runner.at_rest(id) as start:
        start("look")
        runner.tasks.remove(id)
    runner.wait(id, 60)
    assert runner.tasks.all() == ()


@pytest.mark.both_ledgers
def test_what_another_server_does_is_left_to_it_until_it_is_gone(runner: Runner, ws: Workspace):
    several = [brought(runner, ws, ROWS, name=f"orders{number}.csv") for number in range(AT_ONCE + 1)]
    for id in several:
        with runner.at_rest(id) as start:
            start("try")
    other = Runner(ws.store)
    other.recover()
    assert "stopped" not in {runner.tasks.step(id).state for id in several}
    with pytest.raises(UserError, match="Another server"):
        other.stop(several[-1])
    with pytest.raises(UserError, match="under way"), other.at_rest(several[-1]):
        pass
    runner.close()
    other.recover()
    assert runner.tasks.step(several[-1]).state == "stopped"


def test_nothing_is_left_of_servers_that_are_gone(runner: Runner, ws: Workspace):
    brought(runner, ws, ROWS)
    place = runner.tasks.folder("servers").with_name(".servers")
    assert len(list(place.iterdir())) == 1
    (place / "gone.lock").touch()
    runner.sweep()
    assert [each.name for each in place.iterdir()] != [] and not (place / "gone.lock").exists()
