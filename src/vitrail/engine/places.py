"""Cut points of the batch in the form the evaluation of one profile reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import assert_never

from vitrail.engine.evaluation import RankKey
from vitrail.engine.profile.context import Measure
from vitrail.engine.profile.context import RankTable as Places
from vitrail.engine.profile.quantities import Answer
from vitrail.engine.ranks import RankTable
from vitrail.language.kinds import Kind
from vitrail.language.windows import day_of
from vitrail.model.errors import Bug

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def places(tables: Mapping[RankKey, RankTable]) -> dict[Measure, Places]:
    """The same tables, their values as Python sees them."""
    return {Measure(key.of, key.among): _places(table) for key, table in tables.items()}


def _places(table: RankTable) -> Places:
    read = _reader(table.kind, table.scale)
    return Places(tuple(read(value) for value in table.values.tolist()), tuple(table.up_to.tolist()))


def _reader(kind: Kind, scale: int) -> Callable[[int | float], Answer]:
    match kind:
        case "integer":
            return int
        case "decimal":
            return lambda value: Decimal(value).scaleb(-scale)
        case "float":
            return float
        case "date":
            return lambda value: day_of(int(value))
        case "instant":
            return lambda value: _EPOCH + dt.timedelta(microseconds=int(value))
        case "duration":
            return lambda value: dt.timedelta(microseconds=int(value))
        case "text" | "boolean" | "texts" | "anniversary":
            raise Bug(f"{kind} has no rank")
        case _:
            assert_never(kind)
