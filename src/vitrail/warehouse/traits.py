"""Traits folded: from observations to what holds, in the words of the working database."""

from __future__ import annotations

from collections.abc import Mapping

from vitrail.model.catalogue import Field
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.scratch import quoted, statement

PLACE = "(CAST(at_us AS HUGEINT) * 4294967296 + sequence)"
"""The order of observations: by instant, then by arrival."""


def latest(fields: tuple[Field, ...], *, order: str = PLACE) -> str:
    """The last known value of each field, companions following their text."""
    parts = []
    for field in fields:
        parts.append(statement(_LATEST, column=quoted(field.column), known=quoted(field.column), order=order))
        if field.type == "text":
            companion = quoted(field.column + FOLDED)
            parts.append(statement(_LATEST, column=companion, known=quoted(field.column), order=order))
    return ", ".join(parts)


def chosen(fields: tuple[Field, ...], form: str, *, source: str = "i") -> str:
    """The value of `source` for each field where a test holds of it, else nothing; companions likewise.

    In the test, `$c` stands for the field's column.
    """
    parts = []
    for field in fields:
        test = statement(form, c=quoted(field.column))
        for column in _columns(field):
            parts.append(statement(_CHOSEN, column=quoted(column), test=test, source=source))
    return ", ".join(parts)


def overlaid(fields: tuple[Field, ...], loaded: Mapping[str, object]) -> str:
    """The value of `i` where it is known, else that of `c`; of `c` alone for the fields a load lacks."""
    parts = []
    for field in fields:
        form = _OVERLAID if field.column in loaded else "c.$column AS $column"
        for column in _columns(field):
            parts.append(statement(form, column=quoted(column), known=quoted(field.column)))
    return ", ".join(parts)


def _columns(field: Field) -> tuple[str, ...]:
    return (field.column, field.column + FOLDED) if field.type == "text" else (field.column,)


_LATEST = "arg_max_null($column, $order) FILTER (WHERE $known IS NOT NULL) AS $column"
_CHOSEN = "CASE WHEN $test THEN $source.$column END AS $column"
_OVERLAID = "CASE WHEN i.$known IS NOT NULL THEN i.$column ELSE c.$column END AS $column"
