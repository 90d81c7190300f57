"""Claims: that a profile has an identity, since when, and from which source. They are only ever added."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.collect.identity.forms import Reason, Reject, normalise
from vitrail.model.identities import IdentityKind
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.shelves import CLAIM
from vitrail.warehouse.writer import Shelf, Writer

IDENTITY = Shelf("identity")

CLAIMS = pa.schema(
    [
        ("profile", pa.int32()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("at_us", pa.int64()),
        ("source", pa.string()),
    ]
)
"""What is claimed: the number of a profile, an identity as it was written, when it was seen, who says so."""


class Refused(msgspec.Struct, frozen=True):
    """How many claims were left aside for one reason, with a value that shows it."""

    kind: IdentityKind
    reason: Reason
    claims: int
    example: str


class Claimed(msgspec.Struct, frozen=True):
    """What became of some claims: how many were new, and those that tell nobody apart."""

    stored: int = 0
    refused: tuple[Refused, ...] = ()


def claim(writer: Writer, scratch: Scratch, *, claims: pa.Table) -> Claimed:
    """Keep what is new among claims (columns of `CLAIMS`, values as they were written).

    They are part of the snapshot the writer commits, like any file it adds. Call it as often as needed;
    then `settle`, once, before the commit.
    """
    written, refused = _normalised(claims.select(CLAIMS.names).cast(CLAIMS))
    if not written.num_rows:
        return Claimed(0, refused)
    scratch.register("claims~new", written)
    scratch.view("claims~known", writer.standing(IDENTITY), columns=CLAIM)
    path = writer.staged("identity.parquet")
    rows = scratch.write(_NEWS, path, sequence=writer.load)
    writer.add(IDENTITY, path, rows=rows)
    return Claimed(rows, refused)


def _normalised(claims: pa.Table) -> tuple[pa.Table, tuple[Refused, ...]]:
    """The claims with each identity in its one form, without those that are none."""
    parts = [CLAIMS.empty_table()]
    refused: list[Refused] = []
    for kind in pc.unique(claims["kind"]).to_pylist():
        of_kind = claims.filter(pc.equal(claims["kind"], kind))
        coded = of_kind["value"].combine_chunks().dictionary_encode()
        outcomes = [_outcome(kind, text) for text in coded.dictionary.to_pylist()]
        forms = pa.array([each if isinstance(each, str) else None for each in outcomes], pa.string())
        values = forms.take(coded.indices)
        refused += _refused(kind, coded, outcomes=outcomes)
        named = of_kind.set_column(CLAIMS.get_field_index("value"), "value", values)
        parts.append(named.filter(pc.is_valid(values)))
    return pa.concat_tables(parts), tuple(refused)


def _outcome(kind: IdentityKind, text: str | None) -> str | Reject:
    return Reject("empty") if text is None else normalise(kind, text)


def _refused(
    kind: IdentityKind, coded: pa.DictionaryArray, *, outcomes: list[str | Reject]
) -> Iterator[Refused]:
    """The refusals of one kind, most frequent first; empty values are no claim at all."""
    texts, rows = coded.dictionary.to_pylist(), Counter(coded.indices.to_pylist())
    found: dict[Reason, list[int]] = {}
    for place, outcome in enumerate(outcomes):
        if isinstance(outcome, Reject) and outcome.reason != "empty":
            found.setdefault(outcome.reason, []).append(place)
    for reason, places in sorted(found.items()):
        often = max(places, key=lambda place: (rows[place], texts[place]))
        yield Refused(kind, reason, sum(rows[place] for place in places), texts[often])


_NEWS = """
SELECT profile, kind, value, min(at_us) AS at_us, arg_min(source, (at_us, source)) AS source,
       CAST($sequence AS BIGINT) AS sequence
FROM "claims~new" ANTI JOIN "claims~known" USING (profile, kind, value)
GROUP BY profile, kind, value ORDER BY kind, value, profile
"""
