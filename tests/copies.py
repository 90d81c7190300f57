"""A copy of a workspace with its ledger, wherever that lies."""

import shutil
from pathlib import Path

from vitrail.ledger.address import reachable, read_place
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
