"""A working database in memory, which spills into the workspace and reads and writes Parquet files."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from string import Template

import duckdb
import pyarrow as pa

ROWS_PER_GROUP = 122_880
MEMORY = "500MB"
AT_REST = "50MB"
"""How much it may use, and how much while it waits."""

Value = int | float | str | bool | None | Sequence[str]


def quoted(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Sequence[str], form: str = "$c") -> str:
    """Column names through a form in which `$c` stands for each, separated by commas.

    `listed(("a", "b"), "s.$c AS $c")` is `s."a" AS "a", s."b" AS "b"`.
    """
    return ", ".join(Template(form).substitute(c=quoted(name)) for name in names)


def joined(names: Sequence[str], form: str, *, by: str, otherwise: str) -> str:
    """Column names through a form, joined by a word (`AND`, `OR`); `otherwise` when there are none."""
    parts = [Template(form).substitute(c=quoted(name)) for name in names]
    return "(" + f" {by} ".join(parts) + ")" if parts else otherwise


def text(value: str) -> str:
    """A text as SQL writes it."""
    return "'" + value.replace("'", "''") + "'"


def statement(text: str, **parts: str) -> str:
    """SQL with the columns the catalogue names put in at `$part`; values go as parameters, never here."""
    return Template(text).substitute(parts)


class Scratch:
    """A working database: it owns one DuckDB in memory, whose large results spill into `folder`."""

    def __init__(self, folder: Path, *, memory: str = MEMORY) -> None:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": str(folder),
            "python_enable_replacements": "false",
            "threads": str(min(8, os.cpu_count() or 1)),
        }
        self._connection = duckdb.connect(":memory:", config=settings)
        self._memory = memory

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def run(self, sql: str, parameters: Mapping[str, Value] | None = None) -> None:
        """Do something that answers nothing."""
        self._connection.execute(sql, dict(parameters or {})).fetchall()

    def number(self, sql: str, parameters: Mapping[str, Value] | None = None) -> int:
        """Ask for one whole number; nothing counts as 0."""
        rows = self._connection.execute(sql, dict(parameters or {})).fetchall()
        return int(rows[0][0] or 0) if rows else 0

    def rows(self, sql: str, parameters: Mapping[str, Value] | None = None) -> list[tuple[object, ...]]:
        """Ask for a few rows."""
        return self._connection.execute(sql, dict(parameters or {})).fetchall()

    def table(self, sql: str, parameters: Mapping[str, Value] | None = None) -> pa.Table:
        """Ask for rows as an Arrow table."""
        return self._connection.sql(sql, params=dict(parameters or {})).to_arrow_table()

    def register(self, name: str, table: pa.Table) -> None:
        """Show an Arrow table under a name."""
        self._connection.register(name, table)

    def write(self, query: str, path: Path, **parameters: Value) -> int:
        """Write the answer of a query to a Parquet file; answers its number of rows."""
        copy = statement(_COPY, query=query, group=str(ROWS_PER_GROUP), packing="zstd")
        return self.number(copy, {**parameters, "target": str(path)})

    def lay_aside(self, query: str, path: Path, **parameters: Value) -> int:
        """The same for a file that is read once or twice and thrown away: it is not compressed."""
        copy = statement(_COPY, query=query, group=str(ROWS_PER_GROUP), packing="uncompressed")
        return self.number(copy, {**parameters, "target": str(path)})

    def view(self, name: str, paths: Sequence[Path], *, columns: Mapping[str, str]) -> None:
        """Show files under a name, with exactly these columns; a column a file lacks is unknown there.

        The number of the file, in the order given, is the column `file~`.
        """
        self._show(name, columns, present=self._create_raw_view(name, paths), numbered=bool(paths))

    def lay_out(self, name: str, paths: Sequence[Path], *, columns: Mapping[str, str]) -> None:
        """The same for Arrow files that have the same columns, one at least; their number is not told."""
        # Only here, where rows are loaded: it takes its time.
        from pyarrow.dataset import dataset  # noqa: PLC0415

        files = dataset([str(path) for path in paths], format="ipc")
        self._connection.register(name + "~raw", files)
        self._show(name, columns, present=frozenset(files.schema.names), numbered=False)

    def rest(self) -> None:
        """Give back the memory that was needed for a moment; what is kept may be asked for as before.

        DuckDB keeps what it was given until it is told that it may have less.
        """
        with suppress(duckdb.OutOfMemoryException):
            self.run(statement(_LIMIT, memory=text(AT_REST)))
        self.run(statement(_LIMIT, memory=text(self._memory)))

    def batches(self, query: str, *, rows: int) -> pa.RecordBatchReader:
        """Ask for many rows, which come little by little; nothing else may be asked meanwhile."""
        return self._connection.sql(query).to_arrow_reader(rows)

    def _show(
        self, name: str, columns: Mapping[str, str], *, present: frozenset[str], numbered: bool
    ) -> None:
        shown = [
            statement(
                "CAST($c AS $t) AS $c" if column in present else "CAST(NULL AS $t) AS $c",
                c=quoted(column),
                t=kind,
            )
            for column, kind in columns.items()
        ]
        order = '"file~"' if numbered else 'CAST(0 AS BIGINT) AS "file~"'
        source = quoted(name + "~raw") if present else "(SELECT 1) WHERE false"
        text = "CREATE OR REPLACE VIEW $name AS SELECT $shown FROM $source"
        self.run(statement(text, name=quoted(name), shown=", ".join([*shown, order]), source=source))

    def _create_raw_view(self, name: str, paths: Sequence[Path]) -> frozenset[str]:
        if not paths:
            return frozenset()
        files, patterns = _texts(map(str, paths)), _texts(_pattern(path) for path in paths)
        self.run(statement(_RAW_VIEW, name=quoted(name + "~raw"), files=files, patterns=patterns))
        return frozenset(
            str(row[0]) for row in self.rows(statement("DESCRIBE $name", name=quoted(name + "~raw")))
        )


def _texts(texts: Iterable[str]) -> str:
    """A list of texts as SQL writes it."""
    return "[" + ", ".join(map(text, texts)) + "]"


def _pattern(path: Path) -> str:
    """A path whose `*`, `?` and `[` stand for themselves."""
    return re.sub(r"([*?\[])", r"[\1]", str(path))


_LIMIT = "SET memory_limit = $memory"
_COPY = "COPY ($query) TO $$target (FORMAT parquet, COMPRESSION $packing, ROW_GROUP_SIZE $group)"
_RAW_VIEW = """
CREATE OR REPLACE VIEW $name AS
SELECT * EXCLUDE (filename), list_position($files, filename) AS "file~"
FROM read_parquet($patterns, union_by_name = true, filename = true)
"""
