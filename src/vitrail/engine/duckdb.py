"""Running a plan with DuckDB, in memory over Parquet files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

import duckdb
import pyarrow as pa

from vitrail.engine.sql.statement import written
from vitrail.engine.sql.write import E

Progress = Callable[[int, int], None]
"""Told how many steps of how many are done."""

SECONDS_BETWEEN_TRIES = 0.05
"""A question can be broken off only once it has begun: who closes tries again until nobody asks any more."""


class DuckDB:
    """One in-memory database; closes with `close`. One thread asks at a time, the others wait for `lock`."""

    def __init__(
        self, *, memory: str = "2GB", threads: int | None = None, scratch: str | None = None
    ) -> None:
        self.connection = duckdb.connect(":memory:")
        self._settings(memory, threads=threads, scratch=scratch)
        self.lock = threading.RLock()

    def _settings(self, memory: str, *, threads: int | None, scratch: str | None) -> None:
        settings: dict[str, str] = {
            "memory_limit": f"'{memory}'",
            "python_enable_replacements": "false",
            "parquet_metadata_cache": "true",
            "preserve_insertion_order": "false",
        }
        if threads is not None:
            settings["threads"] = str(threads)
        if scratch is not None:
            quoted = scratch.replace("'", "''")
            settings["temp_directory"] = f"'{quoted}'"
        for name, value in settings.items():
            self.connection.execute(f"SET {name} = {value}")

    def rows(self, query: E, parameters: Mapping[str, str] | None = None) -> pa.Table:
        """The result of a query as an Arrow table."""
        statement = written(query, parameters)
        with self.lock:
            relation = self.connection.sql(statement.text, params=dict(statement.parameters) or None)
            return relation.to_arrow_table()

    def execute(self, query: E) -> None:
        """Run a statement that returns nothing."""
        with self.lock:
            self.connection.execute(written(query).text)

    def register(self, name: str, table: pa.Table) -> None:
        """Give a table a name that queries can read from."""
        self.connection.register(name, table)

    def forget(self, name: str) -> None:
        """Take a registered name back."""
        self.connection.unregister(name)

    def close(self) -> None:
        """Free the memory; a question that another thread is asking is broken off."""
        while not self.lock.acquire(timeout=SECONDS_BETWEEN_TRIES):
            self.connection.interrupt()
        try:
            self.connection.close()
        finally:
            self.lock.release()
