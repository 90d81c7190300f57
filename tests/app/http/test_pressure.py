"""When more comes than can be kept or filed, senders are asked to come back; nothing grows without end."""

import os
import shutil
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.app.http.serving import Served, make_workspace, serving
from vitrail.ledger.inbox import open_inbox

LARGE = {"type": "page", "userId": "u", "properties": {"text": "x" * 30_000}}


def post_large(served: Served, number: int) -> tuple[int, str | None]:
    batch = [{**LARGE, "messageId": f"{number}-{n}"} for n in range(16)]
    answer = served.post("/v1/batch", {"batch": batch})
    return answer.status, answer.headers["retry-after"]


def test_a_full_inbox_asks_senders_to_come_back_until_it_is_filed(tmp_path: Path):
    root = tmp_path / "shop"
    with serving(root, make_workspace(root), options=("--most-waiting", "1")) as served:
        answers: list[tuple[int, str | None]] = []
        while (429, "10") not in answers:
            answers.append(post_large(served, len(answers)))
            time.sleep(0.2)
        assert len(served.kept()) == 16 * (len(answers) - 1)
        with open_inbox(root) as inbox:
            inbox.trim(sys.maxsize)
        until = time.monotonic() + 10
        while post_large(served, 99)[0] != 200:
            assert time.monotonic() < until
            time.sleep(0.1)


def test_a_slow_disk_does_not_fill_the_memory(tmp_path: Path):
    root = tmp_path / "shop"
    key = make_workspace(root)
    strace = (shutil.which("strace"), "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync")
    slow = (*strace, "-e", "inject=fdatasync:delay_enter=4000000:when=2")
    with serving(root, key, before=slow) as served, ThreadPoolExecutor(100) as senders:
        answers = list(senders.map(lambda number: post_large(served, number), range(100)))
        found = Counter(answers)
        assert set(found) == {(200, None), (429, "1")}
        assert len(served.kept()) == 16 * found[200, None]
