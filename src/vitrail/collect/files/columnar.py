"""Parquet files: their columns have types already."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.files.limits import Limits
from vitrail.collect.files.rows import Look, Part
from vitrail.collect.files.separated import too_wide
from vitrail.collect.files.unpacking import Content
from vitrail.model.errors import UserError, refuse

ROWS = 131_072


class Columnar(msgspec.Struct, frozen=True):
    """A Parquet file; its rows can be read several times."""

    content: Content
    limits: Limits
    look: Look
    types: tuple[pa.DataType, ...]

    def parts(self) -> Iterator[Part]:
        """The rows, in order, numbered from 1."""
        first = 1
        with self.content.seekable(self.limits) as source:
            try:
                # Arrow would keep all it read ahead: the whole file in the end.
                file = pq.ParquetFile(source, pre_buffer=False)
                for batch in file.iter_batches(batch_size=ROWS):
                    lines = np.arange(first, first + batch.num_rows, dtype=np.int64)
                    first += batch.num_rows
                    yield Part(tuple(batch.columns), lines)
            except (pa.ArrowException, OSError) as error:
                raise not_parquet(self.content.path.name) from error


def look_at_parquet(content: Content, *, limits: Limits) -> Columnar:
    """Read the names and the types of the columns."""
    with content.seekable(limits) as source:
        try:
            file = pq.ParquetFile(source, pre_buffer=False)
            schema, rows = file.schema_arrow, file.metadata.num_rows
        except (pa.ArrowException, OSError) as error:
            raise not_parquet(content.path.name) from error
    if len(schema.names) > limits.columns:
        raise too_wide(content.path.name, len(schema.names))
    look = Look("parquet", tuple(schema.names), texts=False, total=rows)
    return Columnar(content, limits, look, tuple(schema.types))


def not_parquet(name: str) -> UserError:
    """The refusal of a Parquet file that is cut or broken."""
    return refuse(
        "not_parquet",
        fr=f"« {name} » n’est pas un fichier Parquet entier : il a sans doute été mal copié. "
        "Rien n’a été chargé.",
        en=f"“{name}” is not a whole Parquet file: it was probably copied badly. Nothing was loaded.",
    )
