"""Events that grew too old: counting those before an instant, and writing the files anew without them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.ledger.manifest import StoredFile
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse.leaving import files_in_force
from vitrail.warehouse.scratch import ROWS_PER_GROUP
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Shelf, bounds_of


def count_older(store: Store, name: str, *, before_us: int) -> int:
    """How many events of a name happened before an instant."""
    return sum(
        _older(store.path, file, before_us=before_us) for file in _holding(store, name, before_us=before_us)
    )


def take_out_older(store: Store, name: str, *, before_us: int) -> int:
    """Take the events of a name before an instant away, in one step; answers how many there were.

    Those whose events they were are looked at by the next refresh. It may be called again at any time.
    """
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
    with pq.ParquetFile(source) as old, pq.ParquetWriter(target, old.schema_arrow, compression="zstd") as new:
        for batch in old.iter_batches(batch_size=ROWS_PER_GROUP):
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
