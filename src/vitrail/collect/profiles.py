"""Loading profiles: what a row says that was not known becomes an observation, and the snapshot follows."""

from __future__ import annotations

import pyarrow as pa

from vitrail.collect.origin import LABELS
from vitrail.collect.rectified import without_wrong
from vitrail.collect.settling import (
    Counts,
    Intake,
    lower_first_seen,
    number_profiles,
    settle_repetitions,
    store,
    touch,
    unchanged_lines,
)
from vitrail.collect.staging import LINE
from vitrail.collect.zones import DAY_US, to_instants
from vitrail.ledger.manifest import ALWAYS, ENDLESS
from vitrail.model.catalogue import RECTIFIED, Field
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.scratch import Value, joined, listed, statement
from vitrail.warehouse.shelves import BROUGHT, PLACED, columns_of
from vitrail.warehouse.traits import chosen, latest, overlaid
from vitrail.warehouse.writer import Shelf

SNAPSHOT = Shelf("snapshot")
OBSERVATION = Shelf("observation")
CANON = Shelf("canon")


def settle_profiles(intake: Intake, created: Field | None) -> Counts:
    """Compare each row with what is known of its profile, and keep what it adds."""
    settle_repetitions(intake, ["key", "at_us"] if intake.dated else ["key"], shown="key")
    newcomers = number_profiles(intake)
    _lay_out(intake)
    _find_dated_news(intake) if intake.dated else _find_news(intake)
    store(intake, OBSERVATION, query=statement(_OBSERVATIONS, columns=listed(_columns(intake)) + LABELS))
    renew_snapshot(intake)
    _note_first_seen(intake, created)
    touch(intake, "SELECT profile FROM written UNION SELECT profile FROM newcomers")
    return _count(intake, newcomers)


def _lay_out(intake: Intake) -> None:
    """Show the rows with their profiles (`incoming`) beside what is stored (`snapshots`, `observations`)."""
    scratch, writer = intake.scratch, intake.writer
    path = writer.staged("incoming.parquet")
    scratch.lay_aside(_INCOMING, path)
    dates = {"at_us": "BIGINT"} if intake.dated else {}
    columns = {LINE: "BIGINT", "profile": "INTEGER"} | dates | intake.physical
    if intake.origin.source == RECTIFIED:
        scratch.view("incoming", [path], columns=columns)
    else:
        scratch.view("incoming~all", [path], columns=columns)
        rows = without_wrong(writer, scratch, rows="incoming~all", fields=intake.plan.loaded)
        scratch.run(statement("CREATE VIEW incoming AS $rows", rows=rows))
    known = physical_columns(_fields(intake))
    scratch.view("snapshots", writer.paths(SNAPSHOT), columns={"profile": "INTEGER"} | known)
    scratch.view("observations", writer.paths(OBSERVATION), columns=PLACED | BROUGHT | known)


def _find_news(intake: Intake) -> None:
    """Undated rows: a first value holds since always, a changed one since now.

    A value is compared with what holds now or, among several sources, with what its own said last.
    """
    writer, loaded = intake.writer, intake.plan.loaded
    _show_current(intake)
    later = listed(intake.values, "coalesce(bool_or($c IS NOT NULL), false) AS $c")
    intake.scratch.run(
        statement(
            _LATER,
            later=f", {later}" if later else "",
            until=str(writer.version.traits_until_us),
        )
    )
    changed = _RETOLD if _is_one_of_several(intake) else _CHANGED
    if changed is _RETOLD:
        said = statement(_SAID, latest=_also(latest(loaded)))
        intake.scratch.run(said, {"source": intake.origin.source, "now": writer.now_us})
    parts = {
        "first": chosen(loaded, _FIRST),
        "changed": chosen(loaded, changed),
        "any_first": joined(intake.values, _FIRST, by="OR", otherwise="false"),
        "any_changed": joined(intake.values, changed, by="OR", otherwise="false"),
        "said": "LEFT JOIN said s USING (profile)" if changed is _RETOLD else "",
    }
    _write_news(intake, statement(_NEWS, **parts), always=ALWAYS, now=writer.now_us)


