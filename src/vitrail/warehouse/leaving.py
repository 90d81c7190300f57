"""Taking profiles out of the files of facts: the files are written anew without them, in one snapshot.

A key becomes the empty text and its profile is first seen at the end of time: its number is never given
again, and nobody counts it any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger import manifest
from vitrail.ledger.manifest import ENDLESS, FileKind, StoredFile
from vitrail.warehouse.backup.making import clear_leftovers
from vitrail.warehouse.folder import delete
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

GONE = ""
"""The key of a profile that was erased: no load can bring it, since a key is never empty."""

KEYS, FIRST_SEEN = Shelf("keys"), Shelf("first_seen")
Profiles = Sequence[int]


def rows_of(store: Store, kinds: Sequence[FileKind], *, profiles: Profiles) -> Iterator[tuple[str, pa.Table]]:
    """What the files in force hold of some profiles: the name of the collection, and rows."""
    for file in files_in_force(store, kinds):
        table = pq.read_table(store.path / file.path, filters=_about(profiles))
        if table.num_rows:
            yield file.name, table


def count_rows(store: Store, kinds: Sequence[FileKind], *, profiles: Profiles) -> int:
    """How many rows the files in force hold of some profiles."""
    return sum(_count(store.path / file.path, profiles) for file in files_in_force(store, kinds))


def count_keys(store: Store, profiles: Profiles) -> int:
    """How many of some profiles still have a key."""
    return sum(_named(store.path / file.path, profiles) for file in files_in_force(store, ("keys",)))


def files_in_force(store: Store, kinds: Sequence[FileKind]) -> tuple[StoredFile, ...]:
    """The files of some kinds in the newest snapshot."""
    with store.ledger.reading() as connection:
        return tuple(file for file in manifest.files_in_force(connection) if file.kind in kinds)


def take_out(store: Store, kinds: Sequence[FileKind], *, profiles: Profiles) -> int:
    """Write the files of some kinds anew without the rows of some profiles; answers how many rows left."""
    with store.writing() as writer:
        removed = leave(writer, kinds, profiles=profiles)
        if removed:
            writer.touch(BitMap(profiles))
            writer.commit(writer.catalogue)
    return removed


def leave(writer: Writer, kinds: Sequence[FileKind], *, profiles: Profiles) -> int:
    """The same within the writer's next snapshot."""
    removed = 0
    for shelf, files in shelves(writer, kinds).items():
        concerned = _concerned(writer, files, profiles=profiles)
        removed += _rewrite(writer, shelf, files=concerned, profiles=profiles)
    return removed


def take_out_keys(store: Store, profiles: Profiles) -> int:
    """Take the keys of some profiles away, and let nobody count them any more."""
    with store.writing() as writer:
        named = take_away_keys(writer, profiles)
        if named:
            writer.commit(writer.catalogue)
    return named


def take_away_keys(writer: Writer, profiles: Profiles) -> int:
    """The same in the snapshot in the making; answers how many had a key."""
    held = {file: _named(writer.root / file.path, profiles) for file in writer.stored(KEYS)}
    files = [file for file, number in held.items() if number]
    for number, file in enumerate(files):
        path = writer.staged(f"keys-{number}.parquet")
        with pq.ParquetFile(writer.root / file.path) as source:
            rows = written(
                path, source.schema_arrow, batches=(_unnamed(each, profiles) for each in rows_in(source))
            )
        writer.add(KEYS, path, rows=rows)
    if files:
        writer.remove(files)
        _hide(writer, profiles)
        writer.touch(BitMap(profiles))
        writer.describe(erased=writer.version.erased + sum(held.values()))
    return sum(held.values())


def delete_left(store: Store) -> int:
    """Delete every file that left the snapshots, whoever may still hold it; answers how many."""
    clear_leftovers(store.path)
    with store.writing() as writer:
        with store.ledger.reading() as connection:
            left = manifest.expired_files(connection, before_us=ENDLESS)
        with store.ledger.writing() as connection:
            manifest.forget_files(connection, [file.id for file in left])
        for file in left:
            delete(writer.root, file.path)
    return len(left)


