"""Pulling a table of PostgreSQL, beside the fastest way to read it: `COPY … TO STDOUT`.

`python -m benchmarks.pulling --rows 1000000`
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import psycopg

from tests.collect.sources.postgres import execute, running
from vitrail.collect.sources import database, pull
from vitrail.collect.sources.definition import Columns, Database, Target
from vitrail.collect.sources.portion import Reading
from vitrail.collect.sources.secrets import Secrets
from vitrail.warehouse import store as stores

MADE = """
CREATE TABLE orders AS
SELECT n AS id, 'C' || lpad((n::bigint * 7919 % 200000)::text, 6, '0') AS customer,
       timestamptz '2023-01-01 00:00Z' + n * interval '1 minute' AS at,
       (n % 20000 / 100.0)::numeric(12, 2) AS amount, 'product ' || n % 500 AS product, n % 5 AS quantity
FROM generate_series(1, {rows}) n
"""
ORDERS = Target("events", Columns(key="id", profile="customer", at="at"), "order")


class Figure(msgspec.Struct, frozen=True):
    """What one way of reading cost: seconds by the clock and of this process, and its peak of memory."""

    way: str
    rows: int
    seconds: float
    processor_seconds: float
    peak_mb: float


def measured(rows: int) -> list[Figure]:
    """Every way, each in a process of its own, on a server of its own."""
    with running() as address, tempfile.TemporaryDirectory() as place:
        execute(address, MADE.format(rows=rows))
        ways: dict[str, Callable[[], None]] = {
            "start": lambda: None,
            "copy": lambda: copy(address),
            "read": lambda: read(address),
            "pull": lambda: load(address, Path(place) / "shop"),
        }
        return [in_child(way, rows, work=work) for way, work in ways.items()]


def copy(address: str) -> None:
    """The table as PostgreSQL hands it out, thrown away."""
    with psycopg.connect(address) as connection, connection.cursor().copy("COPY orders TO STDOUT") as rows:
        for _ in rows:
            pass


def read(address: str) -> None:
    """The table as portions of Arrow, thrown away."""
    reading = Reading({}, Secrets({}), Path(), 0, progress=lambda _done, _total: None)
    for _ in database.portions(source(address), reading):
        pass


def load(address: str, folder: Path) -> None:
    """A first pull into a new workspace."""
    with stores.create(folder, timezone="Europe/Paris", currency="EUR", languages=("fr",)) as store:
        found = pull.pull(store, source(address))
    assert found.outcome == "done", found.problems


def source(address: str) -> Database:
    """The table, by its growing number."""
    os.environ["VITRAIL_EGRESS_ALLOW"] = "127.0.0.1"  # the database of the benchmark is at home
    return Database(key="shop", url=address, table="orders", cursor="id", load=ORDERS)


def in_child(way: str, rows: int, *, work: Callable[[], None]) -> Figure:
    """Do something in a new process, and what it cost there."""
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe()

    def run() -> None:
        started, processor = time.perf_counter(), time.process_time()
        work()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        cost = (time.perf_counter() - started, time.process_time() - processor, peak)
        theirs.send(cost)

    child = context.Process(target=run)
    child.start()
    child.join()
    assert child.exitcode == 0, way
    return Figure(way, rows, *ours.recv())


def main() -> None:
    """Measure, and print what each way cost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pulling", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    for each in measured(parser.parse_args().rows):
        cost = f"{each.seconds:7.2f} s {each.processor_seconds:7.2f} s processor {each.peak_mb:7.0f} MB"
        print(f"{each.way:6} {each.rows:>9} rows {cost} {each.rows / each.seconds:>12,.0f} rows/s")


if __name__ == "__main__":
    main()
