import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_a_refresh_killed_at_any_write_leaves_the_members_before_or_after(tmp_path: Path):
    program = [sys.executable, "-m", "tests.warehouse.killing_refresh", str(tmp_path)]
    ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
    assert int(ended.stdout) > 2
