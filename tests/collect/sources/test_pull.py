"""What every pull has in common: one at a time, secrets kept apart, time taken into account."""

import datetime as dt
import fcntl
import sqlite3
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest

from tests.collect.contents import snapshot
from tests.storage import Clock
from vitrail.app import pulling
from vitrail.app.workspace import Workspace
from vitrail.collect.sources import pull
from vitrail.collect.sources.definition import Columns, Database, Target
from vitrail.collect.sources.kept import apply_sources, find_source
from vitrail.collect.sources.secrets import read_secrets
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

PEOPLE = Target("profiles", Columns(key="id"))


@pytest.fixture
def till(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "till.db") as database:
        database.execute("CREATE TABLE customers (id TEXT, city TEXT, spent NUMERIC(10, 2), born DATE)")
        database.execute("INSERT INTO customers VALUES ('A', 'Lyon', 0.1, '1990-02-28')")
    return tmp_path / "till.db"


def source(till: Path, **parts: object) -> Database:
    told = {"url": f"sqlite:///{till}", "table": "customers", "load": PEOPLE, **parts}
    return Database(key="till", **told)


def test_a_table_of_sqlite_has_its_declared_types(store: Store, till: Path):
    pull.pull(store, source(till))
    kept = snapshot(store)["A"]
    assert (kept["spent"], kept["born"]) == (Decimal("0.1000"), dt.date(1990, 2, 28))


def test_a_file_that_is_not_there_is_not_made(store: Store, till: Path):
    found = pull.pull(store, source(till.with_name("none.db")))
    assert [each.code for each in found.problems] == ["database_failed"]
    assert not till.with_name("none.db").exists()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("SELECT id FROM customers", "database_failed"),
        ("SELECT id, spent AS Spent FROM customers", "column_missing"),
    ],
)
def test_a_cursor_that_a_query_does_not_give_is_said(store: Store, till: Path, query: str, code: str):
    found = pull.pull(store, source(till, table="", query=query, cursor="spent"))
    assert [each.code for each in found.problems] == [code]


def test_only_some_columns_are_taken(store: Store, till: Path):
    pull.pull(store, source(till, only=("id", "city")))
    assert set(store.catalogue.traits) == {"city"}


def test_a_source_is_pulled_once_at_a_time(store: Store, till: Path):
    (store.path / "pulls").mkdir()
    with (store.path / "pulls" / "till.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = pull.pull(store, source(till))
    assert (found.outcome, snapshot(store)) == ("busy", {})
    assert pull.pull(store, source(till)).outcome == "done"


def test_a_pull_that_is_told_to_end_stops_after_a_portion_and_is_due_again(store: Store, till: Path):
    shop = source(till, schedule="every hour")
    apply_sources(store, [shop])
    found = pull.pull(store, shop, how=pull.How(ended=lambda: True))
    assert (found.outcome, found.created) == ("stopped", 1)
    assert pulling.due_sources(store, dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)) == (shop,)


def test_what_is_due_is_pulled_and_what_failed_waits(store: Store, till: Path, clock: Clock):
    apply_sources(store, [source(till, schedule="daily at 06:30")])
    ws = Workspace(store)
    assert [each.outcome for each in pulling.run_due(ws, clock.now)] == ["done"]
    assert pulling.run_due(ws, clock.now) == ()
    till.rename(till.with_name("gone.db"))
    clock.now = dt.datetime(2025, 6, 2, 4, 30, tzinfo=dt.UTC)  # 06:30 in Paris
    assert [each.outcome for each in pulling.run_due(ws, clock.now)] == ["failed"]
    assert pulling.source_standings(ws)[0].failures == 1
    assert pulling.run_due(ws, clock.now) == ()
    clock.advance(seconds=72)
    assert [each.outcome for each in pulling.run_due(ws, clock.now)] == ["failed"]
    till.with_name("gone.db").rename(till)
    clock.advance(seconds=144)
    assert [each.outcome for each in pulling.run_due(ws, clock.now)] == ["done"]
    (standing,) = pulling.source_standings(ws)
    assert (standing.failures, standing.problems) == (0, ())
    assert standing.next_at == dt.datetime(2025, 6, 3, 4, 30, tzinfo=dt.UTC)


def test_another_definition_begins_from_the_beginning(store: Store, till: Path):
    pull.pull(store, source(till, cursor="spent"))
    assert pull.pull(store, source(till, cursor="spent", overlap="0")).accepted == 1
    with sqlite3.connect(till) as database:
        database.execute("INSERT INTO customers VALUES ('B', 'Nice', -1, NULL)")
    assert pull.pull(store, source(till, cursor="spent", overlap="0")).accepted == 1
    assert pull.pull(store, source(till, cursor="city", overlap="0")).accepted == 2


