"""A workspace whose ledger lies in PostgreSQL: where it is, who may change it, what is left of the erased."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest
from pyroaring import BitMap

import vitrail
from tests.consent.marked import file as file_inbox
from tests.consent.marked import make, marker
from vitrail.app.doctor.keeping import look_at_server
from vitrail.consent.rights.erasing import Patience
from vitrail.consent.rights.searching import Needles, search_rows
from vitrail.ledger import postgres as ledgers
from vitrail.ledger.address import VARIABLE, LedgerPlace, new_place, read_place, write_place
from vitrail.ledger.inbox import INBOX, NewRequest, open_inbox
from vitrail.model.errors import UserError
from vitrail.warehouse.backup.making import back_up
from vitrail.warehouse.backup.restoring import restore
from vitrail.warehouse.rehearsal import rehearse

AT_ONCE = Patience(seconds=0)


@pytest.fixture(autouse=True)
def server(postgres_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv(VARIABLE, postgres_server)
    return postgres_server


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[vitrail.Workspace]:
    with vitrail.create(tmp_path / "shop") as ws:
        ws.load_profiles(pa.table({"id": ["A", "B"], "city": ["Lyon", "Lille"]}), key="id")
        yield ws


@pytest.fixture
def marked(tmp_path: Path) -> Iterator[vitrail.Workspace]:
    """People who have something in every table that can hold it."""
    with make(tmp_path / "marked", people=3) as ws:
        yield ws


def schemas(server: str) -> set[str]:
    with psycopg.connect(server) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'vitrail%'")
        return {row[0] for row in found}


def refused(work) -> str:
    with pytest.raises(UserError) as error:
        work()
    return error.value.problems[0].code


def ledger_of(ws: vitrail.Workspace) -> dict[str, list[str]]:
    """What the ledger holds, table by table, whatever the database."""
    found: dict[str, list[str]] = {}
    for table, row in ws.store.ledger.every_row():
        if table not in ("settings", "pg_stats"):
            plain = [int(each) if isinstance(each, bool) else each for each in row]
            found.setdefault(table, []).append(repr(plain))
    return {table: sorted(rows) for table, rows in found.items()}


def pages(server: str, schema: str) -> bytes:
    """Everything PostgreSQL has on disk of a schema: tables, indexes, long values, and its own samples."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CHECKPOINT")
        home = Path(connection.execute("SHOW data_directory").fetchone()[0])
        named = connection.execute(
            """
            SELECT pg_relation_filepath(oid) FROM pg_class WHERE relkind IN ('r', 'i', 't') AND (
                relnamespace = %(schema)s::regnamespace OR relname LIKE 'pg_statistic%%'
                OR oid IN (SELECT reltoastrelid FROM pg_class WHERE relnamespace = %(schema)s::regnamespace)
            )
            """,
            {"schema": schema},
        )
        files = [home / row[0] for row in named if row[0]]
    return b"".join(each.read_bytes() for file in files for each in file.parent.glob(f"{file.name}*"))


def test_a_small_file_names_the_ledger_and_no_password(tmp_path: Path):
    place = new_place("postgresql://vitrail:unheard@db.example:5433/shop?sslmode=require&password=x")
    write_place(tmp_path / "ledger.json", place)
    assert read_place(tmp_path / "ledger.json") == place
    assert place.address == "postgresql://vitrail@db.example:5433/shop?sslmode=require"


@pytest.mark.parametrize(
    "written",
    ["shop", "mysql://a/b", "postgresql://host", "postgresql://u:p@h:x/db", "postgresql://u:p@ss@h/db"],
)
def test_an_address_of_no_database_is_refused(tmp_path: Path, monkeypatch, written: str):
    monkeypatch.setenv(VARIABLE, written)
    assert refused(lambda: vitrail.create(tmp_path / "shop")) == "bad_ledger_address"


def test_a_workspace_is_opened_without_being_told_where_its_ledger_is(shop, monkeypatch):
    monkeypatch.delenv(VARIABLE)
    with vitrail.open(shop.store.path) as again:
        assert again.store.ledger.kind == "postgresql"
        assert again.count('city = "Lyon"') == 1


