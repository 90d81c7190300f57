"""What grew too old: counting events and records of before an instant, and writing files without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger import manifest
from vitrail.ledger.manifest import ALWAYS, StoredFile
from vitrail.model.catalogue import Catalogue
from vitrail.model.retention import DataKind
from vitrail.warehouse.leaving import files_in_force, rows_in, written
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

NEVER_US = 2**63 - 1
"""What nobody knows the age of is not old."""

Instants = npt.NDArray[np.int64]


class Aging(Protocol):
    """A kind of data that goes by its age: `take_out` may be called again at any time."""

    kind: DataKind

    def count(self, store: Store, name: str, *, before_us: int) -> int:
        """How many there are of before an instant."""

    def take_out(self, store: Store, name: str, *, before_us: int) -> int:
        """Take them away in one step; answers how many there were."""


class AgingEvents:
    """Events, by when they happened."""

    kind: DataKind = "events"

    def count(self, store: Store, name: str, *, before_us: int) -> int:
        """How many events of a name happened before an instant."""
        holding = _holding(store, name, before_us=before_us)
        return sum(_older(store.path, file, before_us=before_us) for file in holding)

    def take_out(self, store: Store, name: str, *, before_us: int) -> int:
        """Take the events of a name before an instant away.

        Those whose events they were are looked at by the next refresh.
        """
        return _take_out_events(store, name, before_us=before_us)


class AgingRecords:
    """Records, whole, by when they last changed; those without a date, by when they were loaded."""

    kind: DataKind = "records"

    def count(self, store: Store, name: str, *, before_us: int) -> int:
        """How many records of a collection did not change since an instant."""
        files = [each for each in files_in_force(store, ("record",)) if each.name == name]
        return len(
            _unchanged([store.path / each.path for each in files], loads_of(store), before_us=before_us)
        )

    def take_out(self, store: Store, name: str, *, before_us: int) -> int:
        """Take these records away with all their versions."""
        loads = loads_of(store)
        with store.writing() as writer:
            shelf = Shelf("record", name, _column(writer.catalogue, name))
            files = writer.stored(shelf)
            old = _unchanged([writer.root / each.path for each in files], loads, before_us=before_us)
            if len(old):
                writer.touch(_leave_records(writer, shelf, old=old))
                writer.commit(writer.catalogue)
        return len(old)


class Loads:
    """When each load came: the age of what has no date of its own."""

    def __init__(self, received: Sequence[tuple[int, int]]) -> None:
        self._numbers = np.array([number for number, _ in received], np.int64)
        self._at_us = np.array([at_us for _, at_us in received], np.int64)

    def ages(self, rows: pa.RecordBatch | pa.Table) -> Instants:
        """Since when each row holds: its own date, or that of its load; never, where neither is known."""
        at_us = _numbers(rows["at_us"])
        names = rows.schema.names
        load = _numbers(pc.fill_null(rows["load"], -1)) if "load" in names else np.full(len(at_us), -1)
        place = np.minimum(np.searchsorted(self._numbers, load), max(0, len(self._numbers) - 1))
        if not len(self._numbers):
            return np.where(at_us == ALWAYS, NEVER_US, at_us)
        came = np.where(self._numbers[place] == load, self._at_us[place], NEVER_US)
        return np.where(at_us == ALWAYS, came, at_us)


def loads_of(store: Store) -> Loads:
    """When each load of a workspace came."""
    with store.ledger.reading() as connection:
        return Loads(sorted((each.id, each.received_at_us) for each in manifest.all_loads(connection)))


def _numbers(column: pa.Array | pa.ChunkedArray) -> Instants:
    found: Instants = (
        column.to_numpy(zero_copy_only=False) if isinstance(column, pa.Array) else column.to_numpy()
    )
    return found.astype(np.int64)


def _unchanged(paths: Sequence[Path], loads: Loads, *, before_us: int) -> pa.Array:
    """The ids of the records whose newest version is older than an instant."""
    parts = [pa.table({"id": pa.array([], pa.string()), "age": pa.array([], pa.int64())})]
    for path in paths:
        known = [name for name in ("id", "at_us", "load") if name in pq.read_schema(path).names]
        rows = pq.read_table(path, columns=known)
        parts.append(pa.table({"id": rows["id"].cast(pa.string()), "age": loads.ages(rows)}))
    newest = pa.concat_tables(parts).group_by("id").aggregate([("age", "max")])
    old = newest.filter(pc.less(newest["age_max"], before_us))
    return old["id"].combine_chunks()


def _leave_records(writer: Writer, shelf: Shelf, *, old: pa.Array) -> BitMap:
    """Write the files anew without some records; answers whose they were."""
    whose = BitMap()
    for number, file in enumerate(writer.stored(shelf)):
        with pq.ParquetFile(writer.root / file.path) as source:
            ids = source.read(columns=["id", "profile"])
            gone = ids.filter(pc.is_in(ids["id"].cast(pa.string()), value_set=old))
            if not gone.num_rows:
                continue
            whose |= BitMap(np.unique(_numbers(gone["profile"])).astype(np.uint32))
            path = writer.staged(f"records-{number}.parquet")
            batches = (_others(each, old) for each in rows_in(source))
            rows = written(path, source.schema_arrow, batches=batches)
        writer.add(shelf, path, rows=rows, bounds=bounds_of(path))
        writer.remove((file,))
    return whose


def _others(batch: pa.RecordBatch, old: pa.Array) -> pa.RecordBatch:
    kept: pa.RecordBatch = batch.filter(pc.invert(pc.is_in(batch["id"].cast(pa.string()), value_set=old)))
    return kept


def _take_out_events(store: Store, name: str, *, before_us: int) -> int:
    with store.writing() as writer:
        shelf = Shelf("event", name, _column(writer.catalogue, name))
        files = [each for each in writer.stored(shelf) if each.first_us < before_us]
        removed, whose = 0, BitMap()
        for number, file in enumerate(files):
            path = writer.staged(f"young-{number}.parquet")
            rows, gone = _write_younger(writer.root / file.path, path, before_us=before_us)
            removed += file.rows - rows
            whose |= gone
            writer.add(shelf, path, rows=rows, bounds=bounds_of(path))
        if removed:
            writer.remove(files)
            writer.touch(whose)
            writer.commit(writer.catalogue)
    return removed


def _holding(store: Store, name: str, *, before_us: int) -> Iterator[StoredFile]:
    for file in files_in_force(store, ("event",)):
        if file.name == name and file.first_us < before_us:
            yield file


def _older(root: Path, file: StoredFile, *, before_us: int) -> int:
    if file.last_us < before_us:
        return file.rows
    at = pq.read_table(root / file.path, columns=["at_us"]).column("at_us")
    return int(pc.sum(pc.less(at, before_us)).as_py() or 0)


def _write_younger(source: Path, target: Path, *, before_us: int) -> tuple[int, BitMap]:
    """The rows from the instant on, in their order; how many, and whose the others were."""
    rows, gone = 0, BitMap()
    with pq.ParquetFile(source) as old, pq.ParquetWriter(target, old.schema_arrow, **PACKED) as new:
        for batch in rows_in(old):
            young = pc.greater_equal(batch.column("at_us"), before_us)
            leaving = batch.filter(pc.invert(young)).column("profile")
            gone |= BitMap(np.unique(leaving.to_numpy(zero_copy_only=False)).astype(np.uint32))
            kept: pa.RecordBatch = batch.filter(young)
            if kept.num_rows:
                new.write_batch(kept, row_group_size=ROWS_PER_GROUP)
                rows += kept.num_rows
    return rows, gone


def _column(catalogue: Catalogue, name: str) -> str:
    return catalogue.collections[name].column