def test_a_definition_is_kept_version_by_version(store: Store, till: Path):
    first = apply_sources(store, [source(till)])
    again = apply_sources(store, [source(till)])
    other = apply_sources(store, [source(till, cursor="spent")])
    assert [each["till"] for each in (first, again, other)] == ["added", "unchanged", "changed"]
    assert find_source(store, "till").cursor == "spent"


def test_secrets_come_from_the_environment_then_from_a_file(tmp_path: Path):
    file = tmp_path / "secrets.yaml"
    file.write_text("ONE: from-file\nTWO: from-file\n")
    file.chmod(0o600)
    known = read_secrets(
        {"VITRAIL_SECRETS": str(file), "VITRAIL_SECRET_ONE": "from-outside"}, workspace=tmp_path / "shop"
    )
    assert known.fill("${ONE} ${TWO}") == "from-outside from-file"
    assert known.veil("x from-file y") == "x ••• y"


def test_a_secret_in_an_address_is_written_as_addresses_want(tmp_path: Path):
    known = read_secrets(
        {"VITRAIL_SECRET_WORD": "p@ss/w", "VITRAIL_SECRET_ALL": "sqlite:///x y"}, workspace=tmp_path
    )
    assert known.fill_address("postgresql://me:${WORD}@host/base") == "postgresql://me:p%40ss%2Fw@host/base"
    assert known.fill_address("${ALL}") == "sqlite:///x y"


@pytest.mark.parametrize(
    ("mode", "content", "place"),
    [(0o644, "A: b", "."), (0o600, "- a", "."), (0o600, "A: 1", "."), (0o600, "A: b", "shop")],
)
def test_a_file_of_secrets_that_is_not_safe_is_refused(tmp_path: Path, mode: int, content: str, place: str):
    (tmp_path / "shop").mkdir()
    file = tmp_path / place / "secrets.yaml"
    file.write_text(content)
    file.chmod(mode)
    with pytest.raises(UserError) as refused:
        read_secrets({"VITRAIL_SECRETS": str(file)}, workspace=tmp_path / "shop")
    assert refused.value.problems[0].code == "bad_secrets_file"


def test_a_definition_can_be_read_again(till: Path):
    shop = source(till, cursor="spent", only=("id", "spent"))
    assert msgspec.json.decode(msgspec.json.encode(shop), type=Database) == shop


def test_a_column_can_tell_who_a_profile_is(store: Store, till: Path):
    with sqlite3.connect(till) as database:
        database.execute("ALTER TABLE customers ADD COLUMN mail TEXT")
        database.execute("UPDATE customers SET mail = 'Zoe@martin.fr'")
        database.execute("INSERT INTO customers (id, mail) VALUES ('B', 'zoe@martin.fr')")
    load = Target("profiles", Columns(key="id"), identities={"mail": "email"}, ignore=("city",))
    assert pull.pull(store, source(till, load=load)).accepted == 2
    assert Workspace(store).count("true") == 1
    assert "city" not in store.catalogue.traits


def test_a_mistake_of_ours_is_noted_so_that_a_schedule_waits(
    store: Store, till: Path, clock: Clock, monkeypatch
):
    apply_sources(store, [source(till, schedule="every hour")])
    monkeypatch.setattr(pull, "load_portion", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        pull.pull(store, source(till, schedule="every hour"))
    (standing,) = pulling.source_standings(Workspace(store))
    assert (standing.failures, [each.code for each in standing.problems]) == (1, ["source_failed"])
    assert pulling.due_sources(store, clock.now) == ()


def test_a_cursor_may_be_a_number_with_a_point(store: Store, till: Path):
    with sqlite3.connect(till) as database:
        database.execute("CREATE TABLE readings (id TEXT, level REAL)")
        database.executemany("INSERT INTO readings VALUES (?, ?)", [("A", 1.5), ("B", 2.5), ("C", None)])
    there = source(till, table="readings", cursor="level", overlap="0")
    assert [pull.pull(store, there).accepted for _ in range(2)] == [3, 1]


def test_of_rows_about_one_record_the_last_counts_but_events_must_agree(store: Store, till: Path):
    with sqlite3.connect(till) as database:
        database.execute("CREATE TABLE history (id TEXT, who TEXT, at TEXT, state TEXT, n INTEGER)")
        rows = [("1", "A", "2025-01-01T10:00:00Z", state, n) for n, state in enumerate(("new", "paid"))]
        database.executemany("INSERT INTO history VALUES (?, ?, ?, ?, ?)", rows)
    parts = {"table": "history", "cursor": "n", "overlap": "0"}
    deals = Target("records", Columns(key="id", profile="who"), "deal", ignore=("n", "at"))
    found = pull.pull(store, source(till, load=deals, **parts))
    assert (found.accepted, found.replaced, found.rejected) == (1, 1, 0)
    orders = Target("events", Columns(key="id", profile="who", at="at"), "order", ignore=("n",))
    found = pull.pull(store, source(till, load=orders, **parts))
    assert (found.accepted, found.replaced, found.rejected) == (0, 0, 2)
