"""A query as the text of a dialect, with the parameters it really reads."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from sqlglot import exp

_QUOTED = re.compile(r"""'[^']*'|"[^"]*\"""")
_PLACEHOLDER = re.compile(r"\$(\w+)")


class Statement(msgspec.Struct, frozen=True):
    """What is sent to an engine."""

    text: str
    parameters: Mapping[str, str] = {}


def written(query: exp.Expr, parameters: Mapping[str, str] | None = None) -> Statement:
    """The query for DuckDB; parameters it does not mention are left out, the engine refuses them."""
    given = parameters or {}
    text = query.sql(dialect="duckdb", copy=False)
    read = set(_PLACEHOLDER.findall(_QUOTED.sub("", text))) if given else set()
    return Statement(text, {name: given[name] for name in sorted(read)})
