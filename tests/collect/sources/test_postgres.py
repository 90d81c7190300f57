"""Pulling from a real PostgreSQL."""

import datetime as dt
import signal
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from tests.collect.contents import events, snapshot
from tests.collect.sources.postgres import execute
from vitrail.collect.sources import pull
from vitrail.collect.sources.definition import Columns, Database, Target
from vitrail.collect.sources.kept import apply_sources
from vitrail.warehouse.store import Store

ROOT = Path(__file__).parents[3]
PEOPLE = Target("profiles", Columns(key="id"))
ORDERS = Target("events", Columns(key="id", profile="who", at="at"), "order")

MADE = """
CREATE TABLE orders AS
SELECT n AS id, 'p' || n % 7 AS who, timestamptz '2025-01-01 00:00Z' + n * interval '1 minute' AS at,
       (n / 100.0)::numeric(12, 2) AS amount
FROM generate_series(1, 1000) n
"""


def source(address: str, **parts: object) -> Database:
    told = {"url": address, "load": ORDERS, "table": "orders", "cursor": "id", **parts}
    return Database(key="shop", **told)


def test_each_type_arrives_as_it_is(store: Store, address: str):
    execute(
        address,
        """CREATE TABLE people (id bigint, name text, points numeric, score float8, vip boolean, born date,
           seen timestamptz, code uuid, tags text[], extra jsonb, gone text)""",
        """INSERT INTO people VALUES (12345678901, 'Zoé', 0.10000000000000000005, 1.5, true, '1990-02-28',
           '2025-03-01 12:00+02', '7b0c5f3e-0000-4000-8000-000000000001', '{b,a}', '{"a": 1}', NULL)""",
        "INSERT INTO people (id, points, seen) VALUES (2, 'NaN', NULL)",
    )
    found = pull.pull(store, source(address, load=PEOPLE, table="people", cursor=""))
    assert (found.outcome, found.accepted, found.rejected) == ("done", 2, 0)
    assert store.catalogue.traits["points"].type == "decimal"
    kept = snapshot(store)["12345678901"]
    assert {name: value for name, value in kept.items() if "~" not in name} == {
        "name": "Zoé",
        "points": Decimal("0.1000"),
        "score": Decimal("1.5"),
        "vip": True,
        "born": dt.date(1990, 2, 28),
        "seen": 1_740_823_200_000_000,
        "code": "7b0c5f3e-0000-4000-8000-000000000001",
        "tags": ["a", "b"],
        "extra": '{"a":1}',
    }


def test_the_next_pull_reads_what_is_new_and_steps_back_a_little(store: Store, address: str):
    execute(address, MADE)
    shop = source(address, overlap="5")
    assert pull.pull(store, shop).created == 1000
    execute(
        address,
        "INSERT INTO orders VALUES (997, 'late', now(), 1), (1001, 'new', now(), 1) ",
        "DELETE FROM orders WHERE id < 900 OR (id = 997 AND who <> 'late')",
    )
    found = pull.pull(store, shop)
    assert (found.created, found.unchanged, found.rejected) == (1, 5, 1)  # 995…1000, one of them rewritten
    assert {row["profile"] for row in events(store, "order")} >= {"new"}


def test_rows_written_late_within_the_overlap_are_found(store: Store, address: str):
    execute(address, MADE)
    shop = source(address, cursor="at", overlap="1 hour")
    pull.pull(store, shop)
    execute(address, "INSERT INTO orders SELECT 2000, 'late', max(at) - interval '30 minutes', 1 FROM orders")
    found = pull.pull(store, shop)
    assert (found.created, found.unchanged) == (1, 61)


def test_a_row_without_a_cursor_is_read_once_at_the_beginning(store: Store, address: str):
    execute(address, MADE, "UPDATE orders SET amount = NULL WHERE id % 2 = 0")
    shop = source(address, cursor="amount")
    assert pull.pull(store, shop).accepted == 1000


def test_a_pull_of_everything_changes_nothing(store: Store, address: str):
    execute(address, MADE)
    pull.pull(store, source(address))
    found = pull.pull(store, source(address), how=pull.How(full=True))
    assert (found.created, found.unchanged) == (0, 1000)


def test_a_query_is_read_like_a_table(store: Store, address: str):
    execute(address, MADE)
    shop = source(address, table="", query="SELECT id, who, at FROM orders WHERE who = 'p3';")
    assert pull.pull(store, shop).created == 143
    assert pull.pull(store, shop, how=pull.How()).created == 0


def test_a_query_means_what_it_says(store: Store, address: str):
    execute(address, MADE)
    query = "SELECT id, who, at, ' :x'::text AS tag, 7 % 4 AS rest FROM orders WHERE who LIKE 'p3%'"
    assert pull.pull(store, source(address, table="", query=query)).created == 143
    order = events(store, "order")[0]
    assert (order["tag"], order["rest"]) == (" :x", 3)


def test_nothing_can_be_written_through_a_source(store: Store, address: str):
    execute(address, MADE)
    shop = source(address, table="", query="WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone")
    found = pull.pull(store, shop)
    assert (found.outcome, found.problems[0].code) == ("failed", "database_failed")


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"table": "order"}, "no_table"),
        ({"cursor": "idd"}, "column_missing"),
        ({"url": "postgresql://nobody@/postgres?host=/nowhere"}, "database_failed"),
        ({"url": "nonsense"}, "bad_database_address"),
        ({"url": "cassandra://x/y"}, "bad_database_address"),
        ({"url": "postgresql://x:${SHOP_PASSWORD}@/postgres"}, "secret_missing"),
    ],
)
def test_what_cannot_be_read_is_said_and_noted(store: Store, address: str, parts: dict, code: str):
    execute(address, MADE)
    found = pull.pull(store, source(address, **parts))
    assert (found.outcome, [each.code for each in found.problems]) == ("failed", [code])


def test_a_secret_is_never_shown(store: Store, address: str, monkeypatch):
    monkeypatch.setenv("VITRAIL_SECRET_SHOP_PASSWORD", "s3cret!")
    url = "postgresql://x:${SHOP_PASSWORD}@127.0.0.1:1/${SHOP_PASSWORD}"
    found = pull.pull(store, source(address, url=url))
    told = found.problems[0].text("fr") + found.problems[0].text("en")
    assert found.outcome == "failed"
    assert "s3cret" not in told


KILLED = """
import os, signal, sys
from vitrail.collect.sources import pull
from vitrail.collect.sources.kept import find_source
from vitrail.warehouse import store as stores
left = int(sys.argv[2])
real = pull._Run._load
def load(run, each):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    real(run, each)
pull._Run._load = load
with stores.open(sys.argv[1]) as store:
    pull.pull(store, find_source(store, "shop"), how=pull.How(rows=300))
"""


def test_a_pull_that_is_killed_goes_on_where_it_was(store: Store, address: str):
    execute(address, MADE)
    apply_sources(store, [source(address, overlap="0")])
    for loads in (1, 0):
        killed = subprocess.run([sys.executable, "-c", KILLED, store.path, str(loads)], cwd=ROOT)
        assert killed.returncode == -signal.SIGKILL
    found = pull.pull(store, source(address, overlap="0"))
    assert (found.outcome, found.accepted, found.unchanged) == ("done", 701, 1)
    assert len(events(store, "order")) == 1000
