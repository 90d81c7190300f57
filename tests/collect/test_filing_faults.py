"""A disk that is full at any write of a drain: it is said, and the next try files everything, once.

The kernel answers the fault, whoever writes: Python, Arrow, DuckDB or SQLite. `VITRAIL_FAULTS=all` tries
every write instead of some of them.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.collect.tracked import Message, did, identify, send, track
from tests.copies import copy_workspace
from vitrail.collect.filing.drain import drain
from vitrail.ledger.inbox import open_inbox
from vitrail.warehouse import store as stores
from vitrail.warehouse.store import Store

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace")
STEP = 1 if os.environ.get("VITRAIL_FAULTS") == "all" else 17
PLACES = [*(("write", n) for n in range(2, 60, STEP)), *(("pwrite64", n) for n in range(1, 60, STEP))]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that holds an order, with another one waiting in its inbox."""
    root = tmp_path_factory.mktemp("faults") / "shop"
    stores.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr",)).close()
    with open_inbox(root) as inbox:
        send(inbox, *said(1))
        subprocess.run([sys.executable, "-m", "tests.collect.refilling", str(root)], cwd=ROOT, check=True)
        send(inbox, *said(2))
    return root


def said(number: int) -> list[Message]:
    return [track("order", {"total": number}), identify({"city": str(number)}), track("", {"n": number})]


def tries(root: Path, call: str, number: int) -> list[str]:
    """How each try to file went when the n-th call meets a full disk."""
    fault = f"inject={call}:error=ENOSPC:when={number}"
    injected = (str(STRACE), "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", fault)
    program = [*injected, sys.executable, "-m", "tests.collect.refilling", str(root)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return ended.stdout.split("\n")[:-1]


@pytest.mark.skipif(STRACE is None, reason="strace is not there")
@pytest.mark.parametrize(("call", "number"), PLACES)
def test_a_disk_full_once_loses_nothing_and_counts_nothing_twice(
    shop: Path, tmp_path: Path, call: str, number: int
):
    root = tmp_path / "shop"
    copy_workspace(shop, root)
    told = tries(root, call, number)
    assert set(told) <= {"disk_full", "disk_failing", "0", "2"}
    with stores.open(root) as store, open_inbox(root) as inbox:
        if told:  # without a restart: else it was full before the inbox was open
            assert inbox.backlog().requests == 0
        drain(store, inbox)
        assert totals(store) == ["1.0000", "2.0000"]


def totals(store: Store) -> list[str]:
    return sorted(str(order["total"]) for order in did(store, "order"))
