"""How fields become columns of files: their names and their physical types."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set
from typing import assert_never

import pyarrow as pa

from vitrail.model.catalogue import Field, Type

RESERVED = frozenset({"profile", "at_us", "id", "sequence", "load", "value", "key", "at"})
FOLDED = "~folded"


def column_name(name: str, taken: Set[str]) -> str:
    """The column for a field or collection called `name`: ASCII, lower case, unlike its neighbours'."""
    ascii_text = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "_", ascii_text).strip("_")[:60] or "column"
    if slug not in taken and slug not in RESERVED:
        return slug
    number = 2
    while f"{slug}_{number}" in taken:
        number += 1
    return f"{slug}_{number}"


def arrow_type(kind: Type) -> pa.DataType:
    """The Arrow type of a field's column."""
    match kind:
        case "text":
            return pa.string()
        case "integer" | "instant":
            return pa.int64()
        case "decimal":
            return pa.decimal128(18, 4)
        case "float":
            return pa.float64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "texts":
            return pa.list_(pa.string())
        case _:
            assert_never(kind)


def sql_type(kind: Type) -> str:
    """The DuckDB type of a field's column."""
    match kind:
        case "text":
            return "VARCHAR"
        case "integer" | "instant":
            return "BIGINT"
        case "decimal":
            return "DECIMAL(18,4)"
        case "float":
            return "DOUBLE"
        case "boolean":
            return "BOOLEAN"
        case "date":
            return "DATE"
        case "texts":
            return "VARCHAR[]"
        case _:
            assert_never(kind)


def physical_columns(fields: tuple[Field, ...]) -> dict[str, str]:
    """Every column the fields have in files, companions included, with its DuckDB type."""
    columns: dict[str, str] = {}
    for field in fields:
        columns[field.column] = sql_type(field.type)
        if field.type == "text":
            columns[field.column + FOLDED] = "VARCHAR"
    return columns
