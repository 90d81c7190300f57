"""A copy of the ledger as it stands, taken while others use it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path


def copy_ledger(source: Path, target: Path) -> None:
    """Copy the SQLite ledger `source` to the new file `target`, in one consistent state."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)