def _hide(writer: Writer, profiles: Profiles) -> None:
    """Let some profiles be first seen at the end of time."""
    files = _concerned(writer, writer.stored(FIRST_SEEN), profiles=profiles)
    _rewrite(writer, FIRST_SEEN, files=files, profiles=profiles)
    path = writer.staged("first_seen-gone.parquet")
    never = {"profile": pa.array(sorted(profiles), pa.int32()), "at_us": pa.repeat(ENDLESS, len(profiles))}
    pq.write_table(pa.table(never), path, **PACKED)
    writer.add(FIRST_SEEN, path, rows=len(profiles), bounds=bounds_of(path))


def shelves(writer: Writer, kinds: Sequence[FileKind]) -> dict[Shelf, list[StoredFile]]:
    """The files of some kinds, by the shelf they stand on."""
    found: dict[Shelf, list[StoredFile]] = {}
    for file in writer.files:
        if file.kind in kinds:
            folder = file.path.rsplit("/", 1)[0]
            shelf = Shelf(file.kind, file.name, folder.split("/")[1] if "/" in folder else "")
            found.setdefault(shelf, []).append(file)
    return found


def _concerned(writer: Writer, files: Sequence[StoredFile], *, profiles: Profiles) -> list[StoredFile]:
    """The files to write anew. Snapshots replace each other in order: all after the first one are, too."""
    held = [bool(_count(writer.root / file.path, profiles)) for file in files]
    if True in held and files[0].kind == "snapshot":
        return list(files[held.index(True) :])
    return [file for file, holds in zip(files, held, strict=True) if holds]


def _rewrite(writer: Writer, shelf: Shelf, *, files: Sequence[StoredFile], profiles: Profiles) -> int:
    removed = 0
    for number, file in enumerate(files):
        path = writer.staged(f"left-{shelf.kind}-{number}.parquet")
        with pq.ParquetFile(writer.root / file.path) as source:
            others = (_without(each, profiles) for each in rows_in(source))
            rows = written(path, source.schema_arrow, batches=others)
            removed += source.metadata.num_rows - rows
        writer.add(shelf, path, rows=rows, bounds=bounds_of(path))
    writer.remove(files)
    return removed


def rows_in(source: pq.ParquetFile) -> Iterator[pa.RecordBatch]:
    """The rows of a file, a row group at a time."""
    yield from source.iter_batches(batch_size=ROWS_PER_GROUP)


def written(path: Path, schema: pa.Schema, *, batches: Iterator[pa.RecordBatch]) -> int:
    """Write batches to a file; answers how many rows it has."""
    rows = 0
    with pq.ParquetWriter(path, schema, **PACKED) as file:
        for batch in batches:
            if batch.num_rows:
                file.write_batch(batch, row_group_size=ROWS_PER_GROUP)
                rows += batch.num_rows
    return rows


def _without(batch: pa.RecordBatch, profiles: Profiles) -> pa.RecordBatch:
    """The rows of others; in the file of merges, also without those merged into one of the profiles."""
    theirs = _is_of(batch.column("profile"), profiles)
    if "canonical" in batch.schema.names:
        theirs = theirs | _is_of(batch.column("canonical"), profiles)
    return batch.filter(pa.array(~theirs)) if theirs.any() else batch


def _unnamed(batch: pa.RecordBatch, profiles: Profiles) -> pa.RecordBatch:
    """The same keys, and the empty text for some profiles."""
    place = batch.schema.get_field_index("key")
    theirs = pa.array(_is_of(batch.column("profile"), profiles))
    keys = pc.if_else(theirs, pa.scalar(GONE, batch.schema.field("key").type), batch.column("key"))
    return batch.set_column(place, batch.schema.field("key"), keys)


def _is_of(column: pa.Array, profiles: Profiles) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.isin(column.to_numpy(zero_copy_only=False), np.array(profiles, dtype=np.int64))


def _count(path: Path, profiles: Profiles) -> int:
    rows: int = pq.read_table(path, columns=["profile"], filters=_about(profiles)).num_rows
    if "canonical" in pq.read_schema(path).names:
        merged = [("canonical", "in", list(profiles))]
        rows += pq.read_table(path, columns=["canonical"], filters=merged).num_rows
    return rows


def _named(path: Path, profiles: Profiles) -> int:
    keys = pq.read_table(path, columns=["profile", "key"], filters=_about(profiles)).column("key")
    return int(pc.sum(pc.not_equal(keys, GONE)).as_py() or 0)


def _about(profiles: Profiles) -> list[tuple[str, str, list[int]]]:
    return [("profile", "in", [int(each) for each in profiles])]
