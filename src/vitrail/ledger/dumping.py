"""Every cell of a database, whatever its tables: for the search at the end of an erasure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import Connection, Select, create_engine, inspect, literal_column, select, table
from sqlalchemy.pool import NullPool

AT_ONCE = 10_000


def every_row(path: Path) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The name of the table and the cells of each row of a SQLite file, without changing anything."""
    address = f"sqlite:///file:{quote(str(path))}?mode=ro&uri=true"
    engine = create_engine(address, poolclass=NullPool)
    with engine.connect() as connection:
        yield from rows_of(connection)
    engine.dispose()


def rows_of(connection: Connection) -> Iterator[tuple[str, tuple[object, ...]]]:
    """The same of whatever a connection reads."""
    for name in inspect(connection).get_table_names():
        query: Select[tuple[object, ...]] = select(literal_column("*")).select_from(table(name))
        for row in connection.execute(query.execution_options(yield_per=AT_ONCE)):
            yield name, tuple(row)
