"""The refused rows as they stood in their file, kept beside the reasons, to be repaired and come back."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitrail.collect.files.rows import Part
from vitrail.collect.reading import Input
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.scratch import Scratch

NAMES = b"names"
_CELLS = pa.schema([("line", pa.int64()), ("cells", pa.list_(pa.string()))])
_REASONS = {"line": "BIGINT", "column": "VARCHAR", "found": "VARCHAR", "expected": "VARCHAR",
            "message_fr": "VARCHAR", "message_en": "VARCHAR"}  # fmt: skip
_JOINED = """
SELECT r.* EXCLUDE ("file~"), o.cells
FROM refused r LEFT JOIN originals o USING (line) ORDER BY line, "column"
"""


def keep_cells(path: Path, opened: Input, *, scratch: Scratch) -> None:
    """Add to a file of refusals, if there is one, the cells of each line, read once more from the input."""
    if opened.file is None or not path.exists():
        return
    lines = np.unique(pq.read_table(path, columns=["line"]).column("line").to_numpy())
    cells, joined = path.with_suffix(".cells"), path.with_suffix(".joined")
    with pq.ParquetWriter(cells, _CELLS, **PACKED) as file:
        for part in opened.whole():
            file.write_table(_wanted(part, lines))
    scratch.view("refused", [path], columns=_REASONS)
    scratch.view("originals", [cells], columns={"line": "BIGINT", "cells": "VARCHAR[]"})
    scratch.write(_JOINED, joined)
    _name_columns(joined, path, names=opened.whole_names)
    cells.unlink()
    joined.unlink()


def _wanted(part: Part, lines: NDArray[np.int64]) -> pa.Table:
    """The cells of the refused lines among some rows."""
    mask = np.isin(part.lines, lines)
    columns = [_texts(column.filter(pa.array(mask))) for column in part.columns]
    rows = [list(row) for row in zip(*columns, strict=True)]
    numbers = [*part.lines[mask].tolist(), *(each.line for each in part.broken)]
    return pa.table([numbers, [*rows, *(list(each.cells) for each in part.broken)]], schema=_CELLS)


def _texts(column: pa.Array) -> list[str]:
    return ["" if value is None else str(value) for value in column.to_pylist()]


def _name_columns(source: Path, target: Path, *, names: tuple[str, ...]) -> None:
    """Write the file anew, with the header of the input in its notes."""
    temporary = target.with_suffix(".named")
    file = pq.ParquetFile(source)
    schema = file.schema_arrow.with_metadata({NAMES: msgspec.json.encode(names)})
    with pq.ParquetWriter(temporary, schema, **PACKED) as writer:
        for batch in file.iter_batches(batch_size=50_000):
            writer.write_batch(batch.replace_schema_metadata(schema.metadata))
    os.replace(temporary, target)
