"""Loading records and scores: what is updated by key, kept version by version."""

from __future__ import annotations

from vitrail.collect.origin import LABELS
from vitrail.collect.settling import (
    Counts,
    Intake,
    leave_out,
    number_profiles,
    refuse_lines,
    settle_repetitions,
    store,
    touch,
    unchanged_lines,
)
from vitrail.collect.staging import LINE
from vitrail.ledger.manifest import ALWAYS
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.scratch import joined, listed, statement
from vitrail.warehouse.writer import Shelf

VERSION = {"profile": "INTEGER", "at_us": "BIGINT", "sequence": "BIGINT", "id": "VARCHAR"}
SCORE = {"profile": "INTEGER", "at_us": "BIGINT", "sequence": "BIGINT", "value": "DOUBLE"}


def settle_records(intake: Intake, shelf: Shelf) -> Counts:
    """Compare each row with the version of its record in force then, and keep those that differ.

    A row replaces the whole record, but a property the load has no column for keeps its value.
    """
    settle_repetitions(intake, ["id", "at_us"] if intake.dated else ["id"], shown="id")
    number_profiles(intake)
    fields = tuple(intake.plan.fields.values())
    columns = physical_columns(fields)
    _lay_out(intake, "id")
    intake.scratch.view("stored", intake.writer.paths(shelf), columns=VERSION | columns)
    _find_base(intake, VERSION | columns, identity="id")
    kept = [name for name in columns if name not in intake.physical]
    shown = [listed(list(intake.physical), "i.$c"), listed(kept, "b.$c")]
    same = joined(["profile", *intake.values], "i.$c IS NOT DISTINCT FROM b.$c", by="AND", otherwise="true")
    parts = {"columns": "".join(f", {part}" for part in shown if part), "same": same}
    parts["first_us"] = "i.at_us" if intake.dated else f"CAST({ALWAYS} AS BIGINT)"
    return _write(intake, shelf, query=statement(_NEW_VERSIONS, **parts), columns=VERSION | columns)


def settle_scores(intake: Intake, shelf: Shelf) -> Counts:
    """Keep the scores that differ from the last one of their profile; an undated one holds since now."""
    settle_repetitions(intake, ["key", "at_us"] if intake.dated else ["key"], shown="key")
    scratch = intake.scratch
    scratch.run(
        'CREATE TABLE strangers AS SELECT "line~", key AS found FROM fresh ANTI JOIN profiles USING (key)'
    )
    refuse_lines(intake, "unknown_profile", shown="key", query='SELECT * FROM strangers ORDER BY "line~"')
    leave_out(intake, 'SELECT "line~", true FROM strangers')
    number_profiles(intake)
    _lay_out(intake, "value")
    scratch.view("stored", intake.writer.paths(shelf), columns=SCORE)
    _find_base(intake, SCORE, identity="profile")
    return _write(intake, shelf, query=_NEW_SCORES, columns=SCORE)


def _lay_out(intake: Intake, part: str) -> None:
    """Show the rows with their profiles and their instants (`incoming`)."""
    path = intake.writer.staged("incoming.parquet")
    at_us = "f.at_us" if intake.dated else str(intake.writer.now_us)
    intake.scratch.write(
        statement(_INCOMING, at_us=at_us, columns=listed([LINE, part, *intake.physical], "f.$c")), path
    )
    kind = {"id": "VARCHAR", "value": "DOUBLE"}[part]
    columns = {LINE: "BIGINT", "profile": "INTEGER", "at_us": "BIGINT", part: kind} | intake.physical
    intake.scratch.view("incoming", [path], columns=columns)


def _find_base(intake: Intake, columns: dict[str, str], *, identity: str) -> None:
    """For each row, the stored version in force at its instant, that instant included (`base`)."""
    parts = {
        "columns": listed([name for name in columns if name != identity], "s.$c"),
        "identity": listed([identity]),
    }
    intake.scratch.run(statement(_BASE, **parts))


def _write(intake: Intake, shelf: Shelf, *, query: str, columns: dict[str, str]) -> Counts:
    scratch, writer = intake.scratch, intake.writer
    path = writer.staged("written.parquet")
    scratch.lay_aside(query, path, sequence=writer.load, dated=intake.dated)
    scratch.view("written", [path], columns={LINE: "BIGINT", "new~": "BOOLEAN"} | columns)
    store(intake, shelf, query=statement(_SORTED, columns=listed(list(columns)) + LABELS))
    touch(
        intake, 'SELECT profile FROM written UNION SELECT b.profile FROM written JOIN base b USING ("line~")'
    )
    written = scratch.number("SELECT count(*) FROM written")
    created = scratch.number('SELECT count(*) FROM written WHERE "new~"')
    rows = scratch.number("SELECT count(*) FROM incoming")
    return Counts(
        created=created, updated=written - created, unchanged=rows - written + unchanged_lines(intake)
    )


_INCOMING = """
SELECT $columns, e.profile, CAST($at_us AS BIGINT) AS at_us FROM fresh f JOIN everyone e USING (key)
"""
_BASE = """
CREATE TABLE base AS
SELECT i."line~", s.$identity, $columns
FROM incoming i JOIN stored s ON s.$identity = i.$identity AND s.at_us <= i.at_us
QUALIFY row_number() OVER (PARTITION BY i."line~" ORDER BY s.at_us DESC, s.sequence DESC) = 1
"""
_NEW_VERSIONS = """
SELECT i."line~", i.profile, i.id, CAST($$sequence AS BIGINT) AS sequence,
       i."first~" AS "new~", CASE WHEN i."first~" THEN $first_us ELSE i.at_us END AS at_us$columns
FROM (
    SELECT *, NOT coalesce(id IN (SELECT id FROM stored SEMI JOIN incoming USING (id)), false)
        AND row_number() OVER (PARTITION BY id ORDER BY "line~") = 1 AS "first~"
    FROM incoming
) i
LEFT JOIN base b USING ("line~")
WHERE b."line~" IS NULL OR NOT $same OR ($$dated AND b.at_us <> i.at_us)
"""
_NEW_SCORES = """
SELECT i."line~", i.profile, i.at_us, CAST($sequence AS BIGINT) AS sequence, i.value,
       b."line~" IS NULL AS "new~"
FROM incoming i LEFT JOIN base b USING ("line~")
WHERE b."line~" IS NULL OR i.value IS DISTINCT FROM b.value OR ($dated AND b.at_us <> i.at_us)
"""
_SORTED = "SELECT $columns FROM written ORDER BY profile, at_us, sequence"
