"""The folder of a workspace: files that are there whole or not at all, and clearing what is left over."""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Set
from contextlib import contextmanager, suppress
from pathlib import Path

LEDGER = "ledger.sqlite"
PLACE = "ledger.json"
"""The file that names the database of a ledger that lies elsewhere."""

WRITER = "writer"
ERASURES = "erasures"
STAGING = "staging"
TASKS = "tasks"
"""Files that were brought in, and how far long work is."""

COLUMNS = "columns"
OPEN = ".arrow"
UNFINISHED_SECONDS = 3_600
FACTS = (
    "profiles",
    "observations",
    "events",
    "records",
    "consents",
    "scores",
    "touched",
    "memberships",
    "rejects",
    "messages",
    "quarantine",
)


def columns_of(path: str) -> str:
    """The folder where the columns of a file may be laid open; both relative to the workspace."""
    return f"{COLUMNS}/{path}"


def publish(temporary: Path, target: Path) -> None:
    """Give a finished file its name: on disk first, then renamed, then the rename on disk.

    The directory of `target` is made when it is missing.
    """
    _make_directory(target.parent)
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(temporary, target)
    sync_directory(target.parent)


def write_bytes(content: bytes, target: Path, *, staging: Path) -> None:
    """Write a small file whole or not at all."""
    temporary = staging / target.name
    temporary.write_bytes(content)
    publish(temporary, target)


@contextmanager
def only_one(lock: Path) -> Iterator[None]:
    """Be the only one that holds a lock, among the processes and threads of a machine; waits for its turn."""
    with lock.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def sweep(root: Path, known: Set[str]) -> None:
    """Delete what a killed writer left: staging, and files the ledger does not name.

    Only the sole writer may call it.
    """
    for entry in (root / STAGING).iterdir():
        shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    for name in FACTS:
        for path in (root / name).rglob("*"):
            if path.is_file() and path.relative_to(root).as_posix() not in known:
                path.unlink()
    _sweep_columns(root, known)


def delete(root: Path, path: str) -> None:
    """Delete a file and what was laid open of it."""
    shutil.rmtree(root / columns_of(path), ignore_errors=True)
    (root / path).unlink(missing_ok=True)


def _sweep_columns(root: Path, known: Set[str]) -> None:
    """Delete the open columns of files that are gone, and those a killed program did not finish."""
    place = root / COLUMNS
    for opened in place.rglob("*.parquet"):
        if opened.relative_to(place).as_posix() not in known:
            shutil.rmtree(opened, ignore_errors=True)
        else:
            _delete_unfinished(opened)


def _delete_unfinished(opened: Path) -> None:
    """Readers lay columns open too: what was begun lately may still be finished."""
    for path in opened.iterdir():
        with suppress(FileNotFoundError):
            if path.suffix != OPEN and time.time() - path.stat().st_mtime > UNFINISHED_SECONDS:
                path.unlink()


def clear(root: Path) -> None:
    """Delete the files a writer staged: what it published is elsewhere, and people's data do not linger."""
    for entry in (root / STAGING).iterdir():
        if not entry.is_dir():
            entry.unlink(missing_ok=True)


def _make_directory(directory: Path) -> None:
    if directory.is_dir():
        return
    _make_directory(directory.parent)
    directory.mkdir(exist_ok=True)
    sync_directory(directory.parent)


def sync_directory(directory: Path) -> None:
    """Have the names in a folder on disk."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
