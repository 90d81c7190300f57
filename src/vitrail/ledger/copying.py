"""Copies of a ledger: of a file as it stands, and of all rows from one database to another."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, MetaData, Table, insert, select

from vitrail.ledger.database import Ledger, current_migration, open_ledger
from vitrail.ledger.dumping import AT_ONCE
from vitrail.ledger.postgres import renumber
from vitrail.ledger.upgrade import upgrade
from vitrail.model.errors import Bug

MIGRATIONS = "alembic_version"


def copy_ledger(source: Path, target: Path) -> None:
    """Copy the SQLite ledger `source` to the new file `target`, in one consistent state."""
    with closing(sqlite3.connect(source)) as original, closing(sqlite3.connect(target)) as copy:
        original.backup(copy)


def write_out(ledger: Ledger, target: Path) -> None:
    """Copy a ledger, wherever it lies, to the new SQLite file `target`, in one consistent state."""
    if ledger.kind == "sqlite":
        copy_ledger(ledger.file, target)
        return
    target.write_bytes(_blank())
    copy = open_ledger(target)
    try:
        pour(ledger, copy)
        copy.checkpoint()
    finally:
        copy.close()


def pour(source: Ledger, target: Ledger) -> None:
    """Copy every row of a ledger to a new one of the same shape, in one consistent state."""
    if current_migration(source) != current_migration(target):
        raise Bug("the ledgers are not of the same shape")
    with source.reading() as origin, target.writing() as connection:
        shape = MetaData()
        shape.reflect(connection)
        for table in shape.sorted_tables:
            if table.name != MIGRATIONS:
                _pour(table, origin, target=connection)


def _pour(table: Table, origin: Connection, *, target: Connection) -> None:
    found = origin.execute(select(table).execution_options(yield_per=AT_ONCE))
    for rows in found.mappings().partitions():
        target.execute(insert(table), [dict(row) for row in rows])
    if target.dialect.name == "postgresql":
        renumber(target, table)


@cache
def _blank() -> bytes:
    """A ledger with nothing in it, as a SQLite file."""
    with TemporaryDirectory(prefix="vitrail-ledger-") as place:
        file = Path(place) / "blank.sqlite"
        ledger = open_ledger(file)
        with ledger.writing() as connection:
            upgrade(connection)
        ledger.checkpoint()
        ledger.close()
        return file.read_bytes()
