"""One process loads while another asks: no error, and every answer is that of one whole snapshot."""

import subprocess
import sys
from pathlib import Path

from vitrail.app.workspace import create, open

LOADER = """
import datetime as dt, sys
import pyarrow as pa
import vitrail

at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
with vitrail.open(sys.argv[1]) as ws:
    for turn in range(12):
        who = [f"c{turn}-{number}" for number in range(10)]
        ws.load_events("order", pa.table({"who": who, "at": [at] * 10}), profile="who", at="at")
"""


def test_one_process_loads_while_another_asks(tmp_path: Path):
    create(tmp_path / "shop").close()
    loader = subprocess.Popen([sys.executable, "-c", LOADER, str(tmp_path / "shop")])
    seen = []
    with open(tmp_path / "shop") as ws:
        while loader.poll() is None:
            seen.append(ws.count("true"))
        seen.append(ws.members("did(order)").num_rows)
    assert loader.returncode == 0
    assert seen[-1] == 120
    assert all(count % 10 == 0 for count in seen)
    assert seen == sorted(seen)


def test_two_processes_may_load_at_once(tmp_path: Path):
    create(tmp_path / "shop").close()
    program = LOADER.replace('f"c{turn}', 'f"{sys.argv[2]}{turn}')
    loaders = [
        subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "shop"), name]) for name in ("a", "b")
    ]
    assert [loader.wait() for loader in loaders] == [0, 0]
    with open(tmp_path / "shop") as ws:
        assert ws.count("did(order)") == 240
