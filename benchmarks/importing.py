"""What importing a large CSV costs beside DuckDB's own read of the same file.

`python -m benchmarks.importing --megabytes 1000` draws a file of orders and measures, each in a process of
its own, in turns: DuckDB reading it typed into memory, the same written to Parquet, the same sorted as the
warehouse is; then Vitrail importing it, the first time (types are found in all cells) and with a recipe.

What is told is the median of the rounds; the start of the process and the making of an empty workspace are
left out.
Memory is arranged as the command line and the server arrange theirs.
"""

from __future__ import annotations

import argparse
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import TypeVar

import duckdb
import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv
from rich.progress import track

import vitrail
from benchmarks.measure import apart
from vitrail.app.memory import keep_memory

TYPES = {
    "amount": "decimal", "quantity": "integer", "city": "text", "postcode": "text",
    "day": "date", "product": "text", "new": "boolean",
}  # fmt: skip
ANSWERS = {"day-month": "iso"}
BATCH = 20_000
TOWNS = np.array(["Paris", "Lyon", "Évry", "Saint-Étienne", "Marseille", "Besançon", "Nîmes", "Le Havre"])
READS = {
    "DuckDB: read typed": "CREATE TABLE orders AS SELECT * FROM read_csv($file)",
    "DuckDB: read typed, write Parquet": "COPY (SELECT * FROM read_csv($file)) TO $target "
    "(FORMAT parquet, COMPRESSION zstd)",
    "DuckDB: read typed, sort, write Parquet": "COPY (SELECT * FROM read_csv($file) "
    "ORDER BY customer_id, ordered_at) TO $target (FORMAT parquet, COMPRESSION zstd)",
}


T = TypeVar("T")


class Spent(msgspec.Struct, frozen=True):
    """What one way of reading cost; the most MB of the process, and of the one that reads for it."""

    name: str
    seconds: float
    processor: float
    own_mb: float
    reader_mb: float = 0.0


def draw(path: Path, megabytes: int) -> None:
    """A file of orders as a French shop would export them."""
    chance = np.random.default_rng(20_251_126)
    start = 0
    with path.open("wb") as file:
        while file.tell() < megabytes << 20:
            options = pacsv.WriteOptions(include_header=start == 0)
            pacsv.write_csv(_orders(start, chance), file, options)
            start += BATCH


def _orders(start: int, chance: np.random.Generator) -> pa.Table:
    size = BATCH
    times = np.datetime64("2024-01-01T00:00:00") + chance.integers(0, 6 * 10**7, size).astype(
        "timedelta64[s]"
    )
    models = chance.integers(0, 5000, size)
    columns = {
        "order_id": [f"o{number}" for number in range(start, start + size)],
        "customer_id": [f"C{number:07d}" for number in chance.integers(0, 500_000, size)],
        "ordered_at": [str(each).replace("T", " ") for each in times],
        "amount": [f"{cents / 100:.2f}" for cents in chance.integers(100, 100_000, size)],
        "quantity": chance.integers(1, 9, size),
        "city": TOWNS[chance.integers(0, len(TOWNS), size)],
        "postcode": [f"{number:05d}" for number in chance.integers(1000, 99_000, size)],
        "day": (np.datetime64("2024-01-01") + chance.integers(0, 700, size)).astype("datetime64[D]"),
        "product": [f"Produit n° {number}, modèle {number % 17}" for number in models],
        "new": chance.random(size) < 0.3,
    }
    return pa.table({name: pa.array(values) for name, values in columns.items()})


def read_by_duckdb(name: str, path: str, folder: str) -> Spent:
    """DuckDB's own read, in this process."""
    parameters = {"file": path}
    if "$target" in READS[name]:
        parameters["target"] = f"{folder}/read.parquet"
    connection = duckdb.connect()
    connection.execute("SET threads = 2; SET enable_progress_bar = false")
    return _spent(name, lambda: connection.execute(READS[name], parameters))[0]


def import_by_vitrail(name: str, path: str, folder: str) -> Spent:
    """The import, in this process and the one that reads for it."""
    sayings = {"types": TYPES, "answers": ANSWERS} if "recipe" in name else {}
    shop = Path(folder) / "shop"
    shutil.rmtree(shop, ignore_errors=True)

    keep_memory()
    with vitrail.create(shop) as ws:
        roles = {"profile": "customer_id", "at": "ordered_at", "key": "order_id"}
        spent, report = _spent(name, lambda: ws.load_events("order", path, **roles, **sayings))
    if report.rejected or not report.accepted:
        raise AssertionError(report)
    return spent


def _spent(name: str, work: Callable[[], T]) -> tuple[Spent, T]:
    start, before = time.perf_counter(), _processor()
    answer = work()
    seconds, processor = time.perf_counter() - start, _processor() - before
    own, reader = (resource.getrusage(who).ru_maxrss / 1024 for who in WHO)
    return Spent(name, seconds, processor, own, reader), answer


def _processor() -> float:
    """Seconds of the processor that this process has taken, and those it started and that have ended."""
    spent = [resource.getrusage(who) for who in WHO]
    return sum(each.ru_utime + each.ru_stime for each in spent)


WHO = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
IMPORTS = ("Vitrail: import, first time", "Vitrail: import with a recipe")


def measure(folder: Path, megabytes: int, *, rounds: int) -> list[Spent]:
    """All ways on the same file, one after the other, as often as there are rounds; the medians."""
    path = folder / f"orders-{megabytes}.csv"
    if not path.exists():
        draw(path, megabytes)
    found: dict[str, list[Spent]] = {name: [] for name in (*READS, *IMPORTS)}
    for _ in track(range(rounds), "measuring"):
        for name, spent in found.items():
            work = read_by_duckdb if name in READS else import_by_vitrail
            spent.append(apart(work, name, str(path), str(folder)))
    shutil.rmtree(folder / "shop", ignore_errors=True)
    (folder / "read.parquet").unlink(missing_ok=True)
    return [_median(spent) for spent in found.values()]


def _median(spent: Sequence[Spent]) -> Spent:
    """The median of what is spent, the most of the memory."""
    return Spent(
        spent[0].name,
        median(each.seconds for each in spent),
        median(each.processor for each in spent),
        max(each.own_mb for each in spent),
        max(each.reader_mb for each in spent),
    )


def main() -> None:
    """Measure, and print ratios of processor time."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.importing", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "vitrail-benchmarks")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    found = measure(given.folder, given.megabytes, rounds=given.rounds)
    reads = found[: len(READS)]
    print(f"{'':42}{'s':>8}{'cpu s':>8}{'MB':>7}{'+MB':>7}" + "".join(f"{f'x{n}':>7}" for n in (1, 2, 3)))
    for each in found:
        ratios = "".join(f"{each.processor / read.processor:7.2f}" for read in reads)
        print(
            f"{each.name:42}{each.seconds:8.1f}{each.processor:8.1f}{each.own_mb:7.0f}{each.reader_mb:7.0f}{ratios}"
        )


if __name__ == "__main__":
    main()
