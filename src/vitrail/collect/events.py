"""Loading events: each with its profile, its time and its id, kept once and never changed."""

from __future__ import annotations

from vitrail.collect.origin import LABELS
from vitrail.collect.settling import (
    Counts,
    Intake,
    leave_out,
    lower_first_seen,
    number_profiles,
    refuse_lines,
    settle_repetitions,
    take_up,
    touch,
    unchanged_lines,
)
from vitrail.collect.staging import LINE
from vitrail.warehouse import slices
from vitrail.warehouse.scratch import joined, listed, quoted, statement
from vitrail.warehouse.writer import Shelf, bounds_of


def settle_events(intake: Intake, shelf: Shelf) -> Counts:
    """Tell new events from known ones and refused ones, and write the new ones."""
    if "id" in intake.roles:
        settle_repetitions(intake, ["id"], shown="id")
    else:
        _name_by_content(intake)
    _settle_stored(intake, shelf)
    number_profiles(intake)
    created = _write(intake, shelf)
    return Counts(created=created, unchanged=unchanged_lines(intake))


def _name_by_content(intake: Intake) -> None:
    """Without a key, an event is named by its content, and by its place among those that say the same."""
    scratch = intake.scratch
    path = intake.writer.staged("named.parquet")
    content = [*sorted(intake.values), "at_us", "key"]
    parts = " || ".join(statement(_PIECE, column=quoted(name), name=name) for name in content)
    scratch.lay_aside(statement(_HASHED, content=parts), path)
    columns = {LINE: "BIGINT", "hash~": "VARCHAR", "key": "VARCHAR", "at_us": "BIGINT"} | intake.physical
    scratch.view("hashed", [path], columns=columns)
    scratch.run(_OCCURRENCES)
    shown = listed([name for name in columns if name != "hash~"], "h.$c")
    scratch.run(statement(_NAMED, shown=shown))
    take_up(intake, "named")


def _settle_stored(intake: Intake, shelf: Shelf) -> None:
    """Events that are already there: unchanged when they say the same, else refused."""
    scratch, paths = intake.scratch, intake.writer.paths(shelf)
    scratch.view(
        "stored", paths, columns={"profile": "INTEGER", "at_us": "BIGINT", "id": "VARCHAR"} | intake.physical
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


def _write(intake: Intake, shelf: Shelf) -> int:
    """Write the new events, cut at months when they are many; answers how many there were."""
    scratch, writer = intake.scratch, intake.writer
    kinds = {"profile": "INTEGER", "at_us": "BIGINT", "id": "VARCHAR"} | intake.physical
    fresh = listed(["at_us", "id", *intake.physical], "f.$c")
    sorted_rows = statement(_SORTED, labels=LABELS, fresh=fresh)
    parts = slices.cut(scratch, "fresh")
    written = [writer.staged(f"slice-{number}.parquet") for number in range(len(parts))]
    for part, target in zip(parts, written, strict=True):
        scratch.write(sorted_rows, target, start=part.start_us, end=part.end_us, **intake.labels)
    if written:
        scratch.view("settled", written, columns=kinds)
        scratch.run(
            "CREATE TABLE firsts AS SELECT profile, min(at_us) AS at_us FROM settled GROUP BY profile"
        )
        lower_first_seen(intake, "FROM firsts")
        touch(intake, "SELECT profile FROM firsts")
    for part, target in zip(parts, written, strict=True):
        writer.add(shelf, target, rows=part.rows, bounds=bounds_of(target))
    return sum(part.rows for part in parts)


_PIECE = """
CASE WHEN $column IS NULL THEN ''
ELSE '$name:' || length(CAST($column AS VARCHAR)) || ':' || CAST($column AS VARCHAR) END
"""
_HASHED = 'SELECT *, substr(md5($content), 1, 20) AS "hash~" FROM fresh'
_OCCURRENCES = """
CREATE TABLE occurrences AS
SELECT "line~", row_number() OVER (PARTITION BY "hash~" ORDER BY "line~") AS number
FROM hashed SEMI JOIN (SELECT "hash~" FROM hashed GROUP BY "hash~" HAVING count(*) > 1) USING ("hash~")
"""
_NAMED = """
CREATE VIEW named AS
SELECT $shown, CASE WHEN o.number > 1 THEN h."hash~" || '-' || o.number ELSE h."hash~" END AS id
FROM hashed h LEFT JOIN occurrences o USING ("line~")
"""
_MET_AGAIN = """
CREATE TABLE met_again AS
SELECT f."line~", f.id, s.profile IS NOT DISTINCT FROM p.profile AND $same AS same
FROM fresh f
JOIN (SELECT * FROM stored SEMI JOIN met USING (id)) s ON s.id = f.id
LEFT JOIN profiles p ON p.key = f.key
"""
_SORTED = """
SELECT *$labels FROM (
    SELECT e.profile, $fresh FROM fresh f JOIN everyone e USING (key)
    WHERE f.at_us >= $$start AND f.at_us < $$end
    ORDER BY e.profile, f.at_us, f.id
)
"""
"""Labels are the same in all rows: they are put on after the sort, which need not carry them."""
