"""What people do without a plan: one segment after the other, each with queries of its own.

It runs on the same clustered files, and on one table of all events in the order they came in, which
is how events are usually kept. The queries are those of Vitrail for a single condition, so that the
answers are the same and only the sharing differs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec
import numpy as np
from rich.progress import track
from sqlglot import exp

from benchmarks.files import Size, prepared
from benchmarks.world import AT_US, CATALOGUE, DAY_US, DAYS
from vitrail.engine.bits import Bits
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import _Run, evaluate
from vitrail.engine.plan import Asked, make_plan
from vitrail.engine.source import File, Source
from vitrail.engine.sql.files import FileRelations, read_files
from vitrail.engine.sql.sources import Column, below, select
from vitrail.engine.sql.write import E, compared
from vitrail.engine.sql.write import column as read
from vitrail.model.tree import Condition
from vitrail.warehouse.scratch import Scratch, statement
from vitrail.warehouse.slices import TARGET_ROWS
from vitrail.warehouse.writer import bounds_of

ASKED = Asked(CATALOGUE, AT_US)


def one_by_one(conditions: Mapping[str, Condition], source: Source, database: DuckDB) -> dict[str, Bits]:
    """The members of each segment, on files sorted by profile."""
    return {
        key: evaluate({key: condition}, ASKED, source=source, database=database).members[key]
        for key, condition in conditions.items()
    }


def one_by_one_by_time(
    conditions: Mapping[str, Condition], source: Source, database: DuckDB
) -> dict[str, Bits]:
    """The members of each segment, on one table of all events in the order of time."""
    return {key: _by_time({key: condition}, source, database)[key] for key, condition in conditions.items()}


def _by_time(conditions: Mapping[str, Condition], source: Source, database: DuckDB) -> dict[str, Bits]:
    plan = make_plan(conditions.values(), ASKED)
    run = _Run(plan, ASKED, source=source, database=database, options={})
    run.relations = OneTable(source, AT_US)
    return run.evaluation(conditions).members


class OneTable(FileRelations):
    """Events read from one table of all of them, which has their name in a column."""

    def events(self, collection: str, columns: Iterable[Column], *, bounds: tuple[int, int]) -> E:
        wanted = [*columns, Column("name", "VARCHAR")]
        files = [
            file
            for file in self.source.events[collection]
            if file.last_us >= bounds[0] and file.first_us < bounds[1]
        ]
        rows = below(read_files(files, wanted), "all_events")
        named = compared(read("name"), exp.Literal.string(collection), operator="=")
        return below(select([read(each.name) for each in wanted[:-1]], rows, where=named), "events")


# --- the table by time ------------------------------------------------------------------------


def by_time(folder: Path, size: Size) -> Source:
    """The same events in one table sorted by time; written now when it is not there yet."""
    source = prepared(folder, size)
    root = folder / f"{size.name}-by-time"
    kept = root / "source.json"
    if not kept.exists():
        root.mkdir(parents=True, exist_ok=True)
        with Scratch(root / "spill", memory="4GB") as scratch:
            files = tuple(_slices(source, root, scratch))
        events = dict.fromkeys(source.events, files)
        kept.write_bytes(msgspec.json.encode(msgspec.structs.replace(source, events=events)))
    return msgspec.json.decode(kept.read_bytes(), type=Source)


def _slices(source: Source, root: Path, scratch: Scratch) -> Iterator[File]:
    total = sum(file.rows for files in source.events.values() for file in files)
    count = max(1, total // TARGET_ROWS)
    edges = AT_US - np.linspace(DAYS, 0, count + 1).astype(np.int64) * DAY_US
    for number, (start, end) in enumerate(track(list(pairwise(edges)), "ordering by time")):
        path = root / f"events-{number}.parquet"
        reads = [
            statement(_READ, name=f"'{name}'", path=f"'{file.path}'")
            for name, files in source.events.items()
            for file in files
            if file.last_us >= start and file.first_us < end
        ]
        query = statement(_SLICE, reads=" UNION ALL BY NAME ".join(reads))
        rows = scratch.write(query, path, start=int(start), end=int(end))
        bounds = bounds_of(path)
        yield File(str(path), rows, bounds.first_us, bounds.last_us)


_READ = "SELECT $name AS name, * FROM read_parquet($path) WHERE at_us >= $$start AND at_us < $$end"
_SLICE = "SELECT * FROM ($reads) ORDER BY at_us"
