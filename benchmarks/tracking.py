"""What the tracking API costs: events acknowledged on disk, how long answers take, processor and memory.

`python -m benchmarks.tracking --seconds 10` starts a server and a sender on this machine, each a process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import msgspec

import vitrail
from benchmarks.figures import Figure, table
from benchmarks.sender import Seen, Task
from vitrail.app.tracking_sources import add_source
from vitrail.ledger.inbox import open_inbox

TICKS = os.sysconf("SC_CLK_TCK")
RESULTS = Path(__file__).parent / "results"


class Load(msgspec.Struct, frozen=True):
    """How much is sent: for how long, over how many connections, how many events in a request."""

    seconds: float
    connections: int = 16
    batch: int = 10
    role: str = "collect"


class Cost(msgspec.Struct):
    """What the server process has used: processor seconds, and its memory second by second, in MB."""

    cpu: float = 0.0
    memory: list[float] = []


def measure(load: Load) -> list[Figure]:
    """Send to a server for a while; refuses to tell figures when what it acknowledged is not on disk."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "shop"
        with vitrail.create(root) as ws:
            key = add_source(ws.store, "benchmark", kind="server", unplanned="allow").key
        with serving(root, load.role) as (process, port):
            task = Task("127.0.0.1", port, key, load.seconds, load.connections, load.batch)
            with watched(process.pid) as cost:
                seen = send(task)
        if load.role == "collect":
            compare(root, seen, load=load)
        flush = disk(Path(folder) / "flush")
    return [*figures(seen, cost, load=load), Figure("flush of the disk, median", flush * 1000, "ms")]


@contextmanager
def serving(root: Path, role: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A server on any port."""
    command = [sys.executable, "-m", "vitrail.app.cli", "serve", "--json", "--port", "0", "--role", role]
    with subprocess.Popen(
        [*command, "--workspace", str(root)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        told = json.loads("".join(iter(process.stdout.readline, "}\n")) + "}")
        yield process, int(told["address"].rpartition(":")[2])
        process.terminate()


@contextmanager
def watched(process: int) -> Iterator[Cost]:
    """What a process uses during the block."""
    cost, ended, before = Cost(), threading.Event(), cpu(process)

    def look() -> None:
        while not ended.wait(1):
            cost.memory.append(memory(process))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield cost
    finally:
        cost.cpu = cpu(process) - before
        cost.memory.append(memory(process))
        ended.set()
        thread.join()


def send(task: Task) -> Seen:
    """Let the sender, a process of its own, do a task."""
    command = [sys.executable, "-m", "benchmarks.sender"]
    ended = subprocess.run(command, input=msgspec.json.encode(task), capture_output=True, check=True)
    return msgspec.json.decode(ended.stdout, type=Seen)


def compare(root: Path, seen: Seen, *, load: Load) -> None:
    """Every request that was acknowledged, and no other, is in the inbox."""
    with open_inbox(root) as inbox:
        stored = inbox.backlog().requests
    if stored != seen.acknowledged:
        raise AssertionError(f"{seen.acknowledged} requests were acknowledged and {stored} are on disk")


def figures(seen: Seen, cost: Cost, *, load: Load) -> Iterator[Figure]:
    """What was seen, in figures; the bounds are for two cores that nobody else uses."""
    bounded = load.role == "collect"
    events = seen.acknowledged * load.batch
    yield Figure("events acknowledged", events / seen.seconds, "/s", least=20_000 if bounded else None)
    yield Figure("answer, median", seen.median * 1000, "ms")
    yield Figure("answer, 99 of 100", seen.ninety_nine * 1000, "ms", most=50 if bounded else None)
    yield Figure("answer, slowest", seen.slowest * 1000, "ms")
    yield Figure("requests not acknowledged", seen.otherwise, "")
    yield Figure("processor of the server for 1,000 events", cost.cpu / events * 1e6, "ms")
    settled = cost.memory[len(cost.memory) // 4]
    yield Figure("memory of the server", settled, "MB")
    yield Figure("memory gained after the first quarter", cost.memory[-1] - settled, "MB", most=30)


def cpu(process: int) -> float:
    """Seconds of processor a process has used."""
    parts = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / TICKS


def memory(process: int) -> float:
    """MB a process holds."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2


def disk(path: Path, times: int = 50) -> float:
    """Seconds the disk takes to keep 12 kB for sure: no acknowledgement is quicker."""
    took = []
    with path.open("wb", buffering=0) as file:
        for _ in range(times):
            file.write(b"x" * 12_288)
            start = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append(time.perf_counter() - start)
    return median(took)


def main() -> None:
    """Measure, show, keep."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.tracking", description=main.__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--batch", type=int, default=10)
    parser.add_argument("--role", choices=("collect", "all"), default="collect", help="all: file too")
    given = parser.parse_args()
    load = Load(given.seconds, given.connections, given.batch, given.role)
    found = measure(load)
    table(f"{load.seconds:g} s, {load.connections} connections, {load.batch} events a request", found)
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"tracking-{load.role}-{load.connections}x{load.batch}.json"
    kept.write_bytes(msgspec.json.format(msgspec.json.encode({"load": load, "figures": found}), indent=2))


if __name__ == "__main__":
    main()
