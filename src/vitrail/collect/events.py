"""Loading events: each with its profile, its time and its id, kept once and never changed."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from vitrail.collect.numbering import Numbers, Whose, number_rows
from vitrail.collect.ordering import Waiting, write_stretches
from vitrail.collect.pile import Pile
from vitrail.collect.settling import (
    Counts,
    Intake,
    leave_out,
    lower_first_seen,
    refuse_lines,
    settle_repetitions,
    take_up,
    touch,
    unchanged_lines,
)
from vitrail.collect.staging import AT_ONCE, LINE
from vitrail.warehouse import slices
from vitrail.warehouse.scratch import joined, listed, quoted, statement
from vitrail.warehouse.writer import Shelf, bounds_of


def settle_events(intake: Intake, shelf: Shelf) -> Counts:
    """Tell new events from known ones and refused ones, and write the new ones."""
    piles = intake.piles
    if "id" in intake.roles:
        settle_repetitions(intake, ["id"], shown="id")
    else:
        piles = _name_by_content(intake)
    _settle_stored(intake, shelf)
    created = _write(intake, shelf, piles=piles)
    return Counts(created=created, unchanged=unchanged_lines(intake))


def _name_by_content(intake: Intake) -> tuple[Path, ...]:
    """Without a key, an event is named by its content, and by its place among those that say the same.

    Answers where the rows are, with their names.
    """
    scratch = intake.scratch
    content = [*sorted(intake.values), "at_us", "key"]
    parts = " || ".join(statement(_PIECE, column=quoted(name), name=name) for name in content)
    columns = listed([LINE, "key", "at_us", *intake.told])
    piles = _lay_aside(intake, "hashed", query=statement(_HASHED, columns=columns, content=parts))
    scratch.run(_OCCURRENCES)
    if scratch.number("SELECT count(*) FROM occurrences"):
        named = listed([LINE, "key", "at_us", *intake.told], "h.$c")
        piles = _lay_aside(intake, "named", query=statement(_NAMED, columns=named))
        take_up(intake, "named")
    else:
        take_up(intake, "hashed")
    return piles


def _lay_aside(intake: Intake, name: str, *, query: str) -> tuple[Path, ...]:
    """The rows a query answers, in piles and shown under its name."""
    rows = intake.scratch.batches(query, rows=AT_ONCE)
    with Pile(intake.writer.staged(name), rows.schema) as pile:
        for batch in rows:
            pile.add(_with_lists(pa.Table.from_batches([batch]), pile.plain | {"id", "key"}))
    columns = {LINE: "BIGINT", "key": "VARCHAR", "at_us": "BIGINT", "id": "VARCHAR"} | intake.told
    intake.scratch.lay_out(name, pile.paths, columns=columns)
    return pile.paths


def _with_lists(rows: pa.Table, plain: frozenset[str]) -> pa.Table:
    """The rows with their texts as places in a list of them, but for some columns."""
    for place, field in enumerate(rows.schema):
        if field.type == pa.string() and field.name not in plain:
            rows = rows.set_column(place, field.name, rows[field.name].dictionary_encode())
    return rows


def _settle_stored(intake: Intake, shelf: Shelf) -> None:
    """Events that are already there: unchanged when they say the same, else refused."""
    scratch, paths = intake.scratch, intake.writer.paths(shelf)
    scratch.view(
        "stored", paths, columns={"profile": "INTEGER", "at_us": "BIGINT", "id": "VARCHAR"} | intake.told
    )
    if not paths:
        return
    scratch.run("CREATE TABLE met AS SELECT DISTINCT id FROM stored SEMI JOIN fresh USING (id)")
    if scratch.number("SELECT count(*) FROM met") == 0:
        return
    same = joined(["at_us", *intake.values], "f.$c IS NOT DISTINCT FROM s.$c", by="AND", otherwise="true")
    scratch.run(statement(_MET_AGAIN, same=same))
    leave_out(intake, 'SELECT "line~", NOT same FROM met_again')
    shown = "id" if "id" in intake.roles else "at"
    query = 'SELECT "line~", id AS found FROM met_again WHERE NOT same ORDER BY 1'
    refuse_lines(intake, "stored", shown=shown, query=query)


def _write(intake: Intake, shelf: Shelf, *, piles: tuple[Path, ...]) -> int:
    """Write the new events, cut at months when they are many; answers how many there were."""
    scratch, writer = intake.scratch, intake.writer
    parts = slices.cut(scratch, "fresh")
    if not parts:
        return 0
    written = [writer.staged(f"slice-{number}.parquet") for number in range(len(parts))]
    left_out = scratch.table('SELECT DISTINCT "line~" FROM verdict')["line~"].to_numpy()
    whose = number_rows(intake, piles, left_out=left_out)
    scratch.run(
        "CREATE TABLE firsts AS SELECT profile, min(at_us) AS at_us FROM first_times GROUP BY profile"
    )
    scratch.rest()
    write_stretches(_waiting(intake, piles, whose=whose, left_out=left_out), parts, targets=written)
    lower_first_seen(intake, "FROM firsts")
    touch(intake, "SELECT profile FROM firsts")
    for part, target in zip(parts, written, strict=True):
        writer.add(shelf, target, rows=part.rows, bounds=bounds_of(target))
    return sum(part.rows for part in parts)


def _waiting(intake: Intake, piles: tuple[Path, ...], *, whose: Whose, left_out: Numbers) -> Waiting:
    """The rows of the load as they are to be written."""
    return Waiting(
        piles=piles,
        left_out=left_out,
        whose=whose,
        columns=("id", *intake.physical),
        labels={
            "load": pa.array([intake.writer.load], pa.int32()),
            "source~": pa.array([intake.origin.source]).dictionary_encode(),
        },
    )


_PIECE = """
CASE WHEN $column IS NULL THEN ''
ELSE '$name:' || length(CAST($column AS VARCHAR)) || ':' || CAST($column AS VARCHAR) END
"""
_HASHED = "SELECT $columns, substr(md5($content), 1, 20) AS id FROM fresh"
_OCCURRENCES = """
CREATE TABLE occurrences AS
SELECT "line~", row_number() OVER (PARTITION BY id ORDER BY "line~") AS number
FROM hashed SEMI JOIN (SELECT id FROM hashed GROUP BY id HAVING count(*) > 1) USING (id)
"""
_NAMED = """
SELECT $columns, CASE WHEN o.number > 1 THEN h.id || '-' || o.number ELSE h.id END AS id
FROM hashed h LEFT JOIN occurrences o USING ("line~")
"""
_MET_AGAIN = """
CREATE TABLE met_again AS
SELECT f."line~", f.id, s.profile IS NOT DISTINCT FROM p.profile AND $same AS same
FROM fresh f
JOIN (SELECT * FROM stored SEMI JOIN met USING (id)) s ON s.id = f.id
LEFT JOIN profiles p ON p.key = f.key
"""
