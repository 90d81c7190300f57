"""A server by itself lets go of what is past its period, once that was switched on."""

import datetime as dt
import time
from pathlib import Path

import pyarrow as pa

import vitrail
from tests.app.http.serving import serving
from vitrail.ledger.audit import Asked, acts
from vitrail.model.retention import DataRule, RetentionFile

RULES = RetentionFile(2026, data=(DataRule("browsing", {"en": "Browsing"}, events=("page",), months=25),))
LONG_AGO = dt.datetime(2020, 1, 15, 12, tzinfo=dt.UTC)


def make(root: Path) -> None:
    with vitrail.create(root) as ws:
        lately = dt.datetime.now(dt.UTC) - dt.timedelta(days=3)
        rows = {"key": ["old", "new"], "who": ["ann", "ann"], "at": [LONG_AGO, lately]}
        ws.load_events("page", pa.table(rows), profile="who", at="at", key="key")
        ws.retention.define(RULES)
        ws.retention.switch(on=True)


def runs(ws: vitrail.Workspace) -> list[tuple[str, dict[str, object]]]:
    with ws.store.ledger.reading() as connection:
        found = acts(connection, Asked(act="retention.run"), limit=9)
    return [(each.act.actor.kind, dict(each.act.details)) for each in found]


def test_a_server_lets_go_of_what_is_past_its_period(tmp_path: Path):
    root = tmp_path / "shop"
    make(root)
    with vitrail.open(root) as ws, serving(root, "", role="all"):
        until = time.monotonic() + 150
        while not runs(ws):
            assert time.monotonic() < until
            time.sleep(0.2)
        assert runs(ws) == [("system", {"data.browsing": 1})]
        assert ws.count("count(page) = 1") == 1
