"""Erasing people: nothing of them is left in any file, however packed, and the others keep theirs."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

import vitrail
from tests.consent.marked import START, email, make, marker, message, phone, search_all, send
from tests.consent.marked import file as file_inbox
from tests.copies import copy_workspace
from vitrail.app.accounts.trail import Sought, read_trail
from vitrail.app.rights.holders import HOLDERS
from vitrail.consent.rights import erasing
from vitrail.consent.rights.erasing import Patience, place_of
from vitrail.consent.rights.searching import search
from vitrail.engine import opened
from vitrail.ledger import consents
from vitrail.ledger.standing import all_tombstones
from vitrail.ledger.write_keys import TrackingSource, add_source
from vitrail.model.retention import PeopleRule, RetentionFile
from vitrail.warehouse.people import customers

AT_ONCE = Patience(seconds=0)
READERS = "VITRAIL_READERS_WAIT"
PARTS = (
    *("key", "name", "order", "note", "tag", "deal", "proof", "refused", "born", "device", "page"),
    *("nick", "quarantine", "pending", "letter", "why", "right", "asked", "how", "brought"),
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("marked") / "shop"
    make(folder).close()
    return folder


@pytest.fixture
def ws(shop: Path, tmp_path: Path) -> Iterator[vitrail.Workspace]:
    copy_workspace(shop, tmp_path / "shop")
    with vitrail.open(tmp_path / "shop") as made:
        yield made


def test_answers_to_elementary_tests_are_forgotten(ws: vitrail.Workspace):
    ws.define(
        vitrail.Segment(key="buyers", name={"fr": "Acheteurs", "en": "Buyers"}, rule="count(order) >= 1")
    )
    ws.refresh()
    assert list(ws.store.path.glob("memberships/answers-*"))
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert not list(ws.store.path.glob("memberships/answers-*"))


def words_of(number: int) -> list[str]:
    parts = [marker(number, part) for part in PARTS if number == 0 or part != "why"]
    return [*parts, email(number), phone(number), str(700_000_000 + number)]


def traces(ws: vitrail.Workspace, *numbers: int) -> list[str]:
    found = search_all(ws.store, [word for number in numbers for word in words_of(number)])
    return sorted(f"{each.path}: {each.word}" for each in found)


def test_every_marker_is_somewhere_before(ws: vitrail.Workspace):
    found = {each.word for each in search_all(ws.store, words_of(0))}
    assert found == set(words_of(0))


def test_open_columns_of_files_go_with_them(ws: vitrail.Workspace, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(opened, "SMALL", 0)
    for files in ws.store.source().events.values():
        for file in files:
            for column in parquet.read_schema(file.path).names:
                opened.Opened(file).column(column)
    assert any(trace.startswith("columns/") for trace in traces(ws, 0))
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert traces(ws, 0) == []


def test_every_holder_has_something_of_them_before_and_nothing_after(ws: vitrail.Workspace):
    before = ws.privacy.look(marker(0, "key")).holders
    tried_elsewhere = {"duplicates", "quoted"}
    assert {name for name, rows in before.items() if not rows} == tried_elsewhere
    people = ws.privacy._people((marker(0, "key"),))
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert {holder.name: holder.find(ws.store, people) for holder in HOLDERS} == dict.fromkeys(before, 0)


def test_retention_reaches_every_holder(ws: vitrail.Workspace):
    rule = PeopleRule("silent", {"en": "Silent"}, months=1)
    ws.retention.define(RetentionFile(2026, contacts=("order",), people=(rule,)))
    people = ws.privacy._people((marker(0, "key"),))
    empty = {holder.name for holder in HOLDERS if not holder.find(ws.store, people)}
    assert empty == {"duplicates", "quoted"}
    ws.retention.run(ws.retention.plan(), patience=AT_ONCE)
    assert {holder.name for holder in HOLDERS if holder.find(ws.store, people)} == set()


def test_nothing_is_left_of_those_who_are_erased(ws: vitrail.Workspace):
    done = ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert done.traces == ()
    assert traces(ws, 0, 5) == []


def test_the_others_keep_all_they_had(ws: vitrail.Workspace):
    before = search_all(ws.store, words_of(1))
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    after = search_all(ws.store, words_of(1))
    assert {each.word for each in before} == {each.word for each in after}


def test_values_that_others_have_too_are_told_and_not_searched(ws: vitrail.Workspace):
    assert {"Lyon", "Paris", "promo"} <= set(ws.privacy.erase(marker(0, "key"), patience=AT_ONCE).shared)


def test_an_address_that_a_note_about_somebody_else_quotes_is_told_and_where(ws: vitrail.Workspace):
    quoting = {"order": ["quoting"], "id": [marker(1, "key")], "at": [START], "note": [f"for {email(0)}"]}
    ws.load_events("order", pa.table(quoting), profile="id", at="at", key="order")
    done = ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert {each.word.lower() for each in done.traces} == {email(0)}
    [finished] = [each for each in read_trail(ws.store, Sought()) if each.act == "erasure.finish"]
    assert all(place.startswith("events/order/") for place in finished.details["left"])


def test_a_file_that_somebody_named_is_told_by_its_folder(ws: vitrail.Workspace):
    for name in ("reports", "."):
        (ws.store.path / name).mkdir(exist_ok=True)
        (ws.store.path / name / "marie.csv").write_text(email(0))
    found = search(ws.store.path, [email(0)])
    assert {"reports/", "./"} <= {place_of(each) for each in found}


def test_the_name_of_a_source_is_no_trace(ws: vitrail.Workspace):
    source = TrackingSource("boutique-zq", "web", "wk_2", "allow", 0)
    with ws.store.ledger.writing() as connection:
        add_source(connection, source)
    said = {"order": ["told"], "id": [marker(0, "key")], "at": [START], "note": ["boutique-zq"]}
    ws.load_events("order", pa.table(said), profile="id", at="at", key="order")
    assert ws.privacy.erase(marker(0, "key"), patience=AT_ONCE).traces == ()


def test_nobody_counts_them_any_more(ws: vitrail.Workspace):
    before = ws.count("did(order) or not did(order)")
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert ws.count("did(order) or not did(order)") == before - 1
    assert customers(ws.store.source()) == before - 1


def test_segments_and_their_past_are_without_them(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert ws.segment("buyers").size() == 4
    assert ws.segment("buyers").entered(since=START).num_rows == 4
    assert (ws.refresh(full=True).entered, ws.segment("buyers").size()) == (0, 4)


def test_the_seals_of_consents_hold(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    with ws.store.ledger.reading() as connection:
        assert consents.verify(connection) is None
        assert sum(each.consent is None for each in consents.entries(connection)) == 2


def test_an_erasure_killed_at_any_write_is_finished_later(tmp_path: Path):
    program = [sys.executable, "-m", "tests.consent.killing_erasure", str(tmp_path), "29"]
    ended = subprocess.run(program, cwd=Path(__file__).parents[2], capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) >= 2


# --- coming back ----------------------------------------------------------------------------------

AGAIN = [
    {"id": "new-1", "email": email(0)},
    {"id": "new-2", "email": f"  {email(0).upper()} "},
    {"id": "new-3", "phone": "06 98 10 00 00"},
    {"id": "new-4", "phone": "0033698100000"},
    {"id": marker(0, "key"), "surname": "anything"},
]


def bring(ws: vitrail.Workspace, *rows: dict[str, str]) -> vitrail.LoadReport:
    return ws.load_profiles(pa.Table.from_pylist(list(rows)), key="id")


@pytest.mark.parametrize("row", AGAIN, ids=lambda row: row["id"])
def test_no_import_brings_them_back(ws: vitrail.Workspace, row: dict[str, str]):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    report = bring(ws, row, {"id": "someone", "email": "someone@marques.fr"})
    assert (report.accepted, report.rejected, report.rejects[0].code) == (1, 1, "erased")
    assert (report.rejects_path, traces(ws, 0)) == ("", [])


def test_a_refused_row_of_theirs_is_not_kept_either(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    file = ws.store.path.parent / "again.csv"
    file.write_text(f"id;email;born\nnew-9;{email(0)};never\nother;o@marques.fr;never\n", "utf-8")
    report = ws.load_profiles(file, key="id", types={"born": "date"})
    assert (report.accepted, report.rejected) == (0, 2)
    assert traces(ws, 0) == []


def test_what_their_device_sends_later_is_kept_nowhere(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    page = {"type": "page", "properties": {"title": marker(0, "page")}}
    anonymous = {"type": "page", "anonymousId": marker(0, "device"), "messageId": "x2", "properties": {}}
    send(ws, message(0, messageId="x1", **page), anonymous)
    file_inbox(ws)
    assert traces(ws, 0) == []


def test_a_shared_device_does_not_keep_its_other_user_away(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    before = ws.count("count(page_view) >= 3")
    send(ws, {**message(1, type="page", messageId="y"), "anonymousId": marker(0, "device")})
    file_inbox(ws)
    assert ws.count("count(page_view) >= 3") == before + 1


def test_they_come_back_when_they_ask_for_it(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert ws.privacy.readmit(email(0).upper(), why="new account") > 0
    assert bring(ws, AGAIN[0], AGAIN[4]).accepted == 2


def test_the_tombstones_name_nobody(ws: vitrail.Workspace):
    ws.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    with ws.store.ledger.reading() as connection:
        marks = all_tombstones(connection)
    assert {each.kind for each in marks} >= {"key", "email", "phone", "anonymous_id"}
    assert all(len(each.print) == 64 and not each.why for each in marks)


def test_twenty_people_at_once_leave_nothing(tmp_path: Path):
    with make(tmp_path / "many", people=23) as many:
        done = many.privacy.erase(*(marker(n, "key") for n in range(1, 21)), patience=AT_ONCE)
        assert (len(done.profiles), done.traces) == (20, ())
        assert traces(many, *range(1, 21)) == []
        assert set(traces(many, 21))


def test_what_another_program_finished_is_not_done_again(ws: vitrail.Workspace):
    people = ws.privacy._people((marker(0, "key"),))
    begun = erasing.begin(ws.store, people, said=erasing.Said())
    first = erasing.finish(ws.store, begun, holders=HOLDERS, patience=AT_ONCE)
    second = erasing.finish(ws.store, begun, holders=(), patience=AT_ONCE)
    assert (second.steps, second.searched) == (first.steps, 0)


@pytest.mark.parametrize(("since", "left"), [(-5, 60), (0, 60), (20, 40), (90, 0)])
def test_readers_are_waited_for_since_the_last_files_left(since: float, left: float):
    assert Patience(seconds=60).left(since) == left


@pytest.mark.parametrize(("said", "seconds"), [({}, 60), ({READERS: "0"}, 0), ({READERS: "2.5"}, 2.5)])
def test_the_environment_says_how_long_readers_are_waited_for(said: dict[str, str], seconds: float):
    assert erasing.readers_wait(said) == seconds


@pytest.mark.parametrize("said", ["", "soon", "-1", "nan", "inf"])
def test_a_wait_that_is_no_number_of_seconds_is_refused(said: str):
    with pytest.raises(vitrail.UserError, match=READERS):
        erasing.readers_wait({READERS: said})
