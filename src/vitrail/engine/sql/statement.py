"""A query as the text of a dialect, with the parameters it really reads."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from sqlglot import exp


class Statement(msgspec.Struct, frozen=True):
    """What is sent to an engine."""

    text: str
    parameters: Mapping[str, str] = {}


def written(query: exp.Expr, parameters: Mapping[str, str] | None = None) -> Statement:
    """The query for DuckDB; parameters it does not mention are left out, the engine refuses them."""
    given = parameters or {}
    read = {str(each.this) for each in query.find_all(exp.Placeholder)} if given else set()
    return Statement(query.sql(dialect="duckdb"), {name: given[name] for name in sorted(read)})
