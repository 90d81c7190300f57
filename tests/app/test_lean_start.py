"""Answering from the command line loads nothing that the answer does not need."""

import subprocess
import sys

import pytest

from vitrail.app.workspace import create

HEAVY = ("pandas", "alembic", "altair", "scipy", "sklearn", "litestar")
SCRIPT = """
import sys
from vitrail.app.cli import main
sys.argv = ["vitrail", "count", "true", "--workspace", sys.argv[1]]
try:
    main()
finally:
    print(*sorted(name for name in {heavy} if name in sys.modules), file=sys.stderr)
"""


@pytest.fixture
def folder(tmp_path):
    create(tmp_path / "shop").close()
    return tmp_path / "shop"


def test_counting_loads_no_heavy_library(folder):
    script = SCRIPT.format(heavy=HEAVY)
    run = subprocess.run([sys.executable, "-c", script, str(folder)], capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr.strip(), run.returncode) == ("0", "", 0)


def test_the_server_answers_before_it_can_draw():
    script = "import sys, vitrail.app.http.application; print('altair' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