def _find_dated_news(intake: Intake) -> None:
    """Dated rows: what the same instant, or their own source at that instant, does not already say."""
    loaded = intake.plan.loaded
    mine = 'WHERE "source~" = $source' if _is_one_of_several(intake) else ""
    parts = {
        "mine": mine,
        "there": latest(loaded, order="sequence"),
        "new": chosen(loaded, _NEW),
        "any_new": joined(intake.values, _NEW, by="OR", otherwise="false"),
    }
    _write_news(intake, statement(_DATED_NEWS, **parts), **({"source": intake.origin.source} if mine else {}))


def _is_one_of_several(intake: Intake) -> bool:
    """Whether the load has a named source and others have spoken too, or a policy asks who said what."""
    if any(field.policy for field in intake.plan.loaded):
        return True
    others = 'SELECT EXISTS (SELECT 1 FROM observations WHERE "source~" IS DISTINCT FROM $source)'
    return intake.origin.is_named and bool(intake.scratch.number(others, {"source": intake.origin.source}))


def _write_news(intake: Intake, query: str, **parameters: Value) -> None:
    writer = intake.writer
    path = writer.staged("written.parquet")
    intake.scratch.lay_aside(query, path, sequence=writer.load, **parameters)
    intake.scratch.view("written", [path], columns={LINE: "BIGINT"} | PLACED | intake.physical)


def _show_current(intake: Intake) -> None:
    """What holds now of the profiles of the load, by what was said of each of them alone."""
    writer, fields = intake.writer, _fields(intake)
    known = physical_columns(fields)
    folded = {"latest": _also(latest(fields)), "now": str(writer.now_us)}
    if writer.version.traits_until_us <= writer.now_us:
        query = statement(_FOLDED_NOW, only="", **folded)
    elif writer.paths(CANON):
        intake.scratch.view("canon", writer.paths(CANON), columns=columns_of(writer.catalogue, CANON))
        intake.scratch.run(_MERGED)
        query = statement(
            _CURRENT, columns=listed(["profile", *known]), only="ANTI JOIN merged USING (profile)"
        )
        query += " UNION ALL BY NAME " + statement(
            _FOLDED_NOW, only="SEMI JOIN merged USING (profile)", **folded
        )
    else:
        query = statement(_CURRENT, columns=listed(["profile", *known]), only="")
    intake.scratch.run(statement("CREATE VIEW current AS $query", query=query))


def renew_snapshot(intake: Intake) -> None:
    """Write the snapshot rows of the profiles whose traits changed, and the instants they are right for."""
    scratch, writer, fields = intake.scratch, intake.writer, _fields(intake)
    known = physical_columns(fields)
    scratch.run(statement(_ALL_OBSERVATIONS, columns=listed([*PLACED, *known])))
    until = (
        scratch.number("SELECT min(at_us) FROM every WHERE at_us > $now", {"now": writer.now_us}) or ENDLESS
    )
    start = scratch.rows("SELECT max(at_us) FROM every WHERE at_us < $until", {"until": until})[0][0]
    before = writer.version.traits_until_us
    if intake.dated or before <= writer.now_us or _is_one_of_several(intake):
        folded = {"latest": _also(latest(fields)), "before": str(before), "until": str(until)}
        store(intake, SNAPSHOT, query=statement(_FOLDED, **folded))
    else:
        store(intake, SNAPSHOT, query=statement(_OVERLAID, rows=overlaid(fields, intake.physical)))
    writer.describe(traits_from_us=ALWAYS if start is None else int(str(start)), traits_until_us=until)


def _note_first_seen(intake: Intake, created: Field | None) -> None:
    """Dated observations and the declared date of creation say since when a profile is there."""
    if intake.dated:
        lower_first_seen(intake, "SELECT profile, at_us FROM written")
    if created is None or created.column not in intake.values:
        return
    column = listed([created.column])
    if created.type == "instant":
        query = "SELECT profile, $column AS at_us FROM incoming WHERE $column IS NOT NULL"
    else:
        _show_midnights(intake, column)
        query = "SELECT profile, m.at_us FROM incoming i JOIN midnights m ON m.day = i.$column"
    lower_first_seen(intake, statement(query, column=column))


def _show_midnights(intake: Intake, column: str) -> None:
    days = intake.scratch.table(
        statement("SELECT DISTINCT $column AS day FROM incoming WHERE $column IS NOT NULL", column=column)
    )
    walls = days.column("day").cast(pa.int32()).cast(pa.int64()).to_numpy() * DAY_US
    table = pa.table({"day": days.column("day"), "at_us": to_instants(walls, intake.zone)})
    intake.scratch.register("midnights", table)


