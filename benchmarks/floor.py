"""The least that any answer about all events costs: read them once, one figure per profile."""

from __future__ import annotations

from vitrail.engine.duckdb import DuckDB
from vitrail.engine.source import Source

_FLOOR = "SELECT profile, max(at_us) AS latest FROM read_parquet($paths) GROUP BY profile"


def floor(source: Source, database: DuckDB) -> int:
    """Scan all events and group them by profile; answers how many profiles have one."""
    paths = [file.path for files in source.events.values() for file in files]
    return int(database.connection.sql(_FLOOR, params={"paths": paths}).to_arrow_table().num_rows)
