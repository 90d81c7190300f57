"""A fault at any write leaves an inbox that opens, and in it all that was acknowledged, whole.

`VITRAIL_FAULTS=all` tries every write instead of some of them.
"""

import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.ledger.keeping import GROUPS, SIZE
from vitrail.ledger.inbox import NewRequest, open_inbox

ROOT = Path(__file__).parents[2]
STRACE = shutil.which("strace")
ALL = os.environ.get("VITRAIL_FAULTS") == "all"
FAULTS = {"full": "error=ENOSPC", "failing": "error=EIO", "killed": "signal=SIGKILL"}
WRITES, SYNCS = 90, 15
"""How many there are in the program; a test sees that the count is not too low."""

PLACES = [
    *(("pwrite64", number) for number in range(1, WRITES + 1, 1 if ALL else 23)),
    *(("fdatasync", number) for number in range(1, SYNCS + 1, 1 if ALL else 6)),
]


def keep(root: Path, call: str, fault: str) -> list[list[str]]:
    """Run the program with a fault; answers what it said of each group."""
    injected = ("-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", f"inject={call}:{fault}")
    program = [STRACE, *injected, sys.executable, "-m", "tests.ledger.keeping", str(root)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60)
    return [line.split() for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("call", "number"), PLACES)
def test_what_was_acknowledged_is_there_whole(tmp_path: Path, call: str, number: int, fault: str):
    told = keep(tmp_path, call, f"{FAULTS[fault]}:when={number}")
    with open_inbox(tmp_path) as inbox:
        stored = Counter(request.received_at_us for request in inbox.read(0, limit=1000))
        assert set(stored.values()) <= {SIZE}
        assert {int(group) for word, group, *_ in told if word == "kept"} <= set(stored)
        inbox.append([NewRequest(99, "site", b"after")])
        assert inbox.read(0, limit=1000)[-1].received_at_us == 99


@pytest.mark.parametrize(("fault", "reason"), [("full", "full"), ("failing", "failing")])
def test_a_disk_that_refuses_once_is_written_to_again(tmp_path: Path, fault: str, reason: str):
    open_inbox(tmp_path).close()
    told = keep(tmp_path, "pwrite64", f"{FAULTS[fault]}:when=12")
    assert [each[2:] for each in told if each[0] == "refused"] == [[reason]]
    assert sum(each[0] == "kept" for each in told) == GROUPS - 1


@pytest.mark.parametrize(("call", "most"), [("pwrite64", WRITES), ("fdatasync", SYNCS)])
def test_the_faults_reach_the_last_write(tmp_path: Path, call: str, most: int):
    told = keep(tmp_path, call, f"signal=SIGKILL:when={most + 1}")
    assert len(told) == GROUPS
