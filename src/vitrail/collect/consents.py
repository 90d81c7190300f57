"""Loading what people agreed to: from a file or a table to the ledger of consents, with its proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from vitrail.collect.refusals import Reason
from vitrail.collect.settling import Counts, Intake, leave_out, number_profiles, refuse_lines, store, touch
from vitrail.collect.shape import CONSENTS
from vitrail.ledger.consents import AT_ONCE, append
from vitrail.model.catalogue import Catalogue
from vitrail.model.consents import Consent, ConsentState
from vitrail.warehouse.scratch import statement
from vitrail.warehouse.shelves import CONSENT
from vitrail.warehouse.writer import Shelf

SHELF = Shelf("consent")

_YES = "granted accepted yes oui true vrai 1 y o opt-in optin accordé accepté subscribed inscrit abonné"
_NO = "refused denied no non false faux 0 n refusé"
_NO_LONGER = "withdrawn revoked retiré opt-out optout unsubscribed désinscrit désabonné"
WORDS: dict[ConsentState, tuple[str, ...]] = {
    "granted": tuple(_YES.split()),
    "refused": tuple(_NO.split()),
    "withdrawn": tuple(_NO_LONGER.split()),
}
"""How files say yes, no and no longer; letter case does not matter."""


class Meant(msgspec.Struct, frozen=True):
    """What a load of consents is about where its rows do not say: a purpose, a channel (empty: all)."""

    purpose: str = ""
    channel: str = ""


def settle_consents(
    intake: Intake, catalogue: Catalogue, *, meant: Meant, called: Mapping[str, str]
) -> Counts:
    """Put each row in the ledger, unless it says what was known.

    A dated row is known again when the same was said at the same instant; an undated one when it is
    what the person last said. Rows that name no purpose, channel or state of ours are refused, under the
    names that their columns have in the input (`called`).
    """
    scratch = intake.scratch
    words = [(word, state) for state, each in WORDS.items() for word in each]
    scratch.register("words", pa.table({"word": [w for w, _ in words], "state": [s for _, s in words]}))
    parts = {name: name if name in intake.values else "NULL" for name in CONSENTS}
    at_us = "at_us" if intake.dated else str(intake.writer.now_us)
    scratch.run(statement(_READ, at_us=at_us, **parts), msgspec.structs.asdict(meant))
    _refuse(intake, catalogue, called=called)
    number_profiles(intake)
    scratch.view("consents~known", intake.writer.standing(SHELF), columns=CONSENT)
    scratch.run(_PLACED)
    scratch.run(_NEWS_DATED if intake.dated else _NEWS_UNDATED)
    path = intake.writer.staged("said.parquet")
    said = scratch.lay_aside(_CONTENT, path)
    if said:
        store(intake, SHELF, query=statement(_STORED))
        touch(intake, "SELECT profile FROM news")
        spoken = _spoken(path, source=intake.origin.source)
        intake.writer.note(partial(append, said=spoken, at_us=intake.writer.now_us))
    lines = scratch.number("SELECT count(*) FROM fresh")
    return Counts(created=said, unchanged=lines - said)


def _refuse(intake: Intake, catalogue: Catalogue, *, called: Mapping[str, str]) -> None:
    scratch = intake.scratch
    known = {"purpose": [*catalogue.purposes], "channel": ["", *catalogue.channels]}
    for name, keys in known.items():
        scratch.register(f"{name}s", pa.table({name: pa.array(keys, pa.string())}))
    reasons: tuple[tuple[Reason, str, str], ...] = (
        ("unknown_state", "state", _NO_STATE),
        ("unknown_purpose", "purpose", _NO_PURPOSE),
        ("unknown_channel", "channel", _NO_CHANNEL),
    )
    for reason, column, query in reasons:
        shown = column if column in intake.values else "state"
        refuse_lines(intake, reason, column=called.get(shown, shown), query=query)
        leave_out(intake, statement('SELECT "line~", true FROM ($query)', query=query))


def _spoken(path: Path, *, source: str) -> Iterator[Consent]:
    """What was laid aside for the ledger, read again piece by piece."""
    with pq.ParquetFile(path) as file:
        for batch in file.iter_batches(AT_ONCE):
            columns = [column.to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                yield Consent(**dict(zip(batch.schema.names, row, strict=True)), source=source)


_READ = """
CREATE TABLE read AS
SELECT "line~", key, CAST($at_us AS BIGINT) AS at_us, w.state, CAST(fresh.state AS VARCHAR) AS told,
       coalesce(CAST($purpose AS VARCHAR), $$purpose) AS purpose,
       coalesce(CAST($channel AS VARCHAR), $$channel) AS channel,
       coalesce(CAST($wording AS VARCHAR), '') AS wording, coalesce(CAST($place AS VARCHAR), '') AS place,
       coalesce(CAST($method AS VARCHAR), '') AS method, coalesce(CAST($proof AS VARCHAR), '') AS proof
FROM fresh LEFT JOIN words w ON w.word = lower(trim(CAST(fresh.state AS VARCHAR)))
"""
_NO_STATE = """
SELECT "line~", told AS found FROM read SEMI JOIN fresh USING ("line~")
WHERE state IS NULL AND trim(told) <> ''
"""
_NO_PURPOSE = """
SELECT "line~", purpose AS found FROM read SEMI JOIN fresh USING ("line~") ANTI JOIN purposes USING (purpose)
"""
_NO_CHANNEL = """
SELECT "line~", channel AS found FROM read SEMI JOIN fresh USING ("line~") ANTI JOIN channels USING (channel)
"""
_PLACED = """
CREATE TABLE placed AS
SELECT r.*, e.profile FROM read r SEMI JOIN fresh USING ("line~") JOIN everyone e USING (key)
WHERE r.state IS NOT NULL
"""
_NEWS_DATED = """
CREATE TABLE news AS
SELECT * FROM placed ANTI JOIN "consents~known" USING (profile, purpose, channel, at_us, state)
QUALIFY row_number() OVER (PARTITION BY profile, purpose, channel, at_us, state ORDER BY "line~") = 1
"""
_NEWS_UNDATED = """
CREATE TABLE news AS
SELECT p.* FROM placed p LEFT JOIN (
    SELECT profile, purpose, channel, arg_max(state, (at_us, state <> 'granted')) AS state
    FROM "consents~known" GROUP BY ALL
) k USING (profile, purpose, channel)
WHERE k.state IS DISTINCT FROM p.state
QUALIFY row_number() OVER (PARTITION BY profile, purpose, channel, p.state ORDER BY "line~") = 1
"""
_STORED = """
SELECT profile, at_us, purpose, channel, state FROM news ORDER BY profile, at_us, purpose, channel, state
"""
_CONTENT = """
SELECT profile, purpose, state, at_us, channel, wording, place, method, proof FROM news ORDER BY "line~"
"""
