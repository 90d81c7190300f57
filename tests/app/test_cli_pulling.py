"""Pulling sources from the command line."""

import sqlite3
from pathlib import Path

import pytest

import vitrail
from tests.app.terminal import answer, codes, run

SOURCES = """edition: 2026
sources:
  - key: till
    name: {fr: Caisse, en: Till}
    kind: database
    url: sqlite:///TILL
    table: customers
    cursor: changed
    overlap: 1 day
    load:
      kind: profiles
      columns: {key: id}
      types: {changed: instant}
    schedule: daily at 06:30
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    vitrail.create(tmp_path / "shop").close()
    with sqlite3.connect(tmp_path / "till.db") as till:
        till.execute("CREATE TABLE customers (id TEXT, city TEXT, spent NUMERIC(10, 2), changed TIMESTAMP)")
        till.execute("INSERT INTO customers VALUES ('A', 'Lyon', 12.5, '2025-01-01 10:00:00')")
    (tmp_path / "sources.yaml").write_text(SOURCES.replace("TILL", str(tmp_path / "till.db")))
    return tmp_path / "shop"


def declare(shop: Path) -> None:
    assert run("source", "apply", str(shop.parent / "sources.yaml"), workspace=shop).exit_code == 0


def sell(shop: Path) -> None:
    with sqlite3.connect(shop.parent / "till.db") as till:
        till.execute("UPDATE customers SET city = 'Paris', changed = '2025-02-01 10:00:00'")
        till.execute("INSERT INTO customers VALUES ('B', NULL, 3, '2025-02-01 11:00:00')")


def test_a_source_is_applied_pulled_and_listed(shop: Path):
    declare(shop)
    first = answer(run("pull", "till", "--json", workspace=shop))["pulls"][0]
    sell(shop)
    second = answer(run("pull", "--json", workspace=shop))["pulls"][0]
    assert (first["created"], second["created"], second["updated"]) == (1, 1, 1)
    listed = answer(run("source", "list", "--json", workspace=shop))["pulled"]
    assert [(each["key"], each["kind"], each["failures"]) for each in listed] == [("till", "database", 0)]
    assert "06:30" in run("source", "list", workspace=shop).stdout


def test_a_trial_changes_nothing(shop: Path):
    declare(shop)
    tried = answer(run("pull", "till", "--dry-run", "--json", workspace=shop))
    assert (tried["dry_run"], tried["pulls"][0]["created"]) == (True, 1)
    assert answer(run("pull", "till", "--json", workspace=shop))["pulls"][0]["created"] == 1


def test_a_source_that_fails_is_told_in_the_list(shop: Path):
    declare(shop)
    (shop.parent / "till.db").unlink()
    assert run("pull", workspace=shop).exit_code == 1
    told = run("source", "list", workspace=shop, language="fr").stdout
    assert "en échec (1 de suite)" in told
    assert "unable to open" in told
    assert not (shop.parent / "till.db").exists()


def test_one_source_is_shown_with_its_pulls(shop: Path):
    declare(shop)
    run("pull", workspace=shop)
    told = run("source", "show", "till", workspace=shop).stdout
    assert "kind: database" in told
    assert "done" in told


def test_a_source_that_is_removed_is_pulled_no_more(shop: Path):
    declare(shop)
    assert run("source", "remove", "till", workspace=shop).exit_code == 0
    assert codes(run("pull", "till", "--json", workspace=shop)) == ["unknown_source"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("edition: 2026", "edition: 1999", "no_edition"),
        ("kind: database", "kind: databse", "unknown_kind"),
        ("cursor: changed", "cursr: changed", "unknown_part"),
        ("table: customers", "table: customers\n    query: select 1", "table_or_query"),
        ("daily at 06:30", "sometimes", "bad_schedule"),
        ("key: till", "key: La caisse", "bad_source_name"),
        ("{key: id}", "{profile: id}", "part_missing"),
        ("overlap: 1 day", "overlap: a while", "bad_duration"),
        ("sqlite:///TILL", "postgresql://me:secret@host/base", "secret_in_the_clear"),
    ],
)
def test_what_is_wrong_in_a_file_is_said(shop: Path, old: str, new: str, code: str):
    file = shop.parent / "wrong.yaml"
    file.write_text(SOURCES.replace(old, new))
    found = run("source", "apply", str(file), "--json", workspace=shop)
    assert found.exit_code == 2
    assert code in codes(found)


def test_a_ready_recipe_is_printed_to_be_kept(shop: Path):
    told = run("source", "recipe", "hubspot-contacts")
    file = shop.parent / "hubspot.yaml"
    file.write_text(told.stdout)
    assert run("source", "apply", str(file), workspace=shop).exit_code == 0
    assert "hubspot-contacts" in run("source", "recipe").stdout
