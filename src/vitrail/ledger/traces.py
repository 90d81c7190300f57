"""What the ledger tells of people beside what they said: pairs of duplicates, decisions, quoted values."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, update

from vitrail.ledger import duplicates, identities, schema, sources, vitals
from vitrail.model.identities import Decision, Ruling

Tells = Callable[[str], bool]
"""Whether a text tells of the people concerned."""

Row = dict[str, object]

TEXTS: tuple[tuple[Table, tuple[str, ...]], ...] = (
    (sources.pulls, ("problems",)),
    (sources.source_files, ("problems",)),
    (sources.source_progress, ("problems", "state")),
    (schema.loads, ("origin",)),
)
"""Free texts in which a value of a row may be quoted."""


def pair_rows(connection: Connection, profiles: Collection[int]) -> Iterator[Row]:
    """The pairs some profiles are part of, and what was decided of them."""
    for table in (duplicates.pairs, duplicates.verdicts):
        query = select(table).where(_either(table, profiles))
        yield from (dict(row) for row in connection.execute(query).mappings())


def erase_pairs(connection: Connection, profiles: Collection[int]) -> int:
    """Delete the pairs some profiles are part of, and what was decided of them."""
    tables = (duplicates.pairs, duplicates.verdicts)
    return sum(
        int(connection.execute(delete(table).where(_either(table, profiles))).rowcount) for table in tables
    )


def decisions_of(
    connection: Connection, profiles: Collection[int], *, identities_of: Collection[tuple[str, str]]
) -> Iterator[Decision]:
    """The decisions on identities that speak of some profiles, or of their identities."""
    for decision in identities.all_decisions(connection):
        if any(_speaks(ruling, profiles, known=identities_of) for ruling in decision.rulings):
            yield decision


def erase_decisions(
    connection: Connection, profiles: Collection[int], *, identities_of: Collection[tuple[str, str]]
) -> int:
    """Take what decisions say of some profiles away; that something was decided, and when, stays."""
    table = identities.decisions
    found = list(decisions_of(connection, profiles, identities_of=identities_of))
    for decision in found:
        kept = [each for each in decision.rulings if not _speaks(each, profiles, known=identities_of)]
        values = {"rulings": msgspec.json.encode(kept).decode(), "why": ""}
        connection.execute(update(table).where(table.c.id == decision.id).values(values))
    return len(found)


def telling_texts(connection: Connection, tells: Tells) -> Iterator[Row]:
    """The free texts that quote something of the people concerned."""
    for table, names in TEXTS:
        for row in connection.execute(select(table)).mappings():
            found = {name: row[name] for name in names if row[name] and tells(str(row[name]))}
            if found:
                yield {"table": table.name} | found
    last = vitals.last_vitals(connection)
    if last is not None and tells(last[2]):
        yield {"table": vitals.vitals.name, "document": last[2]}


def erase_texts(connection: Connection, tells: Tells) -> int:
    """Empty the free texts that quote something of the people concerned."""
    emptied = 0
    for table, names in TEXTS:
        for row in connection.execute(select(table)).mappings().all():
            values = {name: "" for name in names if row[name] and tells(str(row[name]))}
            if values:
                connection.execute(update(table).where(_same(table, dict(row))).values(values))
                emptied += len(values)
    last = vitals.last_vitals(connection)
    if last is not None and tells(last[2]):
        connection.execute(delete(vitals.vitals))
        emptied += 1
    return emptied


def _either(table: Table, profiles: Collection[int]) -> ColumnElement[bool]:
    return or_(table.c.a.in_(profiles), table.c.b.in_(profiles))


def _same(table: Table, row: Row) -> ColumnElement[bool]:
    return and_(*(column == row[column.name] for column in table.primary_key.columns))


def _speaks(ruling: Ruling, profiles: Collection[int], *, known: Collection[tuple[str, str]]) -> bool:
    return ruling.profile in profiles or (ruling.kind, ruling.value) in known
