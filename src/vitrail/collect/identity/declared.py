"""What a load of profiles claims by itself: the values of the traits that are declared to be identities."""

from __future__ import annotations

import pyarrow as pa

from vitrail.collect.identity.claims import CLAIMS, Claimed, claim
from vitrail.collect.settling import Intake
from vitrail.model.catalogue import Field
from vitrail.warehouse.scratch import quoted, statement


def claim_declared(intake: Intake) -> Claimed:
    """Claim the identities in the rows of a load of profiles, and the keys of those who have one.

    Nothing is guessed: a load without a declared identity claims nothing.
    """
    fields = [field for field in intake.plan.loaded if field.identity is not None]
    if not fields:
        return Claimed()
    scratch = intake.scratch
    at_us = "at_us" if intake.dated else str(intake.writer.now_us)
    parts = [_values(field, at_us=at_us) for field in fields]
    scratch.run("CREATE OR REPLACE TABLE declared AS " + " UNION ALL ".join(parts))
    claims = pa.concat_tables([scratch.table(_VALUES), scratch.table(_KEYS)])
    sources = pa.repeat(pa.scalar(intake.origin.source, pa.string()), claims.num_rows)
    named = claims.append_column("source", sources).select(CLAIMS.names)
    return claim(intake.writer, scratch, claims=named)


def _values(field: Field, *, at_us: str) -> str:
    parts = {"kind": str(field.identity), "column": quoted(field.column), "at_us": at_us}
    return statement(_DECLARED, **parts)


_DECLARED = """
SELECT profile, '$kind' AS kind, $column AS value, CAST($at_us AS BIGINT) AS at_us
FROM incoming WHERE $column IS NOT NULL
"""
_VALUES = "SELECT profile, kind, value, at_us FROM declared"
_KEYS = """
SELECT d.profile, 'key' AS kind, e.key AS value, d.at_us
FROM (SELECT profile, min(at_us) AS at_us FROM declared GROUP BY profile) d JOIN everyone e USING (profile)
"""
