"""`import vitrail` is cheap, and rooms have names that say what is inside."""

import json
import os
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
SECONDS = 0.3
HEAVY = {"pandas", "polars", "sklearn", "starlette", "litestar", "flask", "django"}
SHAPELESS = {"utils", "util", "common", "helpers", "core", "manager", "service", "base2"}

PROGRAM = """
import json, sys, time
start = time.perf_counter()
import vitrail
print(json.dumps([time.perf_counter() - start, sorted(name for name in sys.modules if "." not in name)]))
"""


def fresh_import() -> tuple[float, set[str]]:
    """Seconds and top-level modules, in an interpreter that has seen nothing and may keep its bytecode."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, check=True, text=True
    )
    seconds, modules = json.loads(run.stdout)
    return seconds, set(modules)


def test_import_is_fast():
    fresh_import()  # writes the bytecode
    best = min(fresh_import()[0] for _ in range(3))
    assert best < SECONDS, f"`import vitrail` takes {best:.2f} s at best; under {SECONDS} s is the law"


def test_import_loads_nothing_heavy():
    assert not fresh_import()[1] & HEAVY


def test_rooms_have_names():
    shapeless = [str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*") if path.stem in SHAPELESS]
    assert not shapeless, f"name them after what is inside: {', '.join(shapeless)}"
