"""A column on its way in: the values that fit its type, and the cells that do not."""

from __future__ import annotations

from typing import Literal

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

Family = Literal["text", "integer", "float", "decimal", "boolean", "date", "instant", "texts", "other"]


class Parsed(msgspec.Struct, frozen=True):
    """Values of one type, unknown where a cell is empty or refused.

    `refused` marks the cells that do not fit (None: they all do); `rounded` counts the decimals that
    had more than four digits after the point, `local` the times that came without a zone.
    """

    values: pa.Array
    refused: pa.BooleanArray | None = None
    rounded: int = 0
    local: int = 0


def family(kind: pa.DataType) -> Family:
    """Which of our types an Arrow type is closest to."""
    tests: tuple[tuple[Family, bool], ...] = (
        ("text", pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)),
        ("integer", pa.types.is_integer(kind)),
        ("float", pa.types.is_floating(kind)),
        ("decimal", pa.types.is_decimal(kind)),
        ("boolean", pa.types.is_boolean(kind)),
        ("date", pa.types.is_date32(kind) or pa.types.is_date64(kind)),
        ("instant", pa.types.is_timestamp(kind)),
        ("texts", _is_list(kind) and family(kind.value_type) == "text"),
    )
    return next((name for name, holds in tests if holds), "other")


def plain(cells: pa.Array | pa.ChunkedArray) -> pa.Array:
    """The same cells in one piece, without dictionaries or large offsets.

    Texts are laid out anew: `ascii_lower` of Arrow 26 garbles a part of a larger array once it is cast.
    """
    whole = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells
    if pa.types.is_dictionary(whole.type):
        whole = whole.dictionary_decode()
    if whole.type == pa.string() and whole.offset == 0:
        return whole
    if family(whole.type) == "text":
        return pa.concat_arrays([whole.cast(pa.string())])
    if family(whole.type) == "texts":
        return whole.cast(pa.list_(pa.string()))
    return whole


def keep(cells: pa.Array, fits: pa.BooleanArray, *, kind: pa.DataType) -> Parsed:
    """The cells that fit, brought to a type; the others are refused."""
    refused = pc.fill_null(pc.invert(fits), False)
    if not pc.any(refused, min_count=0).as_py():
        return Parsed(cells.cast(kind))
    return Parsed(pc.if_else(fits, cells, pa.scalar(None, cells.type)).cast(kind), refused)


def refuse_known(cells: pa.Array, kind: pa.DataType) -> Parsed:
    """Nothing fits: every cell that is not empty is refused."""
    return Parsed(pa.nulls(len(cells), kind), pc.is_valid(cells))


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind) or pa.types.is_list_view(kind))
