"""Some columns of files that need not all have them: what a file never heard of is unknown in its rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pyarrow as pa
import pyarrow.parquet as pq


def read_columns(paths: Iterable[str], names: Sequence[str]) -> pa.Table:
    """The columns of these names, of all files one below the other; there is one file at least."""
    tables = [_read(path, names) for path in paths]
    return pa.concat_tables(tables, promote_options="default").select(list(names))


def _read(path: str, names: Sequence[str]) -> pa.Table:
    with pq.ParquetFile(path) as file:
        here = frozenset(file.schema_arrow.names)
        found = file.read(columns=[name for name in names if name in here])
    for name in names:
        if name not in here:
            found = found.append_column(name, pa.nulls(found.num_rows))
    return found
