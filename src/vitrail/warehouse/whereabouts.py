"""Where the ledger of a workspace lies: in its folder, or in the database that a small file there names."""

from __future__ import annotations

import builtins
from pathlib import Path

from vitrail.ledger.address import (
    LedgerPlace,
    new_place,
    reachable,
    read_place,
    wanted_address,
    write_place,
)
from vitrail.ledger.copying import pour
from vitrail.ledger.database import Change, Ledger, Transaction, open_ledger
from vitrail.ledger.postgres import PostgresLedger, make_schema, open_postgres
from vitrail.ledger.upgrade import upgrade
from vitrail.warehouse import folder


def find_ledger(root: Path) -> Ledger | None:
    """The ledger of the workspace in a folder; None where there is none."""
    place = read_place(root / folder.PLACE)
    if place is not None:
        return _open(place)
    file = root / folder.LEDGER
    if not file.is_file():
        return None
    with builtins.open(file, "rb") as opened:
        return open_ledger(file) if opened.read(15) == b"SQLite format 3" else None


def make_ledger(root: Path, begin: Change) -> None:
    """Make the ledger of a new workspace, where the environment says; `begin` notes what it starts from.

    It is there once its file has its name in the folder.
    """

    def fill(connection: Transaction) -> None:
        upgrade(connection)
        begin(connection)

    address = wanted_address()
    if address is not None:
        temporary = root / folder.STAGING / folder.PLACE
        _make_elsewhere(new_place(address), temporary, fill=fill).close()
        folder.publish(temporary, root / folder.PLACE)
        return
    temporary = root / folder.STAGING / folder.LEDGER
    ledger = open_ledger(temporary)
    with ledger.writing() as connection:
        fill(connection)
    ledger.checkpoint()
    ledger.close()
    folder.publish(temporary, root / folder.LEDGER)


def move_where_wanted(root: Path) -> None:
    """Move the ledger of a folder that nobody uses yet to where the environment says ledgers are to lie."""
    address = wanted_address()
    if address is None or not (root / folder.LEDGER).is_file():
        return
    here = open_ledger(root / folder.LEDGER)
    there = _make_elsewhere(new_place(address), root / folder.PLACE, fill=upgrade)
    try:
        pour(here, there)
    finally:
        here.close()
        there.close()
    for suffix in ("", "-wal", "-shm"):
        (root / f"{folder.LEDGER}{suffix}").unlink(missing_ok=True)


def drop_elsewhere(root: Path) -> None:
    """Take the ledger of a folder that is being thrown away out of the database where it lies."""
    place = read_place(root / folder.PLACE)
    if place is not None:
        ledger = _open(place)
        ledger.drop()
        ledger.close()


def _make_elsewhere(place: LedgerPlace, file: Path, *, fill: Change) -> PostgresLedger:
    """A new ledger in a database. The file that names it comes first: what is named can be taken away."""
    write_place(file, place)
    ledger = _open(place)
    with ledger.writing() as connection:
        make_schema(connection, place.schema)
        fill(connection)
    return ledger


def _open(place: LedgerPlace) -> PostgresLedger:
    return open_postgres(reachable(place), place.schema)
