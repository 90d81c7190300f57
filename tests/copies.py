"""Copies of a workspace with its ledger, wherever that lies."""

import shutil
from collections.abc import Callable
from pathlib import Path

from vitrail.ledger.address import reachable, read_place, wanted_address
from vitrail.ledger.copying import write_out
from vitrail.ledger.postgres import open_postgres
from vitrail.warehouse import folder
from vitrail.warehouse.whereabouts import move_where_wanted


def copy_workspace(source: Path, target: Path) -> Path:
    shutil.copytree(source, target)
    place = read_place(target / folder.PLACE)
    if place is not None:
        ledger = open_postgres(reachable(place), place.schema)
        (target / folder.PLACE).unlink()
        write_out(ledger, target / folder.LEDGER)
        ledger.close()
        move_where_wanted(target)
    return target


class Mould:
    """A workspace that is made once, of which each test has a copy.

    On PostgreSQL, where a copy costs more than it spares, it is made each time.
    """

    def __init__(self, folder: Path, make: Callable[[Path], object]) -> None:
        self._first = folder / "first"
        self._make = make

    def cast(self, root: Path) -> Path:
        """One more such workspace, in a folder that is not there yet."""
        if wanted_address() is not None:
            self._make(root)
            return root
        if not self._first.exists():
            self._make(self._first)
        return copy_workspace(self._first, root)
