"""The refused cells of a load, read again from the file that keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as parquet


def read_rejects(path: str | Path) -> Iterator[dict[str, object]]:
    """Each refused cell: `line`, `column`, `found`, `expected`, `message_fr`, `message_en`."""
    for batch in parquet.ParquetFile(path).iter_batches(batch_size=10_000):
        yield from batch.to_pylist()
