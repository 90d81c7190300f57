"""Kills a load at each of its writes in turn, and looks at what is left. Run as a program of its own.

For every n, a child loads into a copy of a workspace and kills itself at its n-th call of
`os.fsync` or `os.replace`; another child then looks: the snapshot must be the one before or the one
after, the next load must go through, and no file may be left over. Answers the number of kills.
"""

import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tests.children import in_child, in_first_child
from tests.copies import copy_workspace
from vitrail.collect.load import load_events
from vitrail.ledger import manifest
from vitrail.warehouse import compaction, folder
from vitrail.warehouse import store as stores

SMALL_LOADS = 3
compaction.CROWD = SMALL_LOADS


def events(first: int, count: int) -> pa.Table:
    numbers = range(first, first + count)
    return pa.table(
        {
            "who": [f"p{number % 40}" for number in numbers],
            "when": ["2025-01-01T00:00:00Z"] * count,
            "id": [str(number) for number in numbers],
        }
    )


def load(root: Path, first: int, count: int) -> None:
    with stores.open(root) as store:
        load_events(store, "order", data=events(first, count), profile="who", at="when", key="id")


def prepare(root: Path) -> None:
    stores.create(root, timezone="Europe/Paris", currency="EUR", languages=("fr",)).close()
    for number in range(SMALL_LOADS):
        load(root, number, 1)


def die_at(number: int) -> None:
    calls = 0

    def counted(real: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            nonlocal calls
            calls += 1
            if calls == number:
                os.kill(os.getpid(), signal.SIGKILL)
            real(*arguments)

        return call

    os.fsync, os.replace = counted(os.fsync), counted(os.replace)


def look(root: Path) -> None:
    """Fails unless the workspace is whole, as it was before the killed load or after it."""
    before, after = SMALL_LOADS, SMALL_LOADS + 30
    with stores.open(root) as store:
        assert ids(store) in (set(map(str, range(before))), set(map(str, range(after))))
    load(root, SMALL_LOADS, 30)
    with stores.open(root) as store:
        assert ids(store) == set(map(str, range(after)))
        with store.ledger.reading() as connection:
            known = manifest.known_paths(connection)
        on_disk = {
            path.relative_to(root).as_posix() for name in folder.FACTS for path in (root / name).rglob("*.*")
        }
        assert on_disk == known - {""}, on_disk ^ known


def ids(store: stores.Store) -> set[str]:
    files = store.source().events["order"]
    found = [name for file in files for name in pq.read_table(file.path, use_threads=False)["id"].to_pylist()]
    assert len(found) == len(set(found)) == sum(file.rows for file in files)
    return set(found)


def main(place: Path) -> None:
    base = place / "base"
    assert in_first_child(lambda: prepare(base)) == 0
    kills, number, ended = 0, 0, signal.SIGKILL
    while ended == signal.SIGKILL:
        number += 1
        copy = place / f"copy-{number}"
        copy_workspace(base, copy)
        ended = in_child(lambda copy=copy, number=number: (die_at(number), load(copy, SMALL_LOADS, 30)))
        assert in_child(lambda copy=copy: look(copy)) == 0, f"killed at write {number}"
        kills += ended == signal.SIGKILL
        shutil.rmtree(copy)
    assert ended == 0
    sys.stdout.write(str(kills))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
