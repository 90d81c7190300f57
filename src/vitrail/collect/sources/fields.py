"""Finding values in JSON by dotted paths, and the columns that records of an API become."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, assert_never

import pyarrow as pa

from vitrail.collect.sources import rows
from vitrail.collect.sources.definition import Mapped
from vitrail.model.catalogue import Type

Fields = Mapping[str, str | Mapped]

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def at(value: Any, path: str) -> Any:
    """What stands at a dotted path: names of objects, places in lists, `*` for each one of a list."""
    for place, part in enumerate(path.split(".")) if path else ():
        if part == "*" and isinstance(value, list):
            rest = ".".join(path.split(".")[place + 1 :])
            found = (at(each, rest) for each in value)
            return [each for each in found if each is not None]
        if isinstance(value, list) and part.lstrip("-").isdigit():
            value = value[int(part)] if -len(value) <= int(part) < len(value) else None
        else:
            value = value.get(part) if isinstance(value, dict) else None
    return value


def put(document: dict[str, Any], path: str, *, value: Any) -> dict[str, Any]:
    """A copy of a document with a value at a dotted path."""
    name, _, rest = path.partition(".")
    inner = document.get(name)
    held = put(inner if isinstance(inner, dict) else {}, rest, value=value) if rest else value
    return {**document, name: held}


def columns(records: Sequence[Any], fields: Fields, *, types: Mapping[str, Type]) -> pa.Table:
    """The records as a table; texts that all are instants or dates become such, unless `types` says text."""
    found: dict[str, pa.Array] = {}
    for name, field in fields.items():
        values = [_value(record, field) for record in records]
        if types.get(name) in (None, "instant", "date"):
            values = _dated(values)
        if types.get(name) == "boolean" and set(values) <= {0, 1, None}:
            values = [None if value is None else bool(value) for value in values]
        found[name] = rows.column(values)
    return pa.table(found)


def _value(record: Any, field: str | Mapped) -> Any:
    if isinstance(field, str):
        found = at(record, field)
        return None if found == "" else found
    found = at(record, field.path)
    if found in (None, ""):
        return None
    match field.unit:
        case "seconds":
            return _EPOCH + dt.timedelta(microseconds=int(Decimal(found) * 1_000_000))
        case "milliseconds":
            return _EPOCH + dt.timedelta(microseconds=int(Decimal(found) * 1_000))
        case "cents":
            return Decimal(found) / 100
        case _:
            assert_never(field.unit)


def _dated(values: list[Any]) -> list[Any]:
    """The values as instants, or as dates, when all of them are written so; else as they are."""
    known = [value for value in values if value is not None]
    if not known or not all(isinstance(value, str) for value in known):
        return values
    try:
        if all(_INSTANT.fullmatch(value) for value in known):
            return _each(values, dt.datetime.fromisoformat)
        if all(_DATE.fullmatch(value) for value in known):
            return _each(values, dt.date.fromisoformat)
    except ValueError:
        pass
    return values


def _each(values: Iterable[Any], read: Any) -> list[Any]:
    return [None if value is None else read(value) for value in values]
