"""Traits folded: from observations to what holds, in the words of the working database."""

from __future__ import annotations

from collections.abc import Mapping

from vitrail.model.catalogue import Field
from vitrail.warehouse.columns import FOLDED
from vitrail.warehouse.scratch import quoted, statement, text

PLACE = "(CAST(at_us AS HUGEINT) * 4294967296 + sequence)"
"""The order of observations: by instant, then by arrival."""


def latest(fields: tuple[Field, ...], *, order: str = PLACE) -> str:
    """The last known value of each field, companions following their text."""
    return _folded(fields, order=order, ranked=False)


def by_source(fields: tuple[Field, ...], *, order: str) -> str:
    """The same; for fields with an order of sources, the last value of the first that gave one."""
    return _folded(fields, order=order, ranked=True)


def _folded(fields: tuple[Field, ...], *, order: str, ranked: bool) -> str:
    parts = []
    for field in fields:
        known = quoted(field.column)
        for column in _columns(field):
            said = {"column": quoted(column), "known": known, "order": order}
            speaks = ranked and _is_ranked(field)
            parts.append(_first_to_speak(field, said) if speaks else statement(_LATEST, **said))
    return ", ".join(parts)


def _is_ranked(field: Field) -> bool:
    return field.policy is not None and field.policy.by == "priority"


def _first_to_speak(field: Field, said: Mapping[str, str]) -> str:
    """The last value of the first source, in the order of the policy, that gave one."""
    sources = field.policy.ranked if field.policy else ()
    named = [f'"source~" = {text(source)}' for source in sources]
    others = f'("source~" IS NULL OR "source~" NOT IN ({", ".join(map(text, sources))}))'
    cases = "".join(statement(_SPEAKS, said=each, **said) for each in (*named, others))
    return f"CASE {cases} END AS {said['column']}"


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


_SPEAKS = """
WHEN count($known) FILTER (WHERE $said) > 0
THEN arg_max_null($column, $order) FILTER (WHERE $known IS NOT NULL AND $said)"""
_LATEST = "arg_max_null($column, $order) FILTER (WHERE $known IS NOT NULL) AS $column"
_CHOSEN = "CASE WHEN $test THEN $source.$column END AS $column"
_OVERLAID = "CASE WHEN i.$known IS NOT NULL THEN i.$column ELSE c.$column END AS $column"
