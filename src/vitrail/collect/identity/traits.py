"""The snapshot rows of people: the fold of everything that was observed of all their profiles."""

from __future__ import annotations

import pyarrow as pa

from vitrail.collect.identity.resolution import Whole
from vitrail.model.catalogue import DECISIVE, RECTIFIED, Catalogue, Field
from vitrail.warehouse.columns import FOLDED, physical_columns
from vitrail.warehouse.scratch import Scratch, listed, quoted, statement
from vitrail.warehouse.shelves import BROUGHT, PLACED
from vitrail.warehouse.traits import by_source
from vitrail.warehouse.writer import Shelf, Writer

OBSERVATION = Shelf("observation")
SNAPSHOT = Shelf("snapshot")

PLACE = "((CAST(at_us AS HUGEINT) * 4294967296 + sequence) * 2147483648 + profile)"
"""The order of observations of several profiles: by instant, by load, then by order of appearance."""


def renew(
    writer: Writer, scratch: Scratch, *, catalogue: Catalogue, changed: Whole, everybody: bool = False
) -> None:
    """Write the rows of the people who changed, and of those a profile of whom got a new row of its own.

    `canon~after` says who stands for whom. Where traits have policies, every row that was written in
    this step is folded again by them.
    """
    fields = tuple(catalogue.traits.values())
    written = writer.standing(SNAPSHOT)[0 if everybody else len(writer.paths(SNAPSHOT)) :]
    scratch.view("rows~written", written, columns={"profile": "INTEGER"})
    scratch.register("who_changed", pa.table({"profile": pa.array(changed, pa.int32())}))
    of_all = everybody or any(field.policy for field in fields)
    scratch.run(statement(_RENEWED, only="" if of_all else _ONLY_MERGED))
    if not scratch.number("SELECT count(*) FROM who_renewed"):
        return
    columns = PLACED | BROUGHT | physical_columns(fields)
    scratch.view("who_observed", writer.standing(OBSERVATION), columns=columns)
    scratch.run(statement(_SAID, place=PLACE), {"until": writer.next_version.traits_until_us})
    path = writer.staged("renewed.parquet")
    rows = scratch.write(_query(fields), path)
    writer.add(SNAPSHOT, path, rows=rows)


def _query(fields: tuple[Field, ...]) -> str:
    """One row per person: each trait by its policy."""
    voted = [field for field in fields if field.policy and field.policy.by == "most_frequent"]
    single = tuple(field for field in fields if field not in voted)
    folded = by_source(single, order="place")
    columns = listed(list(physical_columns(fields)))
    joins = "".join(statement(_JOINED, votes=_votes(each, n), n=str(n)) for n, each in enumerate(voted))
    return statement(
        _FOLDED,
        latest=f", {folded}" if folded else "",
        columns=f", {columns}" if columns else "",
        joins=joins,
    )


def _votes(field: Field, number: int) -> str:
    """What most sources said last of a trait, each with one voice on each profile."""
    companion = quoted(field.column + FOLDED) if field.type == "text" else "NULL"
    shown = f", folded AS {companion}" if field.type == "text" else ""
    return statement(
        _VOTES,
        column=quoted(field.column),
        companion=companion,
        shown=shown,
        n=str(number),
        rectified=RECTIFIED,
        decisive=str(DECISIVE),
    )


_ONLY_MERGED = 'WHERE a.canonical IS NOT NULL OR w.profile IN (SELECT canonical FROM "canon~after")'
_RENEWED = """
CREATE OR REPLACE TABLE who_renewed AS
SELECT profile FROM who_changed ANTI JOIN "canon~after" USING (profile)
UNION
SELECT coalesce(a.canonical, w.profile) FROM (SELECT DISTINCT profile FROM "rows~written") w
LEFT JOIN "canon~after" a USING (profile) $only
"""
_SAID = """
CREATE OR REPLACE TABLE who_said AS
SELECT p.whole, o.*, $place AS place
FROM who_observed o JOIN (
    SELECT profile AS part, profile AS whole FROM who_renewed
    UNION ALL SELECT a.profile, a.canonical FROM "canon~after" a JOIN who_renewed r ON r.profile = a.canonical
) p ON p.part = o.profile
WHERE o.at_us < $$until
"""
_FOLDED = """
WITH folded AS (SELECT whole$latest FROM who_said GROUP BY whole)
SELECT r.profile$columns FROM who_renewed r LEFT JOIN folded f ON f.whole = r.profile $joins
ORDER BY r.profile
"""
_JOINED = " LEFT JOIN ($votes) v$n ON v$n.voter$n = r.profile"
_VOTES = """
SELECT whole AS voter$n, value AS $column$shown FROM (
    SELECT whole, value, max(folded) AS folded,
           sum(CASE WHEN "source~" = '$rectified' THEN $decisive ELSE 1 END) AS voices, max(place) AS place
    FROM (
        SELECT whole, profile, "source~", arg_max($column, place) AS value,
               arg_max_null($companion, place) AS folded, max(place) AS place
        FROM who_said WHERE $column IS NOT NULL GROUP BY ALL
    ) GROUP BY whole, value
) QUALIFY row_number() OVER (PARTITION BY whole ORDER BY voices DESC, place DESC) = 1
"""
