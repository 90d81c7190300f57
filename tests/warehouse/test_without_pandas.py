"""Pandas stays out of what does not need it, and is there for whoever does."""

import subprocess
import sys
from pathlib import Path

LOAD = """
import sys
import pyarrow as pa
import vitrail

with vitrail.create(sys.argv[1]) as ws:
    orders = pa.table({"who": ["a"], "when": ["2026-01-01 08:00"]})
    ws.load_events("order", orders, profile="who", at="when")
    assert "pandas" not in sys.modules
"""
FRAME = """
    import pandas as pd

    frame = pd.DataFrame({"who": ["b"], "when": pd.to_datetime(["2026-01-02"]).tz_localize("Europe/Paris")})
    frame["city"] = pd.Series(["Lyon"], dtype="category")
    assert ws.load_events("order", frame, profile="who", at="when").accepted == 1
    assert pa.table({"a": [1, None]}).to_pandas()["a"].isna().tolist() == [False, True]
    assert pa.array(pd.Series([1.5, None])).null_count == 1
"""


def run(program: str, folder: Path) -> None:
    subprocess.run([sys.executable, "-c", program, str(folder / "shop")], check=True, timeout=60)


def test_a_load_leaves_pandas_out(tmp_path: Path):
    run(LOAD, tmp_path)


def test_frames_are_understood_after_it(tmp_path: Path):
    run(LOAD + FRAME, tmp_path)
