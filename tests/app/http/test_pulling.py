"""The server pulls what is due while it runs."""

import sqlite3
import time
from pathlib import Path

import vitrail
from tests.app.http.serving import make_workspace, serving
from vitrail.app.pulling import Standing, source_standings
from vitrail.collect.sources.definition import Columns, Database, Target
from vitrail.collect.sources.kept import apply_sources

PEOPLE = Target("profiles", Columns(key="id"))


def standing(root: Path) -> Standing:
    with vitrail.open(root) as ws:
        return source_standings(ws)[0]


def test_a_source_is_pulled_on_schedule(tmp_path: Path):
    root = tmp_path / "shop"
    key = make_workspace(root)
    with sqlite3.connect(tmp_path / "till.db") as till:
        till.execute("CREATE TABLE customers (id TEXT)")
        till.execute("INSERT INTO customers VALUES ('A')")
    url = f"sqlite:///{tmp_path / 'till.db'}"
    with vitrail.open(root) as ws:
        apply_sources(
            ws.store, [Database(key="till", url=url, table="customers", load=PEOPLE, schedule="every hour")]
        )
    with serving(root, key, role="all") as served:
        until = time.monotonic() + 60
        while standing(root).succeeded_at is None:
            assert time.monotonic() < until
            time.sleep(0.2)
        assert served.stop() == 0
    with vitrail.open(root) as ws:
        assert ws.members("true")["profile"].to_pylist() == ["A"]
    due = standing(root)
    assert (due.next_at - due.tried_at).total_seconds() == 3600
