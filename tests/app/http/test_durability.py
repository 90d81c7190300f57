"""What was acknowledged is on disk, whatever happens to the server. `VITRAIL_KILLS=20` kills more often."""

import http.client
import os
import random
import shutil
import signal
import subprocess
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.http.serving import Served, filed, make_workspace, serving, wait_until_filed
from vitrail.ledger.inbox import open_inbox

KILLS = int(os.environ.get("VITRAIL_KILLS", "3"))
SENDERS = 8
STRACE = shutil.which("strace")


class Sender(threading.Thread):
    """Sends batches until the server is gone; remembers what was acknowledged, and what may not have been."""

    def __init__(self, served: Served, name: str) -> None:
        super().__init__()
        self.served, self.sender = served, name
        self.acknowledged: list[str] = []
        self.unsure: list[str] = []

    def run(self) -> None:
        number = 0
        while True:
            number += 1
            ids = [f"{self.sender}-{number}-{n}" for n in range(random.randint(1, 10))]
            try:
                answer = self.served.post("/v1/batch", batch(ids))
            except (OSError, http.client.HTTPException):
                self.unsure = ids
                return
            if answer.status == 200:
                self.acknowledged += ids


def batch(ids: list[str]) -> dict:
    said = {"type": "track", "userId": "u", "event": "Hit"}
    return {"batch": [{**said, "messageId": each} for each in ids]}


def send_until(served: Served, name: str, *, end: float) -> list[Sender]:
    """Many senders at once; the server is killed after so many seconds, if it still lives."""
    senders = [Sender(served, f"{name}-{number}") for number in range(SENDERS)]
    for sender in senders:
        sender.start()
    with suppress(subprocess.TimeoutExpired):
        served.process.wait(end)
    served.kill()
    for sender in senders:
        sender.join(30)
    return senders


def test_killed_again_and_again_under_load_it_keeps_what_it_acknowledged(shop: tuple[Path, str]):
    root, key = shop
    acknowledged: list[str] = []
    for kill in range(KILLS):
        with serving(root, key) as served:
            for sender in send_until(served, f"k{kill}", end=random.uniform(0.3, 1.2)):
                acknowledged += sender.acknowledged
    stored = Counter(each.message_id for each in served.kept())
    assert len(acknowledged) > 20 * KILLS
    assert set(acknowledged) <= set(stored)
    assert set(stored.values()) == {1}


def test_killed_while_it_files_the_warehouse_holds_each_message_once(shop: tuple[Path, str]):
    root, key = shop
    acknowledged: list[str] = []
    unsure: list[str] = []
    for kill in range(KILLS):
        with serving(root, key, role="all") as served:
            for sender in send_until(served, f"k{kill}", end=random.uniform(1, 4)):
                acknowledged += sender.acknowledged
                unsure += sender.unsure
    with serving(root, key, role="all") as served:
        for again in (unsure, acknowledged[-500:]):
            assert served.post("/v1/batch", batch(again)).status == 200
        wait_until_filed(served)
    stored = filed(root, "Hit")
    assert len(stored) == len(set(stored))
    assert set(stored) == {*acknowledged, *unsure}


def test_told_to_end_under_load_it_answers_all_that_it_keeps(shop: tuple[Path, str]):
    root, key = shop
    with serving(root, key) as served:
        stop = threading.Timer(1, served.process.terminate)
        stop.start()
        senders = send_until(served, "s", end=30)
        assert served.process.returncode == 0
    acknowledged = [each for sender in senders for each in sender.acknowledged]
    assert sorted(each.message_id for each in served.kept()) == sorted(acknowledged)


def under(fault: str) -> tuple[str, ...]:
    """The program that lets a call of the server fail."""
    assert STRACE
    call = fault.partition(":")[0]
    return (STRACE, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={fault}")


@pytest.fixture
def shop(tmp_path: Path) -> tuple[Path, str]:
    """A workspace with all its files, so that a fault meets the writing of messages."""
    root = tmp_path / "shop"
    key = make_workspace(root)
    open_inbox(root).close()
    return root, key


@pytest.mark.parametrize("fault", ["pwrite64:signal=SIGKILL:when=90", "fdatasync:signal=SIGKILL:when=9"])
def test_killed_in_the_middle_of_a_write_it_keeps_what_it_acknowledged(shop: tuple[Path, str], fault: str):
    root, key = shop
    with serving(root, key, before=under(fault)) as served:
        senders = send_until(served, "k", end=20)
    assert served.process.returncode == -signal.SIGKILL
    acknowledged = [each for sender in senders for each in sender.acknowledged]
    with serving(root, key) as served:
        assert served.post("/v1/page", {"userId": "u", "messageId": "after"}).status == 200
    stored = Counter(each.message_id for each in served.kept())
    assert {*acknowledged, "after"} <= set(stored)
    assert set(stored.values()) == {1}


def test_a_full_disk_is_told_and_written_to_again_without_starting_anew(shop: tuple[Path, str]):
    root, key = shop
    with serving(root, key, before=under("pwrite64:error=ENOSPC:when=44..70")) as served:
        answers = [served.post("/v1/page", {"userId": "u", "messageId": str(n)}) for n in range(60)]
        ends = served.ask("GET", "/health").document["status"]
    refused = [answer for answer in answers if answer.status != 200]
    assert {(each.status, each.document["code"]) for each in refused} == {(503, "disk_full")}
    assert all(each.headers["retry-after"] for each in refused)
    assert (answers[0].status, answers[-1].status, ends) == (200, 200, "ok")
    stored = {each.message_id for each in served.kept()}
    assert stored == {str(n) for n, answer in enumerate(answers) if answer.status == 200}
