"""What the server acknowledges reaches the warehouse, once."""

import os
import signal
import time
from pathlib import Path

import pytest

import vitrail
from tests.app.http.serving import filed, make_workspace, serving, wait_until_filed


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, str]:
    root = tmp_path / "shop"
    return root, make_workspace(root)


def orders(number: int) -> dict:
    said = {"type": "track", "userId": "jeanne", "event": "Order Completed", "properties": {"revenue": 39.9}}
    return {"batch": [{**said, "messageId": f"m{n}"} for n in range(number)]}


def test_messages_are_filed_while_the_server_runs(shop: tuple[Path, str]):
    root, key = shop
    with serving(root, key, role="all") as served:
        assert served.post("/v1/batch", orders(5)).status == 200
        wait_until_filed(served)
        assert served.ask("GET", "/health").document["filing"] == "ok"
        assert len(filed(root, "Order Completed")) == 5
        assert served.stop() == 0


def test_the_worker_ends_with_a_server_that_is_killed(shop: tuple[Path, str]):
    root, key = shop
    with serving(root, key, role="all") as served:
        served.post("/v1/batch", orders(1))
        wait_until_filed(served)
        [worker] = children(served.process.pid)
    until = time.monotonic() + 20
    while Path(f"/proc/{worker}").exists():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_worker_that_dies_is_followed_by_another(shop: tuple[Path, str]):
    root, key = shop
    with serving(root, key, role="all") as served:
        served.post("/v1/batch", orders(1))
        wait_until_filed(served)
        [worker] = children(served.process.pid)
        os.kill(worker, signal.SIGKILL)
        served.post("/v1/batch", orders(3))
        wait_until_filed(served)
        assert len(filed(root, "Order Completed")) == 3


def children(parent: int) -> list[int]:
    files = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(each) for file in files for each in file.read_text().split()]


def test_segments_follow_what_was_told(shop: tuple[Path, str]):
    root, key = shop
    with vitrail.open(root) as ws:
        ws.catalogue.declare(events={"Order Completed": {"revenue": "decimal"}})
        rule = "did(`Order Completed` where revenue > 30)"
        ws.define(vitrail.Segment(key="buyers", name={"en": "Buyers"}, rule=rule))
        with serving(root, key, role="all") as served:
            served.post("/v1/batch", orders(1))
            until = time.monotonic() + 30
            while buyers(ws) != ["jeanne"]:
                assert time.monotonic() < until
                time.sleep(0.1)


def buyers(ws: vitrail.Workspace) -> list[str]:
    try:
        return ws.segment("buyers").members()["profile"].to_pylist()
    except vitrail.UserError:
        return []  # not refreshed yet
