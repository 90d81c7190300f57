"""How much of what is declared is there: fill rates, values, bounds, for many fields at once.

Each collection is looked at twice, whatever the number of its fields: once for figures, once for values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec

from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.histories import fact
from vitrail.engine.profile.history import Fact
from vitrail.engine.source import ALWAYS, Source
from vitrail.engine.sql.files import PROFILE, FileRelations
from vitrail.engine.sql.knowledge import KnownThen
from vitrail.engine.sql.sources import SQL_TYPES, Column, below, union
from vitrail.engine.sql.statistics import (
    BEFORE,
    FIRST,
    LAST,
    MAIN_VALUES,
    NOW,
    ROWS,
    Banded,
    Eras,
    Measured,
    Query,
    Sample,
    before,
    dropping,
    keeping,
    kept_table,
    summary_query,
    values_query,
    with_era,
    with_eras_of_time,
)
from vitrail.engine.sql.write import E
from vitrail.model.catalogue import Collection, Field

AT = Column("at_us", "BIGINT")
SAMPLED = 1_000_000
"""Rows that quantiles look at; of more, those of one profile in so many."""

ORDERED = ("integer", "decimal", "float", "date", "instant")
ALWAYS_TOLD = 1_000
"""Values a field may have to be told one by one however few rows it has."""

KEPT = "~measured"

Row = Mapping[str, object]


class Earlier(msgspec.Struct, frozen=True):
    """What the present is compared with: an instant, the last load by then, the profiles by then."""

    at_us: int
    load: int
    profiles: int


class Looked(msgspec.Struct, frozen=True):
    """What is looked at: the files, as of when, compared with what, by which database."""

    source: Source
    at_us: int
    database: DuckDB
    earlier: Earlier | None = None


class Count(msgspec.Struct, frozen=True):
    """How many now, and in the two eras that are compared."""

    all: int = 0
    before: int = 0
    now: int = 0


class Value(msgspec.Struct, frozen=True):
    """One main value, as text, with its counts."""

    text: str
    count: Count


class FieldStatistics(msgspec.Struct, frozen=True):
    """The figures of one field.

    `distinct` is exact when the values were told one by one. `quantiles` are those at 5, 25, 50, 75 and
    95 %. `bands` counts the values between `edges`, the deciles of the earlier era.
    """

    known: Count
    distinct: int
    is_exact: bool = False
    top: tuple[Value, ...] = ()
    low: Fact | None = None
    high: Fact | None = None
    quantiles: tuple[Fact, ...] = ()
    edges: tuple[Fact, ...] = ()
    bands: tuple[Value, ...] = ()


class Statistics(msgspec.Struct, frozen=True):
    """The figures of profiles or of a collection; bounds are None where no row has a time of its own."""

    rows: Count
    fields: dict[str, FieldStatistics]
    first_us: int | None = None
    last_us: int | None = None
    sampled_one_in: int = 1


class _Shape(msgspec.Struct, frozen=True):
    """How rows are to be measured: about how many there are, whether each has a time, whether all eras
    are the present, and whether they are costly enough to be kept between the two looks."""

    rows: int
    is_dated: bool = False
    all_eras: bool = False
    is_costly: bool = False


def statistics_of_traits(fields: Sequence[Field], looked: Looked) -> Statistics:
    """The figures of traits; the rows are the customers."""
    columns = [PROFILE, *_columns(fields)]
    source, earlier = looked.source, looked.earlier
    eras = [with_era(FileRelations(source, looked.at_us).traits(columns), NOW, columns=columns)]
    if earlier is not None:
        then = KnownThen(source, earlier.at_us, load=earlier.load).traits(columns)
        eras.append(with_era(then, BEFORE, columns=columns))
    shape = _Shape(source.profiles, is_costly=earlier is not None)
    found = _measured(union(eras), fields, looked=looked, shape=shape)
    canon = canon_of(source)
    customers = canon.customers(source.profiles)
    rows = Count(customers, canon.customers(earlier.profiles) if earlier else 0, customers)
    return msgspec.structs.replace(found, rows=rows)


def statistics_of_collection(collection: Collection, looked: Looked) -> Statistics:
    """The figures of events or records.

    For events the eras are the time since the earlier instant, and as long a time before it.
    """
    fields = tuple(collection.properties.values())
    columns = [PROFILE, AT, *_columns(fields)]
    source, earlier = looked.source, looked.earlier
    if collection.kind == "event":
        total = sum(file.rows for file in source.events.get(collection.name, ()))
        shape = _Shape(total, is_dated=True, all_eras=True)
        return _measured(_events(collection, columns, looked=looked), fields, looked=looked, shape=shape)
    total = sum(file.rows for file in source.records.get(collection.name, ()))
    eras = [
        with_era(FileRelations(source, looked.at_us).records(collection.name, columns), NOW, columns=columns)
    ]
    if earlier is not None:
        then = KnownThen(source, earlier.at_us, load=earlier.load).records(collection.name, columns)
        eras.append(with_era(then, BEFORE, columns=columns))
    return _measured(union(eras), fields, looked=looked, shape=_Shape(total, is_dated=True, is_costly=True))


def statistics_of_score(name: str, looked: Looked) -> Statistics:
    """How many values of a score were loaded, and from when to when."""
    scores = FileRelations(looked.source, looked.at_us).scores(name)
    rows = with_era(scores, NOW, columns=[PROFILE, AT])
    return _measured(rows, (), looked=looked, shape=_Shape(0, is_dated=True))


def _events(collection: Collection, columns: Sequence[Column], *, looked: Looked) -> Query:
    relations = FileRelations(looked.source, looked.at_us)
    rows = relations.events(collection.name, columns, bounds=(ALWAYS, looked.at_us))
    middle = looked.at_us if looked.earlier is None else looked.earlier.at_us
    start = middle if looked.earlier is None else 2 * middle - looked.at_us
    return with_eras_of_time(before(rows, looked.at_us), columns=columns, start=start, middle=middle)


def _measured(query: Query, fields: Sequence[Field], *, looked: Looked, shape: _Shape) -> Statistics:
    database = looked.database
    one_in = max(1, shape.rows // SAMPLED)
    eras = Eras(looked.earlier is not None, shape.all_eras)
    measured = [Measured(field.column, field.type in ORDERED) for field in fields]
    with database.lock, _held(query, database, costly=shape.is_costly) as rows:
        summary = database.rows(
            summary_query(
                rows.copy(),
                measured,
                eras=eras,
                sample=Sample(one_in),
                dated=ALWAYS if shape.is_dated else None,
            )
        ).to_pylist()[0]
        told = _values(rows, fields, summary=summary, looked=looked, eras=eras)
    return Statistics(
        rows=_count(summary, ROWS),
        fields={field.name: _field(field, summary, told=told) for field in fields},
        first_us=summary.get(FIRST),
        last_us=summary.get(LAST),
        sampled_one_in=one_in,
    )


@contextmanager
def _held(query: Query, database: DuckDB, *, costly: bool) -> Iterator[E]:
    """The rows to read from: the query itself, or a table of its answer for as long as it is needed."""
    if not costly:
        yield below(query, "measured")
        return
    database.execute(keeping(query, KEPT))
    try:
        yield kept_table(KEPT)
    finally:
        database.execute(dropping(KEPT))


def _values(
    rows: E, fields: Sequence[Field], *, summary: Row, looked: Looked, eras: Eras
) -> dict[tuple[str, bool], list[Row]]:
    """The main values by column, and the bands of ordered fields, in one query."""
    wanted = [Banded(number, field.column) for number, field in enumerate(fields) if _is_told(field, summary)]
    if eras.are_compared:
        for number, field in enumerate(fields):
            edges = tuple(str(edge) for edge in _edges(field, summary))
            if edges:
                wanted.append(Banded(number + len(fields), field.column, edges, SQL_TYPES[field.type]))
    found: dict[tuple[str, bool], list[Row]] = {}
    if wanted:
        for row in looked.database.rows(values_query(rows, wanted, eras=eras)).to_pylist():
            number = int(row["field"])
            key = (fields[number % len(fields)].column, number >= len(fields))
            found.setdefault(key, []).append(row)
    return found


def _is_told(field: Field, summary: Row) -> bool:
    """Whether the values of a field repeat enough to be told one by one."""
    distinct, known = _whole(summary, f"{field.column}~distinct"), _whole(summary, f"{field.column}~known")
    return 0 < distinct <= max(ALWAYS_TOLD, known // 20)


def _edges(field: Field, summary: Row) -> tuple[object, ...]:
    """The different deciles of the earlier era, for fields with more values than are told apart."""
    if field.type not in ORDERED or _whole(summary, f"{field.column}~distinct") <= MAIN_VALUES:
        return ()
    edges = summary.get(f"{field.column}~edges")
    return tuple(dict.fromkeys(edges)) if isinstance(edges, list) else ()


def _field(field: Field, summary: Row, *, told: Mapping[tuple[str, bool], list[Row]]) -> FieldStatistics:
    name = field.column
    top = sorted(told.get((name, False), ()), key=lambda row: _whole(row, "place"))
    bands = sorted(told.get((name, True), ()), key=lambda row: int(str(row["value"])))
    quantiles = summary.get(f"{name}~quantiles")
    return FieldStatistics(
        known=_count(summary, f"{name}~known"),
        distinct=_whole(top[0], "distinct") if top else _whole(summary, f"{name}~distinct"),
        is_exact=bool(top),
        top=tuple(_value(row) for row in top),
        low=fact(summary.get(f"{name}~low"), field),
        high=fact(summary.get(f"{name}~high"), field),
        quantiles=_facts(quantiles, field),
        edges=_facts(list(_edges(field, summary)), field) if bands else (),
        bands=tuple(_value(row) for row in bands),
    )


def _facts(stored: object, field: Field) -> tuple[Fact, ...]:
    values = stored if isinstance(stored, list) else []
    return tuple(value for value in (fact(each, field) for each in values) if value is not None)


def _value(row: Row) -> Value:
    count = Count(_whole(row, "rows"), _whole(row, "before"), _whole(row, "now"))
    return Value(str(row["value"]), count)


def _count(row: Row, name: str) -> Count:
    return Count(_whole(row, name), _whole(row, f"{name}{BEFORE}"), _whole(row, f"{name}{NOW}"))


def _whole(row: Row, name: str) -> int:
    return int(str(row.get(name) or 0))


def _columns(fields: Sequence[Field]) -> list[Column]:
    return [Column(field.column, SQL_TYPES[field.type]) for field in fields]
