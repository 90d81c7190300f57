"""Keeping files few: the small ones a shelf gathers, load after load, are merged from time to time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from pyroaring import BitMap

from vitrail.ledger import manifest
from vitrail.ledger.manifest import StoredFile, Version
from vitrail.model.errors import Bug
from vitrail.warehouse import prints, slices
from vitrail.warehouse.scratch import Scratch, listed, statement
from vitrail.warehouse.shelves import columns_of, order_of
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

CROWD = 20
"""More small files than this on one shelf are merged: 20 cost a full evaluation 13 %, 200 cost 78 %."""

SMALL_ROWS = 1_000_000
SMALL_QUARANTINE = 20_000
"""Files of quarantined messages stay small enough to be read whole."""


def compact(writer: Writer) -> Version:
    """Merge the small files of crowded shelves, as a snapshot of its own; large files are left alone."""
    crowds = {shelf: crowd(shelf, writer.stored(shelf)) for shelf in shelves(writer)}
    crowded = {shelf: files for shelf, files in crowds.items() if files}
    touched = writer.stored(Shelf("touched"))
    if not crowded and len(touched) <= CROWD:
        return writer.version
    with writer.scratch() as scratch:
        for shelf, files in crowded.items():
            if shelf.kind == "message":
                _merge_prints(writer, shelf, files=files)
            else:
                _merge(writer, scratch, shelf=shelf, files=files)
    if len(touched) > CROWD:
        _gather_touched(writer, touched)
    return writer.commit(writer.catalogue)


def shelves(writer: Writer) -> tuple[Shelf, ...]:
    """The shelves that hold files now."""
    found = {(file.kind, file.name): file.path.rsplit("/", 1)[0] for file in writer.files}
    return tuple(
        Shelf(kind, name, folder.split("/")[1] if "/" in folder else "")
        for (kind, name), folder in found.items()
        if kind != "touched"
    )


def crowd(shelf: Shelf, files: Sequence[StoredFile]) -> tuple[StoredFile, ...]:
    """The files of a shelf to merge; none when it is not crowded.

    Snapshots replace each other in order: only the last ones, without a gap, may be merged.
    """
    if shelf.kind == "snapshot":
        return _last_of(files) if len(files) > CROWD else ()
    if shelf.kind == "message":
        return tuple(files[place] for place in prints.family([file.rows for file in files]))
    limit = SMALL_QUARANTINE if shelf.kind == "quarantine" else SMALL_ROWS
    small = sorted((file for file in files if file.rows < limit), key=lambda file: file.rows)
    return tuple(small[:CROWD]) if len(small) > CROWD else ()


def _last_of(files: Sequence[StoredFile]) -> tuple[StoredFile, ...]:
    """The last files, back to the first one that is larger than all that follow it together."""
    start = len(files) - CROWD
    gathered = sum(file.rows for file in files[start:])
    while start > 0 and files[start - 1].rows <= gathered:
        start -= 1
        gathered += files[start].rows
    return tuple(files[start:])


def _merge(writer: Writer, scratch: Scratch, *, shelf: Shelf, files: Sequence[StoredFile]) -> None:
    columns = columns_of(writer.catalogue, shelf)
    scratch.view("crowd", [writer.root / file.path for file in files], columns=columns)
    path = writer.staged("crowd.parquet")
    if shelf.kind == "event" and sum(file.rows for file in files) > slices.TARGET_ROWS:
        _merge_by_time(writer, scratch, shelf=shelf, columns=columns)
    else:
        rows = scratch.write(_query(shelf, columns), path)
        writer.add(shelf, path, rows=rows, bounds=bounds_of(path))
    writer.remove(files)


def _merge_prints(writer: Writer, shelf: Shelf, *, files: Sequence[StoredFile]) -> None:
    path = writer.staged("crowd" + prints.SUFFIX)
    rows = prints.merge_runs([writer.root / file.path for file in files], path)
    writer.add(shelf, path, rows=rows)
    writer.remove(files)


def _gather_touched(writer: Writer, files: Sequence[StoredFile]) -> None:
    """One file for all that the last refresh has not seen; what it has seen nobody asks for again."""
    seen = writer.look(manifest.touched_before_last_run)
    unseen = [file for file in files if file.id not in seen]
    if len(unseen) > CROWD:
        sets = (BitMap.deserialize((writer.root / file.path).read_bytes()) for file in unseen)
        writer.touch(BitMap.union(BitMap(), *sets))
        writer.remove(files)
    else:
        writer.remove([file for file in files if file.id in seen])


def _merge_by_time(writer: Writer, scratch: Scratch, *, shelf: Shelf, columns: dict[str, str]) -> None:
    for number, part in enumerate(slices.cut(scratch, "crowd")):
        path = writer.staged(f"crowd-{number}.parquet")
        parts = {"columns": listed(list(columns)), "order": listed(order_of(shelf))}
        rows = scratch.write(statement(_STRETCH, **parts), path, start=part.start_us, end=part.end_us)
        writer.add(shelf, path, rows=rows, bounds=bounds_of(path))


def _query(shelf: Shelf, columns: dict[str, str]) -> str:
    parts = {"columns": listed(list(columns)), "order": listed(order_of(shelf))}
    match shelf.kind:
        case "first_seen":
            return _EARLIEST
        case "snapshot":
            return statement(_LATEST, **parts)
        case (
            "keys"
            | "identity"
            | "canon"
            | "observation"
            | "event"
            | "record"
            | "score"
            | "consent"
            | "quarantine"
        ):
            return statement(_ALL, **parts)
        case "touched" | "message":
            raise Bug(f"{shelf.kind} files are not merged by a query")
        case _:
            assert_never(shelf.kind)


_ALL = "SELECT $columns FROM crowd ORDER BY $order"
_STRETCH = "SELECT $columns FROM crowd WHERE at_us >= $$start AND at_us < $$end ORDER BY $order"
_EARLIEST = "SELECT profile, min(at_us) AS at_us FROM crowd GROUP BY profile ORDER BY profile"
_LATEST = """
SELECT $columns FROM crowd
QUALIFY row_number() OVER (PARTITION BY profile ORDER BY "file~" DESC) = 1 ORDER BY $order
"""
