"""Finding people by what is written of them: in their traits, their identities, their orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from unicodedata import combining, normalize

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from vitrail.engine.duckdb import DuckDB
from vitrail.engine.source import File, Source
from vitrail.engine.sql.files import PROFILE, latest_snapshots, read_files
from vitrail.engine.sql.search import (
    BEGINS,
    HOLDS,
    WHOLE,
    Probes,
    found_query,
    identified_query,
    parameters_of,
)
from vitrail.engine.sql.sources import FOLDED, SQL_TYPES, Column, below, select
from vitrail.engine.sql.write import column, one_of
from vitrail.model.catalogue import Field

__all__ = [
    "BEGINS",
    "FOLDED",
    "HOLDS",
    "SQL_TYPES",
    "TEXT",
    "WHOLE",
    "find_by_id",
    "find_in_traits",
    "values_of",
]

Numbers = npt.NDArray[np.int64]
TEXT = "VARCHAR"


def find_in_traits(probes: Probes, types: Mapping[str, str], *, source: Source, database: DuckDB) -> pa.Table:
    """Everybody some probes find in the present values: `profile` and `place`, of profiles before merging.

    `types` are the SQL types of the columns the probes read.
    """
    if not types:
        return pa.table({"profile": pa.array([], pa.int32()), "place": pa.array([], pa.int32())})
    columns = [PROFILE, *(Column(name, kind) for name, kind in types.items())]
    rows = below(latest_snapshots(source.traits.snapshots, columns), "snapshots")
    return database.rows(found_query(rows, probes), parameters_of(probes))


def find_by_id(
    files: Sequence[File], columns: Sequence[str], *, forms: Sequence[str], database: DuckDB
) -> pa.Table:
    """The rows in which one of some columns is exactly one of some texts: `profile` and these columns."""
    wanted = [PROFILE, *(Column(name, TEXT) for name in columns)]
    query = identified_query(below(read_files(files, wanted), "rows"), columns, forms=len(forms))
    return database.rows(query, {f"form{number}": each for number, each in enumerate(forms)})


def values_of(
    profiles: Sequence[int], fields: Sequence[Field], *, source: Source, database: DuckDB
) -> dict[int, dict[str, object]]:
    """The present values of some fields of some profiles, by number and by the name of the field."""
    if not profiles:
        return {}
    columns = [PROFILE, *(Column(field.column, SQL_TYPES[field.type]) for field in fields)]
    rows = below(latest_snapshots(source.traits.snapshots, columns), "snapshots")
    query = select([column(each.name) for each in columns], rows, where=one_of(column("profile"), profiles))
    found = database.rows(query).to_pylist()
    return {
        int(row["profile"]): {
            field.name: row[field.column] for field in fields if row[field.column] is not None
        }
        for row in found
    }


def plain(text: str) -> str:
    """A text without accents, as the columns are looked through."""
    return "".join(each for each in normalize("NFD", text.casefold()) if not combining(each))
