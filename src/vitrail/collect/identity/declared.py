"""What a load of profiles claims by itself: the values of the traits that are declared to be identities."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from vitrail.collect.identity.claims import Claimed, claim
from vitrail.collect.settling import KEYS, Intake
from vitrail.model.catalogue import Field
from vitrail.model.identities import ANONYMOUS
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.scratch import Scratch, quoted, statement
from vitrail.warehouse.shelves import BROUGHT, PLACED
from vitrail.warehouse.writer import Shelf, Writer

OBSERVATION = Shelf("observation")


def claim_declared(intake: Intake) -> Claimed:
    """Claim the identities in the rows of a load of profiles, and the keys of those who have one.

    Nothing is guessed: a load without a declared identity claims nothing.
    """
    fields = [field for field in intake.plan.loaded if field.identity is not None]
    if not fields:
        return Claimed()
    scratch = intake.scratch
    scratch.register("origin", pa.table({"source": [intake.origin.source]}))
    at_us = "at_us" if intake.dated else str(intake.writer.now_us)
    rows = statement(_INCOMING, at_us=at_us)
    return _claim(intake.writer, scratch, fields=fields, rows=rows)


def claim_observed(writer: Writer, scratch: Scratch, *, fields: Sequence[Field]) -> Claimed:
    """Claim what was ever observed of some traits, and the keys of those it was observed of."""
    if not fields:
        return Claimed()
    columns = PLACED | BROUGHT | physical_columns(tuple(fields))
    scratch.view("observed", writer.standing(OBSERVATION), columns=columns)
    scratch.view("everyone", writer.standing(KEYS), columns={"profile": "INTEGER", "key": "VARCHAR"})
    return _claim(writer, scratch, fields=fields, rows=statement(_OBSERVED, now=str(writer.now_us)))


def _claim(writer: Writer, scratch: Scratch, *, fields: Sequence[Field], rows: str) -> Claimed:
    parts = [
        statement(_VALUES, kind=str(field.identity), column=quoted(field.column), rows=rows)
        for field in fields
    ]
    scratch.run("CREATE OR REPLACE TABLE declared AS " + " UNION ALL ".join(parts))
    return claim(writer, scratch, claims=scratch.table(statement(_CLAIMS, anonymous=ANONYMOUS)))


_INCOMING = "SELECT *, CAST($at_us AS BIGINT) AS seen, source FROM incoming, origin"
_OBSERVED = """
SELECT *, CASE WHEN at_us < -9000000000000000000 THEN $now ELSE at_us END AS seen,
       coalesce("source~", '') AS source
FROM observed
"""
_VALUES = """
SELECT profile, '$kind' AS kind, $column AS value, seen AS at_us, source
FROM ($rows) WHERE $column IS NOT NULL
"""
_CLAIMS = """
SELECT profile, kind, value, at_us, source FROM declared
UNION ALL
SELECT profile, 'key', key, at_us, source
FROM (
    SELECT profile, min(at_us) AS at_us, arg_min(source, (at_us, source)) AS source
    FROM declared GROUP BY profile
) JOIN everyone USING (profile)
WHERE NOT starts_with(key, '$anonymous')
"""