def test_a_server_that_does_not_answer_is_told_without_the_password(shop, monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://vitrail:unheard@127.0.0.1:9/shop")
    with pytest.raises(UserError) as error:
        vitrail.open(shop.store.path)
    assert error.value.problems[0].code == "ledger_unreachable"
    assert "127.0.0.1" in str(error.value) and "unheard" not in str(error.value)


def test_where_the_server_does_not_answer_nothing_is_made(tmp_path: Path, monkeypatch):
    monkeypatch.setenv(VARIABLE, "postgresql://vitrail@127.0.0.1:9/shop")
    assert refused(lambda: vitrail.create(tmp_path / "shop")) == "ledger_unreachable"
    assert not (tmp_path / "shop").exists()


def test_a_ledger_that_is_not_in_the_database_is_told(shop):
    write_place(shop.store.path / "ledger.json", LedgerPlace(os.environ[VARIABLE], "vitrail_nowhere"))
    assert refused(lambda: vitrail.open(shop.store.path)) == "ledger_missing"


def test_nothing_is_left_of_the_erased_on_the_disk_of_the_server(marked, server: str):
    words = [marker(0, part) for part in ("mail", "name", "proof", "why", "letter", "key")]
    schema = marked.store.ledger.schema
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ANALYZE")
    before = {word for word in words if Needles([word]).find(pages(server, schema))}
    assert len(before) >= 3
    done = marked.privacy.erase(marker(0, "key"), patience=AT_ONCE)
    assert done.traces == ()
    assert Needles(words).find(pages(server, schema)) == set()


def test_the_search_of_an_erasure_sees_what_is_left_in_the_database(marked):
    found = search_rows(marked.store.ledger.every_row(), [marker(1, "proof")])
    assert {each.path for each in found} == {"ledger"}


def test_an_erasure_waits_for_who_still_looks_and_is_taken_up_again(marked, server: str, monkeypatch):
    monkeypatch.setattr(ledgers, "PURGE_SECONDS", 0.0)
    with psycopg.connect(server) as looking:
        looking.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looking.execute("SELECT 1 FROM pg_class")
        assert refused(lambda: marked.privacy.erase(marker(0, "key"), patience=AT_ONCE)) == "ledger_held"
    assert [each.traces for each in marked.privacy.resume(patience=AT_ONCE)] == [()]


def test_an_erasure_does_not_wait_without_end_for_who_holds_a_table(marked, server: str, monkeypatch):
    monkeypatch.setattr(ledgers, "PURGE_SECONDS", 0.0)
    monkeypatch.setattr(ledgers, "LOCK_MILLISECONDS", 50)
    with psycopg.connect(server) as looking:
        looking.execute(f'SELECT 1 FROM "{marked.store.ledger.schema}".consents')
        assert refused(lambda: marked.privacy.erase(marker(0, "key"), patience=AT_ONCE)) == "ledger_held"
    assert [each.traces for each in marked.privacy.resume(patience=AT_ONCE)] == [()]


def test_the_server_keeps_no_sample_of_texts(shop, server: str):
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("ANALYZE")
        named = "SELECT tablename, attname FROM pg_stats WHERE schemaname = %s AND attname = ANY(%s)"
        texts = ["value", "document", "proof", "why", "content", "email", "name"]
        assert connection.execute(named, (shop.store.ledger.schema, texts)).fetchall() == []


@pytest.mark.parametrize("ends", [("postgresql", "sqlite"), ("sqlite", "postgresql")])
def test_a_backup_of_one_opens_in_the_other(tmp_path: Path, monkeypatch, server: str, ends: tuple[str, str]):
    def lie(where: str) -> None:
        monkeypatch.setenv(VARIABLE, server if where == "postgresql" else "")

    lie(ends[0])
    with make(tmp_path / "shop", people=3) as ws:
        back_up(ws.store, tmp_path / "b")
        before = ws.count("did(order)"), ledger_of(ws)
    lie(ends[1])
    restore(tmp_path / "b", tmp_path / "again")
    with vitrail.open(tmp_path / "again") as ws:
        assert ws.store.ledger.kind == ends[1]
        assert (ws.count("did(order)"), ledger_of(ws)) == before
        assert ws.load_profiles(pa.table({"id": ["new"]}), key="id").created == 1
        ws.refresh(full=True)


def test_a_restoration_that_fails_leaves_nothing_in_the_database(tmp_path: Path, shop, server: str):
    back_up(shop.store, tmp_path / "b")
    before = schemas(server)

    def fail(_store) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restore(tmp_path / "b", tmp_path / "again", finish=fail)
    assert (schemas(server), (tmp_path / "again").exists()) == (before, False)


def test_a_rehearsal_leaves_nothing_in_the_database(shop, server: str):
    before = schemas(server)
    with rehearse(shop.store) as copy:
        assert (copy.version, copy.ledger.kind) == (shop.store.version, "sqlite")
    assert schemas(server) == before


def test_two_programs_change_one_after_the_other(shop):
    script = """
import sys, pyarrow as pa, vitrail
with vitrail.open(sys.argv[1]) as ws:
    for number in range(4):
        ws.load_profiles(pa.table({"id": [f"{sys.argv[2]}-{number}"]}), key="id")
"""
    before = shop.store.version
    command = [sys.executable, "-c", script, str(shop.store.path)]
    with subprocess.Popen([*command, "a"]) as one, subprocess.Popen([*command, "b"]) as two:
        assert (one.wait(120), two.wait(120)) == (0, 0)
    after = shop.store.version
    assert (after.number >= before.number + 8, after.profiles - before.profiles) == (True, 8)


def test_one_machine_waits_for_the_writer_of_another(shop):
    """Two programs without a folder in common know of each other by the ledger alone."""
    other = ledgers.open_postgres(os.environ[VARIABLE], shop.store.ledger.schema)
    entered = threading.Event()

    def load() -> None:
        with shop.store.writing():
            entered.set()

    with other.alone("writer"):
        thread = threading.Thread(target=load)
        thread.start()
        assert not entered.wait(0.5)
    thread.join(20)
    assert entered.is_set()
    other.close()


def test_who_lost_the_lock_keeps_nothing(shop, server: str):
    version = shop.store.version
    with pytest.raises(ledgers.LedgerUnreachable), shop.store.writing() as writer:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        writer.touch(BitMap([1]))
        writer.commit(writer.catalogue)
    assert shop.store.version == version


def test_two_workspaces_in_one_database_do_not_wait_for_each_other(shop, tmp_path: Path):
    with vitrail.create(tmp_path / "second") as second, shop.store.writing(), second.store.writing():
        assert second.store.ledger.schema != shop.store.ledger.schema


def test_each_machine_files_its_own_inbox(shop, tmp_path: Path, monkeypatch):
    positions = []
    for name in ("one", "two"):
        monkeypatch.setenv("VITRAIL_INBOX", str(tmp_path / name))
        with open_inbox(shop.store.inbox) as inbox:
            inbox.append([NewRequest(1, "site", b'{"batch": []}')])
        file_inbox(shop)
        with open_inbox(shop.store.inbox) as inbox:
            positions.append((inbox.name, inbox.backlog().requests))
        assert (tmp_path / name / INBOX).is_file()
    assert [waiting for _, waiting in positions] == [0, 0]
    assert len({name for name, _ in positions}) == 2


def test_a_text_with_a_zero_byte_is_kept_without_it(shop):
    with shop.store.ledger.writing() as connection:
        connection.exec_driver_sql("INSERT INTO settings VALUES (%s, %s)", ("odd", "a\0b"))
        row = connection.exec_driver_sql("SELECT value FROM settings WHERE name = 'odd'").one()
    assert row[0] == "a\ufffdb"


def test_what_sqlite_keeps_however_long_is_kept(shop):
    with shop.store.ledger.writing() as connection:
        connection.exec_driver_sql("INSERT INTO settings VALUES (%s, 'x')", ("long" * 40,))
        found = connection.exec_driver_sql("SELECT name FROM settings WHERE value = 'x'").scalars().all()
    assert found == ["long" * 40]


def test_the_doctor_says_what_the_server_risks(shop):
    found = {each.code: each.severity for each in look_at_server(shop.store)}
    assert found == {"ledger_unsafe": "error"}, "the server of the tests runs without fsync"
