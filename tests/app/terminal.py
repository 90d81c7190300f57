"""A small workspace and two ways to give it commands: in this process, and as a program of its own."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
from typer.testing import CliRunner, Result

import vitrail
from vitrail.app.cli import app

DAY = dt.timedelta(days=1)
PROGRAM = (sys.executable, "-m", "vitrail.app.cli")

SEGMENTS = """edition: 2026
segments:
  - key: loyal
    name: {fr: Clients fidèles, en: Loyal customers}
    rule: count(order) >= 2
  - key: french
    name: {fr: Français, en: French}
    description: {fr: Habitent en France., en: Live in France.}
    rule: country = "FR"
segmentations:
  - key: activity
    name: {fr: Activité, en: Activity}
    classes:
      - {key: active, name: {fr: Actif, en: Active}, rule: "did(order, last 90 days)"}
      - {key: dormant, name: {fr: Dormant, en: Dormant}, rule: did(order)}
    otherwise: {key: inactive, name: {fr: Inactif, en: Inactive}}
"""


def make_shop(folder: Path) -> Path:
    """Four customers: A ordered 5 and 40 days ago, B 3 days ago, C never, D 400 days ago."""
    now = dt.datetime.now(dt.UTC)
    with vitrail.create(folder) as ws:
        names = ["=cmd|x", "Béa", None]
        ws.load_profiles(
            pa.table({"id": ["A", "B", "C"], "country": ["FR", "BE", None], "name": names}), key="id"
        )
        orders = {
            "order_id": ["1", "2", "3", "4"],
            "id": ["A", "A", "B", "D"],
            "at": [now - 5 * DAY, now - 40 * DAY, now - 3 * DAY, now - 400 * DAY],
            "amount": [10, 20, None, 7],
        }
        ws.load_events("order", pa.table(orders), profile="id", at="at", key="order_id")
    return folder


def run(*arguments: str, workspace: Path | None = None, language: str = "en", answer: str = "") -> Result:
    """Run a command in this process."""
    environment = {"VITRAIL_LANGUAGE": language, "COLUMNS": "120"}
    if workspace is not None:
        environment["VITRAIL_WORKSPACE"] = str(workspace)
    return CliRunner().invoke(app, list(arguments), env=environment, input=answer)


def program(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a program of its own."""
    environment = {**os.environ, "VITRAIL_LANGUAGE": "en", "COLUMNS": "120", **variables}
    return subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, env=environment, timeout=120
    )


def answer(result: Result | subprocess.CompletedProcess[str]) -> dict:
    """The one JSON document on standard output; fails when there is anything else."""
    return json.loads(result.stdout)


def codes(result: Result | subprocess.CompletedProcess[str]) -> list[str]:
    """The codes of the problems that were answered."""
    return [problem["code"] for problem in answer(result)["problems"]]
