"""Taking a load of events back: files are written anew without its rows; whom it alone made known goes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger.database import Transaction
from vitrail.ledger.manifest import FileKind, StoredFile
from vitrail.ledger.standing import all_acts
from vitrail.warehouse.leaving import shelves, take_away_keys, written
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

KNOWING: tuple[FileKind, ...] = (
    "observation",
    "event",
    "record",
    "score",
    "consent",
    "identity",
    "canon",
    "snapshot",
)
"""Kinds of files that tell something of a profile besides its key."""


class Undone(msgspec.Struct, frozen=True):
    """Whose events went with a load, and how many customers went with them."""

    theirs: tuple[int, ...]
    forgotten: int = 0


Note = Callable[[Transaction, Undone], None]


class _Heard(Exception):
    """Somebody who was to be forgotten objected meanwhile: the step is taken again, and keeps them."""


def take_back(store: Store, name: str, *, load: int, note: Note) -> Undone:
    """Take the rows of one load out of the events of that name, with whom they alone made known, in one step.

    `note` says what else the ledger keeps of it in that step; where nothing is left to take it is not asked.
    """
    while True:
        try:
            return _taken_back(store, name, load=load, note=note)
        except _Heard:
            continue


def _taken_back(store: Store, name: str, *, load: int, note: Note) -> Undone:
    with store.writing() as writer:
        theirs = BitMap()
        for shelf, files in shelves(writer, ("event",)).items():
            for number, file in enumerate(files) if shelf.name == name else ():
                theirs |= _rewrite(writer, shelf, file=file, load=(load, number))
        if not theirs:
            return Undone(())
        writer.touch(theirs)
        unknown = _unknown(writer, theirs)
        undone = Undone(tuple(theirs), take_away_keys(writer, unknown))
        writer.note(lambda connection: _check_silent(connection, unknown))
        writer.note(lambda connection: note(connection, undone))
        writer.commit(writer.catalogue)
    return undone


def _check_silent(connection: Transaction, profiles: list[int]) -> None:
    """In the step that takes the keys away: whoever objected since they were looked at keeps theirs."""
    if any(each.act is not None for each in all_acts(connection, profiles=profiles)):
        raise _Heard


def _unknown(writer: Writer, profiles: BitMap) -> list[int]:
    """Those of some profiles of whom nothing but the key is known in the snapshot in the making.

    Who objected or asked for a restriction is known: what they asked for is not lost with their key.
    """
    acts = writer.look(lambda connection: tuple(all_acts(connection, profiles=list(profiles))))
    left = set(profiles) - {each.act.profile for each in acts if each.act is not None}
    for path in writer.standing_of(KNOWING):
        if not left:
            break
        found = pq.read_table(path, columns=["profile"], filters=[("profile", "in", sorted(left))])
        left -= set(np.unique(found.column("profile").to_numpy()).tolist())
    return sorted(left)


def _rewrite(writer: Writer, shelf: Shelf, *, file: StoredFile, load: tuple[int, int]) -> BitMap:
    """One file without the rows of a load, in the place of the one that holds some."""
    asked, number = load
    path = writer.root / file.path
    if "load" not in pq.read_schema(path).names:
        return BitMap()
    mine = pq.read_table(path, columns=["profile"], filters=[("load", "=", asked)])
    if not mine.num_rows:
        return BitMap()
    new = writer.staged(f"taken-back-{number}.parquet")
    with pq.ParquetFile(path) as source:
        batches = source.iter_batches(batch_size=ROWS_PER_GROUP)
        rows = written(new, source.schema_arrow, batches=(_others(each, asked) for each in batches))
    if rows:
        writer.add(shelf, new, rows=rows, bounds=bounds_of(new))
    else:
        new.unlink()
    writer.remove([file])
    return BitMap(mine.column("profile").to_numpy())


def _others(batch: pa.RecordBatch, load: int) -> pa.RecordBatch:
    """The rows that other loads brought."""
    mine = pc.fill_null(pc.equal(batch.column("load"), load), False)
    return batch.filter(pc.invert(mine))
