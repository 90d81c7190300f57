"""Rows of people who were erased: counted, and kept nowhere, not even among what is refused."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from vitrail.collect.contacts import contact_kind
from vitrail.collect.identity.forms import normalise
from vitrail.collect.settling import Intake, leave_out
from vitrail.consent.rights.tombstones import Doorkeeper, doorkeeper
from vitrail.model.identities import IdentityKind
from vitrail.warehouse.scratch import quoted, statement

EVERY_KIND: tuple[IdentityKind, ...] = ("key", "email", "phone", "loyalty_card", "crm_id", "anonymous_id")


def turn_away(intake: Intake) -> None:
    """Leave out the rows of people who were erased; to be called before anything else is said of a row.

    A row is theirs by its key or, for a key nobody has, by an identity or an address in it.
    """
    keeper = intake.writer.look(doorkeeper)
    if keeper is None:
        return
    scratch = intake.scratch
    gone = [*_by_key(intake, keeper), *_by_identity(intake, keeper), *_leaving(intake, keeper)]
    if not gone:
        return
    scratch.register("erased~keys", pa.table({"key": pa.array(sorted(set(gone)), pa.string())}))
    lines = scratch.rows('SELECT "line~" FROM fresh SEMI JOIN "erased~keys" USING (key) ORDER BY 1')
    if lines:
        leave_out(intake, 'SELECT "line~", true FROM typed SEMI JOIN "erased~keys" USING (key)')
        intake.refusals.turn_away([int(str(line)) for (line,) in lines], column=intake.roles["key"])


def forget_rejects(intake: Intake, path: Path) -> None:
    """Take the lines of erased people out of a file of refused rows, where another reason put them."""
    keeper = intake.writer.look(doorkeeper)
    if keeper is None or not path.exists():
        return
    table = pq.read_table(path)
    theirs = {
        row["line"]
        for row in table.to_pylist()
        if any(_is_erased(str(cell), keeper) for cell in (*(row.get("cells") or ()), row["found"]))
    }
    if theirs:
        lines = pa.array(sorted(theirs), pa.int64())
        temporary = path.with_suffix(".kept")
        pq.write_table(table.filter(pc.invert(pc.is_in(table.column("line"), lines))), temporary)
        os.replace(temporary, path)


def _by_key(intake: Intake, keeper: Doorkeeper) -> Iterator[str]:
    for key in _texts(intake, "SELECT DISTINCT key FROM fresh ANTI JOIN profiles USING (key)"):
        if keeper.turns_away("key", key):
            yield key


def _by_identity(intake: Intake, keeper: Doorkeeper) -> Iterator[str]:
    """The keys nobody has whose row gives an identity that was erased."""
    for field in intake.plan.loaded:
        if field.type != "text":
            continue
        given = contact_kind(field)
        kind = given or "email"
        query = statement(_ADDRESSES if given is None else _GIVEN, column=quoted(field.column))
        for key, value in intake.scratch.rows(query):
            form = normalise(kind, str(value))
            if isinstance(form, str) and keeper.turns_away(kind, form):
                yield str(key)


def _leaving(intake: Intake, keeper: Doorkeeper) -> Iterator[str]:
    """The keys of those whose erasure is not finished."""
    if keeper.leaving:
        leaving = pa.table({"profile": pa.array(sorted(keeper.leaving), pa.int32())})
        intake.scratch.register("erased~leaving", leaving)
        yield from _texts(intake, 'SELECT key FROM profiles SEMI JOIN "erased~leaving" USING (profile)')


def _is_erased(cell: str, keeper: Doorkeeper) -> bool:
    text = cell.strip()
    if not text:
        return False
    forms = ((kind, normalise(kind, text)) for kind in EVERY_KIND if kind != "email" or "@" in text)
    return any(isinstance(form, str) and keeper.turns_away(kind, form) for kind, form in forms)


def _texts(intake: Intake, query: str) -> Iterator[str]:
    return (str(row[0]) for row in intake.scratch.rows(query) if row[0])


_GIVEN = """
SELECT DISTINCT key, $column FROM fresh ANTI JOIN profiles USING (key) WHERE $column IS NOT NULL
"""
_ADDRESSES = """
SELECT DISTINCT key, $column FROM fresh ANTI JOIN profiles USING (key)
WHERE $column IS NOT NULL AND contains($column, '@')
"""
