"""Wrong values that a person had put right: no load brings them back, whichever source still has them."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from vitrail.ledger.rectifications import Rectification, rectified_values
from vitrail.model.catalogue import Field
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.scratch import Scratch, quoted, statement, text
from vitrail.warehouse.writer import Writer


def without_wrong(writer: Writer, scratch: Scratch, *, rows: str, fields: Sequence[Field]) -> str:
    """A query of some rows (`profile` and the columns of fields) in which wrong values say nothing."""
    known = [each for each in writer.look(rectified_values) if each.wrong]
    columns = {field.name: field for field in fields}
    concerned = [columns[name] for name in dict.fromkeys(each.trait for each in known) if name in columns]
    if not concerned:
        return statement("SELECT * FROM $rows", rows=quoted(rows))
    scratch.register("wrong~", _wrong(known))
    parts = [part for field in concerned for part in _replaced(field)]
    return statement("SELECT * REPLACE ($parts) FROM $rows", parts=", ".join(parts), rows=quoted(rows))


def _wrong(known: Sequence[Rectification]) -> pa.Table:
    rows = [(each.profile, each.trait, value) for each in known for value in each.wrong]
    profiles, traits, values = zip(*rows, strict=True)
    return pa.table({"whose": pa.array(profiles, pa.int32()), "trait": traits, "value": values})


def _replaced(field: Field) -> list[str]:
    shown = [field.column, field.column + FOLDED] if field.type == "text" else [field.column]
    parts = {"column": quoted(field.column), "trait": text(field.name)}
    return [statement(_REPLACED, shown=quoted(name), **parts) for name in shown]


_REPLACED = """
CASE WHEN (profile, CAST($column AS VARCHAR)) NOT IN (SELECT whose, value FROM "wrong~" WHERE trait = $trait)
     THEN $shown END AS $shown"""
