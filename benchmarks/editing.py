"""An edit of one condition in the builder: what the page waits for, with and without the answers it keeps."""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from statistics import median
from typing import cast

import msgspec

from benchmarks.files import Size, prepared
from benchmarks.measure import cost
from benchmarks.segments import Team
from benchmarks.world import AT_US, CATALOGUE
from vitrail.app.web.builder.reading import Ground
from vitrail.app.web.builder.session import Draft, build, opened
from vitrail.app.web.settled import Answers, Counted, Settled
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.plan import Asked
from vitrail.engine.source import Source
from vitrail.language.check import check
from vitrail.model.tree import Condition

GROUND = Ground(CATALOGUE, "en")
ROWS = 8
SEED = 11


class Editing(msgspec.Struct, frozen=True):
    """Seconds until the page has its counts: the first time, after an edit, and without any kept answer."""

    first: float
    edit: float
    slowest: float
    anew: float
    edits: int


class Shelf:
    """What the page counts with, over the files of the benchmarks."""

    def __init__(self, source: Source, database: DuckDB) -> None:
        self._source = source
        self._database = database
        self.answers = Answers()

    def counted(self, conditions: Mapping[str, Condition], at_us: int) -> Counted:
        """The members of each part; files never change here."""
        asked = Asked(CATALOGUE, at_us)
        given = {"source": self._source, "database": self._database}
        return self.answers.counted(conditions, asked, stamp=at_us, **given)  # type: ignore[arg-type]


def editing(source: Source, database: DuckDB, *, edits: int) -> Editing:
    """Open a segment of eight conditions, then put another condition in the place of one, again and again.

    Each counts conditions, groups and the whole, and looks for what changes nothing, as the page does.
    """
    tests = _tests()
    rows = [next(tests) for _ in range(ROWS)]
    shelf = Shelf(source, database)
    first = _seconds(shelf, rows)
    chance, taken = Random(SEED), []
    for _ in range(edits):
        rows[chance.randrange(ROWS)] = next(tests)
        taken.append(_seconds(shelf, rows))
    anew = []
    for _ in range(3):
        rows[chance.randrange(ROWS)] = next(tests)
        anew.append(_seconds(Shelf(source, database), rows))
    return Editing(first, median(taken), max(taken), median(anew), edits)


def _seconds(shelf: Shelf, rows: list[str]) -> float:
    draft = _draft(rows)
    return cost(lambda: build(draft, GROUND, settled=cast(Settled, shelf), at_us=AT_US)).seconds


def _draft(rows: list[str]) -> Draft:
    half = len(rows) // 2
    return opened(f"({' or '.join(rows[:half])}) and ({' or '.join(rows[half:])})", GROUND)


def _tests() -> Iterator[str]:
    """Single conditions as a CRM team writes them, none twice; ranks are left to segments."""
    team, seen = Team(SEED), set[str]()
    while True:
        test = team.test()
        wrong = any(each.severity == "error" for each in check(test, CATALOGUE))
        if test not in seen and not wrong:
            seen.add(test)
            yield test


def main() -> None:
    """Measure on a size of shop: `python -m benchmarks.editing --profiles 1000000 --events 10000000`."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.editing", description=main.__doc__)
    parser.add_argument("--profiles", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--edits", type=int, default=30)
    folder = Path(tempfile.gettempdir()) / "vitrail-benchmarks"
    parser.add_argument("--folder", type=Path, default=folder)
    given = parser.parse_args()
    source = prepared(given.folder, Size(given.profiles, given.events))
    print(msgspec.json.encode(editing(source, DuckDB(), edits=given.edits)).decode())


if __name__ == "__main__":
    main()
