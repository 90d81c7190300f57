"""Whole numbers that become decimals: the files that hold them are written anew, in the next snapshot."""

from __future__ import annotations

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.ledger.manifest import FileKind, StoredFile
from vitrail.warehouse.columns import arrow_type
from vitrail.warehouse.leaving import rows_in, shelves, written
from vitrail.warehouse.writer import Shelf, Writer, bounds_of

LIMIT = 10**14
"""A decimal has fourteen figures before its mark."""

WIDE = pa.decimal128(23, 4)
TRAITS: tuple[FileKind, ...] = ("observation", "snapshot")
_NAMED_BY_CONTENT = "^[0-9a-f]{20}(-[0-9]+)?$"
"""The ids of rows whose load named no key: they come from what the rows say."""


class Widening(msgspec.Struct, frozen=True):
    """A column to widen: of the traits, or of the events or records of a name."""

    column: str
    kinds: tuple[FileKind, ...] = TRAITS
    name: str = ""


def may_widen(writer: Writer, widening: Widening) -> bool:
    """Whether every whole number of a column is a decimal as well, and no row is known again by saying it."""
    files = [file for each in _shelves(writer, widening).values() for file in each]
    return all(_fits(writer, file, column=widening.column) for file in files)


def widen(writer: Writer, widening: Widening) -> None:
    """Write the files anew, with the whole numbers of a column as decimals."""
    for shelf, files in _shelves(writer, widening).items():
        _widen_shelf(writer, shelf, files=files, column=widening.column)


def _shelves(writer: Writer, widening: Widening) -> dict[Shelf, list[StoredFile]]:
    found = shelves(writer, widening.kinds)
    return {shelf: files for shelf, files in found.items() if shelf.name == widening.name}


def _widen_shelf(writer: Writer, shelf: Shelf, *, files: list[StoredFile], column: str) -> None:
    """Snapshots replace each other in order: all after the first one that changes are written anew, too."""
    holding = [_holds(writer, file, column=column) for file in files]
    if shelf.kind == "snapshot" and True in holding:
        first = holding.index(True)
        holding = [place >= first for place in range(len(files))]
    concerned = [file for file, holds in zip(files, holding, strict=True) if holds]
    for number, file in enumerate(concerned):
        path = writer.staged(f"widened-{shelf.kind}-{column}-{number}.parquet")
        with pq.ParquetFile(writer.root / file.path) as source:
            schema = _widened_schema(source.schema_arrow, column)
            rows = written(
                path, schema, batches=(_as_decimals(each, schema, column=column) for each in rows_in(source))
            )
        writer.add(shelf, path, rows=rows, bounds=bounds_of(path))
    writer.remove(concerned)


def _as_decimals(batch: pa.RecordBatch, schema: pa.Schema, *, column: str) -> pa.RecordBatch:
    place = schema.get_field_index(column)
    if place < 0:
        return batch
    wide = batch.column(place).cast(WIDE).cast(schema.field(place).type)
    return batch.set_column(place, schema.field(place), wide)


def _widened_schema(schema: pa.Schema, column: str) -> pa.Schema:
    if column not in schema.names:
        return schema
    place = schema.get_field_index(column)
    return schema.set(place, schema.field(place).with_type(arrow_type("decimal")))


def _holds(writer: Writer, file: StoredFile, *, column: str) -> bool:
    return column in pq.read_schema(writer.root / file.path).names


def _fits(writer: Writer, file: StoredFile, *, column: str) -> bool:
    if not _holds(writer, file, column=column):
        return True
    wanted = [column, *(["id"] if file.kind == "event" else [])]
    with pq.ParquetFile(writer.root / file.path) as source:
        every = source.iter_batches(columns=wanted)
        return all(_is_small(each.column(column)) and not _is_named(each) for each in every)


def _is_small(numbers: pa.Array) -> bool:
    ends = pc.min_max(numbers).as_py()
    return ends["min"] is None or (ends["min"] > -LIMIT and ends["max"] < LIMIT)


def _is_named(batch: pa.RecordBatch) -> bool:
    if "id" not in batch.schema.names:
        return False
    ids = batch.column("id").cast(pa.string())
    return bool(pc.any(pc.match_substring_regex(ids, _NAMED_BY_CONTENT), min_count=0).as_py())
