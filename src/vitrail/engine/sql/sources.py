"""What a query reads: columns of files with their types, whether a file has them or not."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

import msgspec
from sqlglot import exp

from vitrail.engine.sql.calendar import day_of
from vitrail.engine.sql.operand import Operand
from vitrail.engine.sql.write import E, column, named, whole
from vitrail.model.catalogue import Field, Type

SQL_TYPES: dict[Type, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "decimal": "DECIMAL(18, 4)",
    "float": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "instant": "BIGINT",
    "texts": "VARCHAR[]",
}
"""How the types of the catalogue are stored."""


FOLDED = "~folded"
"""What the name of a column of case-folded texts ends with."""


NO_LIMIT = 2**62
"""More rows than there are."""


class Column(msgspec.Struct, frozen=True):
    """A column a query needs, and its SQL type."""

    name: str
    type: str


class Relations(Protocol):
    """What an engine offers to read from; each call gives something to stand after FROM.

    `start` and `end` bound the instants of the events a query will look at, so that an engine can
    leave files out; the rows given may go beyond.
    """

    def events(self, collection: str, columns: Iterable[Column], *, bounds: tuple[int, int]) -> E: ...

    def texts(self, collection: str, name: str) -> tuple[str, ...] | None:
        """All the texts a column holds, in order, when they are known to be few."""
        ...

    def records(self, collection: str, columns: Iterable[Column]) -> E: ...

    def scores(self, name: str) -> E: ...

    def consents(self) -> E:
        """What was said, with `who` said it, the profile before merging, and whether that is a device."""
        ...

    def traits(self, columns: Iterable[Column]) -> E: ...

    def keys(self) -> E: ...

    def everyone(self) -> E: ...


def folded_name(field: Field) -> str:
    """The column that holds the case-folded text."""
    return f"{field.column}{FOLDED}"


def field_columns(field: Field) -> tuple[Column, ...]:
    """The columns of a trait or a property."""
    stored = Column(field.column, SQL_TYPES[field.type])
    return (stored, Column(folded_name(field), "VARCHAR")) if field.type == "text" else (stored,)


def stored(field: Field) -> Operand:
    """A trait or a property as it is read from its columns."""
    read = column(field.column)
    match field.type:
        case "text":
            return Operand("text", read, folded=column(folded_name(field)))
        case "date":
            return Operand("date", day_of(read))
        case "decimal":
            return Operand("decimal", read, scale=4, digits=18)
        case "integer":
            return Operand("integer", read, digits=19)
        case _:
            return Operand(field.type, read)


def select(items: Iterable[E], source: E, *, where: E | None = None) -> exp.Select:
    """`SELECT items FROM source WHERE where`."""
    query = exp.Select(expressions=list(items)).from_(source, copy=False)
    return query.where(where, copy=False) if where is not None else query


def below(query: exp.Query, name: str = "t") -> E:
    """A query to read from."""
    return query.subquery(name, copy=False)


def layered(source: E, layers: Iterable[list[tuple[str, E]]]) -> E:
    """The source with named expressions added, one query around another.

    A limit that cuts nothing keeps conditions of the queries around from being pushed below: each name
    would be replaced by its expression as often as it is read, and queries would grow beyond all memory.
    """
    for number, layer in enumerate(layers):
        items: list[E] = [exp.Star()]
        items.extend(named(each, name) for name, each in layer)
        query = select(items, source).limit(whole(NO_LIMIT), copy=False)
        source = below(query, f"layer{number}")
    return source


def union(queries: Iterable[exp.Query]) -> exp.Query:
    """The rows of all queries, one after the other."""
    first, *rest = list(queries)
    for each in rest:
        first = exp.Union(this=first, expression=each, distinct=False)
    return first
