"""Bringing people up to date with what is claimed and decided: who stands for whom, in the writer's snapshot.

Only the components that new claims or decisions reach are resolved again. What follows from a merge or a
split is one file that says who stands for whom, and the snapshot rows of those it concerns.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
from pyroaring import BitMap

from vitrail.collect.identity.claims import IDENTITY
from vitrail.collect.identity.resolution import NOBODY, Resolution, Whole, resolve
from vitrail.collect.identity.traits import renew
from vitrail.model.catalogue import Catalogue
from vitrail.model.identities import Ruling
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.shelves import CLAIM
from vitrail.warehouse.writer import Shelf, Writer

CANON = Shelf("canon")
KEYS = Shelf("keys")
SNAPSHOT = Shelf("snapshot")
CANONICAL = {"profile": "INTEGER", "canonical": "INTEGER"}


class Settled(msgspec.Struct, frozen=True):
    """Who stands for whom before and after: columns `profile` and `canonical`."""

    before: pa.Table
    after: pa.Table


def settle(
    writer: Writer,
    scratch: Scratch,
    *,
    catalogue: Catalogue,
    rulings: Sequence[Ruling] = (),
    everybody: bool = False,
) -> Settled:
    """Make the writer's snapshot true to its claims, to the decisions so far and to some more rulings.

    To be called once, after everything else was added and before the commit. It costs nothing in a
    workspace where no identity was ever claimed and no trait has a policy. `everybody` folds all
    people anew: for policies that changed.
    """
    settled = look(writer, scratch, rulings=rulings)
    if settled is None and not everybody and not any(field.policy for field in catalogue.traits.values()):
        return Settled(_NOBODY, _NOBODY)
    settled = settled or Settled(_NOBODY, _NOBODY)
    scratch.register("canon~before", settled.before)
    scratch.register("canon~after", settled.after)
    changed = scratch.table(_CHANGED)["profile"].to_numpy()
    if len(changed):
        path = writer.staged("canon.parquet")
        rows = scratch.write('SELECT * FROM "canon~after" ORDER BY profile', path)
        writer.remove(writer.stored(CANON))
        writer.add(CANON, path, rows=rows)
        writer.touch(BitMap(changed))
    renew(writer, scratch, catalogue=catalogue, changed=changed, everybody=everybody)
    if everybody:
        writer.touch(BitMap(range(writer.next_version.profiles)))
    return settled


def look(writer: Writer, scratch: Scratch, *, rulings: Sequence[Ruling] = ()) -> Settled | None:
    """Who would stand for whom, without writing anything; None where nothing was ever claimed."""
    every = _every(writer, rulings)
    if not writer.standing(IDENTITY) and not every:
        return None
    scratch.view("canon~stored", writer.paths(CANON), columns=CANONICAL)
    before = scratch.table('SELECT profile, canonical FROM "canon~stored"')
    seeds = _seeds(writer, scratch, rulings=rulings)
    if not len(seeds):
        return Settled(before, before)
    _lay_out(writer, scratch, rulings=every)
    _spread(scratch, seeds)
    found = _resolution(scratch, rulings=every)
    scratch.register("canon~before", before)
    found_table = pa.table({"profile": found.profiles, "canonical": found.canonicals}).cast(_SCHEMA)
    scratch.register("canon~found", found_table)
    return Settled(before, scratch.table(_AFTER))


def resolution(writer: Writer, scratch: Scratch, *, rulings: Sequence[Ruling] = ()) -> Resolution:
    """All people and all that is held or shared, from the beginning: the same as what `settle` keeps."""
    every = _every(writer, rulings)
    if not writer.standing(IDENTITY) and not every:
        return NOBODY
    _lay_out(writer, scratch, rulings=every)
    scratch.run("CREATE OR REPLACE TABLE who_reached AS SELECT DISTINCT profile FROM who_links")
    return _resolution(scratch, rulings=every)


def show_claims(writer: Writer, scratch: Scratch) -> None:
    """Show all claims (`links`), those that count (`counting`) and the keys (`keys~standing`)."""
    _lay_out(writer, scratch, rulings=_every(writer, ()))


def _every(writer: Writer, more: Sequence[Ruling]) -> tuple[Ruling, ...]:
    """All rulings so far, and some more."""
    return (*(each for decision in writer.decisions for each in decision.rulings), *more)


# --- what is looked at ------------------------------------------------------------------------


def _seeds(writer: Writer, scratch: Scratch, *, rulings: Sequence[Ruling]) -> Whole:
    """The profiles of new claims and of new rulings."""
    fresh = writer.standing(IDENTITY)[len(writer.paths(IDENTITY)) :]
    scratch.view("claims~fresh", fresh, columns=CLAIM)
    scratch.view("claims~stored", writer.standing(IDENTITY), columns=CLAIM)
    scratch.register("rulings~new", _table(rulings))
    profiles: Whole = scratch.table(_SEEDS)["profile"].to_numpy().astype(np.int64)
    return profiles


def _lay_out(writer: Writer, scratch: Scratch, *, rulings: Sequence[Ruling]) -> None:
    """Show the claims and the joins (`links`), and those that count (`counting`)."""
    scratch.view("claims~stored", writer.standing(IDENTITY), columns=CLAIM)
    scratch.view("keys~standing", writer.standing(KEYS), columns={"profile": "INTEGER", "key": "VARCHAR"})
    scratch.register("who_rulings", _table(rulings))
    scratch.run(_LINKS)
    scratch.run(_LATEST)
    scratch.run(_COUNTING)


def _table(rulings: Sequence[Ruling]) -> pa.Table:
    rows = [msgspec.structs.asdict(each) | {"number": place} for place, each in enumerate(rulings)]
    return pa.Table.from_pylist(rows, schema=_RULINGS)


def _spread(scratch: Scratch, seeds: Whole) -> None:
    """Reach everybody who may be in a component with the seeds, from neighbour to neighbour (`reached`)."""
    scratch.register("who_seeds", pa.table({"profile": pa.array(seeds, pa.int32())}))
    scratch.run("CREATE OR REPLACE TABLE who_reached AS SELECT DISTINCT profile FROM who_seeds")
    scratch.run("CREATE OR REPLACE TABLE who_frontier AS SELECT profile FROM who_reached")
    while scratch.number("SELECT count(*) FROM who_frontier"):
        scratch.run(_NEIGHBOURS)
        scratch.run("INSERT INTO who_reached SELECT profile FROM who_neighbours")
        scratch.run("CREATE OR REPLACE TABLE who_frontier AS SELECT profile FROM who_neighbours")


def _resolution(scratch: Scratch, *, rulings: Sequence[Ruling]) -> Resolution:
    def keys_of(profiles: Whole) -> list[str]:
        scratch.register("who_wanted", pa.table({"profile": profiles, "place": np.arange(len(profiles))}))
        keys: list[str] = scratch.table(_KEYS)["key"].to_pylist()
        return keys

    claims = scratch.table(
        "SELECT profile, kind, value FROM who_counting SEMI JOIN who_reached USING (profile)"
    )
    return resolve(claims, keys_of=keys_of, reviewed=_reviewed(rulings))


def _reviewed(rulings: Sequence[Ruling]) -> Whole:
    last = {each.profile: each.effect for each in rulings if each.effect in ("review", "unreview")}
    found = sorted(profile for profile, effect in last.items() if effect == "review" and profile is not None)
    return np.array(found, np.int64)


_SCHEMA = pa.schema([("profile", pa.int32()), ("canonical", pa.int32())])
_NOBODY = pa.Table.from_batches([], _SCHEMA)
_RULINGS = pa.schema(
    [
        ("effect", pa.string()),
        ("profile", pa.int32()),
        ("kind", pa.string()),
        ("value", pa.string()),
        ("number", pa.int64()),
    ]
)

_SEEDS = """
SELECT DISTINCT profile FROM "claims~fresh"
UNION SELECT profile FROM "rulings~new" WHERE profile IS NOT NULL
UNION SELECT profile FROM "claims~stored"
JOIN (SELECT kind, value FROM "rulings~new" WHERE profile IS NULL) USING (kind, value)
"""
_LINKS = """
CREATE OR REPLACE TABLE who_links AS
SELECT profile, kind, value FROM "claims~stored"
UNION ALL SELECT DISTINCT profile, kind, value FROM who_rulings WHERE effect = 'join'
"""
_LATEST = """
CREATE OR REPLACE TABLE who_latest AS
SELECT profile, kind, value, arg_max(effect = 'sever', number) AS severed, max(number) AS number
FROM who_rulings WHERE effect IN ('sever', 'restore', 'join') GROUP BY profile, kind, value
"""
_NEIGHBOURS = """
CREATE OR REPLACE TABLE who_neighbours AS
SELECT DISTINCT l.profile FROM who_links l
SEMI JOIN (SELECT kind, value FROM who_links SEMI JOIN who_frontier USING (profile)) USING (kind, value)
ANTI JOIN who_reached USING (profile)
"""
_COUNTING = """
CREATE OR REPLACE VIEW who_counting AS
SELECT l.profile, l.kind, l.value FROM who_links l
LEFT JOIN who_latest o ON o.profile = l.profile AND o.kind = l.kind AND o.value = l.value
LEFT JOIN (SELECT * FROM who_latest WHERE profile IS NULL) a ON a.kind = l.kind AND a.value = l.value
WHERE NOT CASE WHEN coalesce(o.number, -1) > coalesce(a.number, -1) THEN o.severed
               ELSE coalesce(a.severed, false) END
"""
_REACHED = "SELECT profile, kind, value FROM who_counting SEMI JOIN who_reached USING (profile)"
_KEYS = 'SELECT key FROM who_wanted JOIN "keys~standing" USING (profile) ORDER BY place'
_AFTER = """
SELECT profile, canonical FROM "canon~before" ANTI JOIN who_reached USING (profile)
UNION ALL SELECT profile, canonical FROM "canon~found" ORDER BY profile
"""
_CHANGED = """
WITH moved AS (
    (SELECT * FROM "canon~before" EXCEPT SELECT * FROM "canon~after")
    UNION (SELECT * FROM "canon~after" EXCEPT SELECT * FROM "canon~before")
)
SELECT profile FROM moved UNION SELECT canonical FROM moved
"""