def _count(intake: Intake, newcomers: int) -> Counts:
    rows = intake.scratch.number("SELECT count(*) FROM incoming")
    updated = intake.scratch.number(_UPDATED)
    spare = unchanged_lines(intake)
    return Counts(created=newcomers, updated=updated, unchanged=rows - newcomers - updated + spare)


def _fields(intake: Intake) -> tuple[Field, ...]:
    return tuple(intake.plan.fields.values())


def _columns(intake: Intake) -> list[str]:
    return [*PLACED, *intake.physical]


def _also(columns: str) -> str:
    return f", {columns}" if columns else ""


_FIRST = "(i.$c IS NOT NULL AND c.$c IS NULL AND NOT coalesce(l.$c, false))"
_CHANGED = "(i.$c IS NOT NULL AND i.$c IS DISTINCT FROM c.$c AND (c.$c IS NOT NULL OR coalesce(l.$c, false)))"
_RETOLD = _CHANGED.replace("DISTINCT FROM c.", "DISTINCT FROM s.")
_NEW = "(i.$c IS NOT NULL AND i.$c IS DISTINCT FROM t.$c)"

_INCOMING = "SELECT e.profile, f.* EXCLUDE (key) FROM fresh f JOIN everyone e USING (key)"
_CURRENT = """
SELECT $columns FROM snapshots SEMI JOIN incoming USING (profile) $only
QUALIFY row_number() OVER (PARTITION BY profile ORDER BY "file~" DESC) = 1
"""
_LATER = """
CREATE VIEW later AS SELECT profile$later FROM observations WHERE at_us >= $until GROUP BY profile
"""
_MERGED = "CREATE VIEW merged AS SELECT profile FROM canon UNION SELECT canonical FROM canon"
_FOLDED_NOW = """
SELECT profile$latest FROM observations SEMI JOIN incoming USING (profile) $only
WHERE at_us <= $now GROUP BY profile
"""
_SAID = """
CREATE TABLE said AS
SELECT profile$latest FROM observations SEMI JOIN incoming USING (profile)
WHERE "source~" = $$source AND at_us <= $$now GROUP BY profile
"""
_NEWS = """
SELECT i."line~", i.profile, CAST($$always AS BIGINT) AS at_us, CAST($$sequence AS BIGINT) AS sequence, $first
FROM incoming i LEFT JOIN current c USING (profile) LEFT JOIN later l USING (profile) WHERE $any_first
UNION ALL
SELECT i."line~", i.profile, CAST($$now AS BIGINT) AS at_us, CAST($$sequence AS BIGINT) AS sequence, $changed
FROM incoming i LEFT JOIN current c USING (profile) LEFT JOIN later l USING (profile) $said WHERE $any_changed
"""
_DATED_NEWS = """
SELECT i."line~", i.profile, i.at_us, CAST($$sequence AS BIGINT) AS sequence, $new
FROM incoming i
LEFT JOIN (
    SELECT profile, at_us, $there FROM observations SEMI JOIN incoming USING (profile, at_us)
    $mine GROUP BY profile, at_us
) t USING (profile, at_us)
WHERE $any_new
"""
_OBSERVATIONS = "SELECT $columns FROM written ORDER BY profile, at_us"
_ALL_OBSERVATIONS = """
CREATE VIEW every AS
SELECT $columns FROM (SELECT * FROM observations UNION ALL BY NAME SELECT * FROM written)
"""
_FOLDED = """
SELECT profile$latest
FROM every SEMI JOIN (
    SELECT profile FROM written
    UNION SELECT profile FROM observations WHERE at_us >= $before AND at_us < $until
) USING (profile)
WHERE at_us < $until GROUP BY profile ORDER BY profile
"""
_OVERLAID = """
SELECT profile, $rows FROM incoming i LEFT JOIN current c USING (profile)
WHERE profile IN (SELECT profile FROM written) ORDER BY profile
"""
_UPDATED = """
SELECT count(DISTINCT "line~") FROM written w
WHERE w."line~" NOT IN (SELECT first FROM newcomers)
"""
