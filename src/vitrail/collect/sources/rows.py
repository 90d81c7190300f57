"""Rows of Python values as Arrow columns: exact decimals, UTC instants, and one type for each column."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, Decimal, localcontext
from enum import Enum
from typing import Any

import msgspec
import pyarrow as pa

Values = Sequence[Any]

SCALE = 20
DECIMAL = pa.decimal256(76, SCALE)
INSTANT = pa.timestamp("us", tz="UTC")
LOCAL = pa.timestamp("us")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_STEP = Decimal(1).scaleb(-SCALE)


def column(values: Values) -> pa.Array:
    """The values as an Arrow array of the narrowest type that holds them all; what is mixed is text.

    A decimal is cut, not rounded, after the 20th digit: rounding half away from zero to fewer digits
    gives the same.
    """
    kinds = set(map(type, values)) - {type(None)}
    match sorted(kind.__name__ for kind in kinds):
        case []:
            return pa.nulls(len(values))
        case ["bool"]:
            return pa.array(values, pa.bool_())
        case ["int"]:
            return _integers(values)
        case ["float"] | ["float", "int"]:
            return pa.array([_known(value) for value in values], pa.float64())
        case ["Decimal"] | ["Decimal", "int"]:
            return _decimals(values)
        case ["date"]:
            return pa.array(values, pa.date32())
        case ["datetime"]:
            return _moments(values)
        case ["str"]:
            return pa.array(values, pa.string())
        case ["list"] if all(isinstance(each, str) for value in values if value for each in value):
            return pa.array(values, pa.list_(pa.string()))
        case ["bytes"] | ["memoryview"]:
            return pa.array([None if value is None else bytes(value) for value in values], pa.binary())
        case _:
            return pa.array([_text(value) for value in values], pa.string())


def table(blocks: Sequence[Mapping[str, pa.Array]], names: Sequence[str]) -> pa.Table:
    """Blocks of rows under one another; a column whose blocks differ gets the type that holds them all."""
    columns = {name: _joined([block[name] for block in blocks]) for name in names}
    return pa.table(columns)


def instant(microseconds: int) -> dt.datetime:
    """The instant so many microseconds after the beginning of 1970."""
    return _EPOCH + dt.timedelta(microseconds=microseconds)


def last_of_each(rows: pa.Table, identity: Sequence[str]) -> pa.Table:
    """The rows without those that a later one with the same identity replaces; order is kept."""
    known = [name for name in identity if name in rows.column_names]
    if not known or not rows.num_rows:
        return rows
    numbered = rows.select(known).append_column("place~", pa.array(range(rows.num_rows)))
    kept = numbered.group_by(known).aggregate([("place~", "max")])["place~_max"]
    return rows if len(kept) == rows.num_rows else rows.take(kept.sort())


def _joined(arrays: Sequence[pa.Array]) -> pa.ChunkedArray:
    kinds = {array.type for array in arrays if not pa.types.is_null(array.type)}
    if not kinds:
        return pa.chunked_array(arrays, pa.null())
    kind = _common(kinds)
    return pa.chunked_array([_cast(array, kind) for array in arrays], kind)


def _common(kinds: set[pa.DataType]) -> pa.DataType:
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= {pa.int64(), DECIMAL}:
        return DECIMAL
    if kinds <= {pa.int64(), pa.float64()}:
        return pa.float64()
    return pa.string()


def _cast(array: pa.Array, kind: pa.DataType) -> pa.Array:
    if array.type == kind or pa.types.is_null(array.type):
        return array.cast(kind)
    if pa.types.is_string(kind):
        return pa.array([_text(value) for value in array.to_pylist()], kind)
    return array.cast(kind, safe=False) if pa.types.is_floating(kind) else array.cast(kind)


def _moments(values: Values) -> pa.Array:
    zoned = {value.tzinfo is not None for value in values if value is not None}
    if len(zoned) > 1:
        return pa.array([_text(value) for value in values], pa.string())
    return pa.array(values, INSTANT if True in zoned else LOCAL)


def _integers(values: Values) -> pa.Array:
    try:
        return pa.array(values, pa.int64())
    except (OverflowError, pa.ArrowException):  # beyond 64 bits
        return _decimals(values)


def _decimals(values: Values) -> pa.Array:
    try:
        return pa.array(values, DECIMAL)
    except pa.ArrowException:  # more than 20 digits after the point, or no number at all
        return pa.array([_exact(value) for value in values], DECIMAL)


def _known(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _exact(value: Decimal | int | None) -> Decimal | None:
    if value is None or (isinstance(value, Decimal) and not value.is_finite()):
        return None
    with localcontext() as context:
        context.prec = 76
        return Decimal(value).quantize(_STEP, ROUND_DOWN)


def _text(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case dict() | list() | tuple():
            return msgspec.json.encode(value, enc_hook=str).decode()
        case dt.datetime() | dt.date() | dt.time():
            return value.isoformat()
        case Decimal():
            return format(value.normalize(), "f")
        case uuid.UUID():
            return str(value)
        case Enum():
            return value.name
        case _:
            return str(value)
