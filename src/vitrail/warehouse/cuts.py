"""Frozen cut points as bytes: what ranks compare with until they are cut again."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Literal

import msgspec
import numpy as np

from vitrail.engine.evaluation import RankKey
from vitrail.engine.ranks import RankTable, Values
from vitrail.language.kinds import Kind
from vitrail.model.tree import Condition, Value

Form = Literal["whole", "double", "long"]


class _Stored(msgspec.Struct, frozen=True):
    of: Value
    among: Condition | None
    form: Form
    values: str
    up_to: str
    kind: Kind
    scale: int


def write_cuts(tables: Mapping[RankKey, RankTable]) -> bytes:
    """All tables as JSON, their numbers in base 64."""
    return msgspec.json.encode([_store(key, table) for key, table in tables.items()])


def read_cuts(content: bytes) -> dict[RankKey, RankTable]:
    """The tables that `write_cuts` wrote."""
    stored = msgspec.json.decode(content, type=list[_Stored])
    return {RankKey(each.of, each.among): _table(each) for each in stored}


def _store(key: RankKey, table: RankTable) -> _Stored:
    form, values = _values_written(table.values)
    up_to = _text(table.up_to.tobytes())
    return _Stored(key.of, key.among, form, values, up_to, table.kind, table.scale)


def _values_written(values: Values) -> tuple[Form, str]:
    if values.dtype == np.object_:
        return "long", " ".join(str(each) for each in values)
    return ("double" if values.dtype == np.float64 else "whole"), _text(values.tobytes())


def _table(stored: _Stored) -> RankTable:
    up_to = np.frombuffer(base64.b64decode(stored.up_to), dtype=np.int64)
    return RankTable(_values(stored), up_to, stored.kind, stored.scale)


def _values(stored: _Stored) -> Values:
    match stored.form:
        case "long":
            return np.array([int(each) for each in stored.values.split()], dtype=object)
        case "double":
            return np.frombuffer(base64.b64decode(stored.values), dtype=np.float64)
        case "whole":
            return np.frombuffer(base64.b64decode(stored.values), dtype=np.int64)


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()
