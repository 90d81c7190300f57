"""The snapshot rows of people: the fold of everything that was observed of all their profiles."""

from __future__ import annotations

import pyarrow as pa

from vitrail.collect.identity.resolution import Whole
from vitrail.model.catalogue import Catalogue
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.scratch import Scratch, statement
from vitrail.warehouse.shelves import PLACED
from vitrail.warehouse.traits import latest
from vitrail.warehouse.writer import Shelf, Writer

OBSERVATION = Shelf("observation")
SNAPSHOT = Shelf("snapshot")

PLACE = "((CAST(at_us AS HUGEINT) * 4294967296 + sequence) * 2147483648 + profile)"
"""The order of observations of several profiles: by instant, by load, then by order of appearance."""


def renew(writer: Writer, scratch: Scratch, *, catalogue: Catalogue, changed: Whole) -> None:
    """Write the rows of the people who changed, and of those a profile of whom got a new row of its own.

    `canon~after` says who stands for whom.
    """
    written = writer.standing(SNAPSHOT)[len(writer.paths(SNAPSHOT)) :]
    scratch.view("rows~written", written, columns={"profile": "INTEGER"})
    scratch.register("who_changed", pa.table({"profile": pa.array(changed, pa.int32())}))
    scratch.run(_RENEWED)
    if not scratch.number("SELECT count(*) FROM who_renewed"):
        return
    fields = tuple(catalogue.traits.values())
    scratch.view("who_observed", writer.standing(OBSERVATION), columns=PLACED | physical_columns(fields))
    folded = latest(fields, order=PLACE)
    path = writer.staged("renewed.parquet")
    query = statement(_FOLDED, latest=f", {folded}" if folded else "")
    rows = scratch.write(query, path, until=writer.next_version.traits_until_us)
    writer.add(SNAPSHOT, path, rows=rows)


_RENEWED = """
CREATE OR REPLACE TABLE who_renewed AS
SELECT profile FROM who_changed ANTI JOIN "canon~after" USING (profile)
UNION
SELECT coalesce(a.canonical, w.profile) FROM (SELECT DISTINCT profile FROM "rows~written") w
LEFT JOIN "canon~after" a USING (profile)
WHERE a.canonical IS NOT NULL OR w.profile IN (SELECT canonical FROM "canon~after")
"""
_FOLDED = """
WITH parts AS (
    SELECT profile AS part, profile AS whole FROM who_renewed
    UNION ALL SELECT a.profile, a.canonical FROM "canon~after" a JOIN who_renewed r ON r.profile = a.canonical
), folded AS (
    SELECT p.whole$latest FROM who_observed o JOIN parts p ON p.part = o.profile
    WHERE at_us < $$until GROUP BY p.whole
)
SELECT r.profile, f.* EXCLUDE (whole) FROM who_renewed r LEFT JOIN folded f ON f.whole = r.profile
ORDER BY r.profile
"""
