"""Computing where customers live, from all that was ever observed of their address.

A computed trait is observed at the very instants its inputs are, so that it is right as of any date. What was
observed since the last time is computed anew; a new edition of the reference, or another choice of
inputs, computes everybody's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import pyarrow as pa
from pyroaring import BitMap

from vitrail.collect.identity.settling import settle
from vitrail.collect.reference.communes import Communes
from vitrail.collect.reference.editions import communes_of
from vitrail.collect.reference.geography import EDITION, NOWHERE, Address, Place, locate
from vitrail.ledger import manifest, reference
from vitrail.ledger.database import Transaction
from vitrail.ledger.manifest import Load
from vitrail.ledger.reference import Placed
from vitrail.model.catalogue import Catalogue, Field
from vitrail.warehouse.columns import FOLDED, arrow_type, physical_columns
from vitrail.warehouse.scratch import Scratch, joined, listed, quoted, statement
from vitrail.warehouse.shelves import BROUGHT, PLACED
from vitrail.warehouse.store import Store
from vitrail.warehouse.traits import latest
from vitrail.warehouse.writer import EVER, Shelf, Writer, bounds_of

SOURCE = "reference"
"""Who says what is computed."""

OBSERVATION, SNAPSHOT = Shelf("observation"), Shelf("snapshot")


class Geography(msgspec.Struct, frozen=True):
    """What places customers in a catalogue: the traits of their address, and what follows from them."""

    inputs: tuple[Field, ...]
    computed: tuple[Field, ...]


def geography(catalogue: Catalogue) -> Geography:
    """What places the customers of a catalogue; empty when it declares no part of an address."""
    traits = catalogue.traits.values()
    inputs = tuple(each for each in traits if each.geography is not None)
    computed = tuple(each for each in traits if each.computed is not None and each.computed.by == "reference")
    return Geography(inputs, computed)


def place_profiles(store: Store) -> int:
    """Bring the computed traits of geography up to date; answers how many profiles changed."""
    if not geography(store.catalogue).inputs:
        return 0
    with store.ledger.reading() as connection:
        done, newest = reference.placed(connection), manifest.newest_version(connection).number
    if done.version == newest and done == _aim(store, newest):
        return 0
    with store.alongside(_nothing).writing() as writer:
        return _place(store, writer)


def _nothing(_connection: Transaction, _load: Load) -> None:
    """Note nothing beside what is computed: what goes with the load of a source went with that load."""


def _aim(store: Store, version: int) -> Placed:
    communes = communes_of(store)
    editions = f"{EDITION}+{communes.edition}" if communes else EDITION
    inputs = tuple(f"{each.geography}:{each.column}" for each in geography(store.catalogue).inputs)
    return Placed(editions, inputs, version)


def _place(store: Store, writer: Writer) -> int:
    aim = _aim(store, writer.version.number)
    known = geography(writer.catalogue)
    with store.ledger.reading() as connection:
        done = reference.placed(connection)
        added = manifest.files_added_after(connection, done.version, kind="observation", loaded=True)
    recent = [writer.root / file.path for file in added]
    whole = (done.editions, done.inputs) != (aim.editions, aim.inputs)
    with writer.scratch() as scratch:
        whole = whole or not all(path.exists() for path in recent)
        changed = _compute(writer, scratch, known=known, recent=None if whole else recent, store=store)
    if changed:
        load = Load(
            id=writer.load,
            kind=SOURCE,
            name="",
            source=SOURCE,
            origin=aim.editions,
            received_at_us=writer.now_us,
            accepted=changed,
            updated=changed,
        )
        aim = msgspec.structs.replace(aim, version=writer.commit(writer.catalogue, load=load).number)
    with store.ledger.writing() as connection:
        reference.note_placed(connection, aim)
    return changed


def _compute(
    writer: Writer, scratch: Scratch, *, known: Geography, recent: Sequence[Path] | None, store: Store
) -> int:
    """Write the computed observations that were missing or differ, and the snapshot they make."""
    columns = physical_columns(tuple(writer.catalogue.traits.values()))
    scratch.view("observations", writer.paths(OBSERVATION), columns=PLACED | BROUGHT | columns)
    inputs = [each.column for each in known.inputs]
    places = joined(inputs, "$c IS NOT NULL", by="OR", otherwise="false")
    if recent is None:
        concerned = statement("SELECT DISTINCT profile FROM observations WHERE $known", known=places)
    else:
        scratch.view("recent", recent, columns=PLACED | columns)
        concerned = statement("SELECT DISTINCT profile FROM recent WHERE $known", known=places)
    scratch.run(statement("CREATE TABLE concerned AS $query", query=concerned))
    if scratch.number("SELECT count(*) FROM concerned") == 0:
        return 0
    _show_addresses(scratch, known, any_known=places)
    _show_places(scratch, known, communes=communes_of(store))
    _write(writer, scratch, known=known)
    changed = _renew(writer, scratch)
    settle(writer, scratch, catalogue=writer.catalogue)
    return changed


def _show_addresses(scratch: Scratch, known: Geography, *, any_known: str) -> None:
    """What was known of an address whenever one of its parts was observed, and what was computed then."""
    parts = {
        "latest": latest((*known.inputs, *known.computed)),
        "inputs": listed(
            [each.column for each in known.inputs], "last_value($c IGNORE NULLS) OVER past AS $c"
        ),
        "computed": listed([each.column for each in known.computed]),
        "known": any_known,
    }
    scratch.run(statement(_ADDRESSES, **parts))


def _show_places(scratch: Scratch, known: Geography, *, communes: Communes | None) -> None:
    """What each different address tells."""
    columns = [each.column for each in known.inputs]
    addresses = scratch.table(statement("SELECT DISTINCT $columns FROM addresses", columns=listed(columns)))
    kinds = [str(each.geography) for each in known.inputs]
    found = [
        locate(Address(**dict(zip(kinds, row, strict=True))), communes)
        for row in zip(*(addresses.column(column).to_pylist() for column in columns), strict=True)
    ]
    told: dict[str, pa.Array] = {column: addresses.column(column) for column in columns}
    for field in known.computed:
        told |= _told(field, found)
    scratch.register("places", pa.table(told))


def _told(field: Field, places: Sequence[Place]) -> dict[str, pa.Array]:
    what = field.computed.what if field.computed else ""
    values = [getattr(place, what) for place in places]
    told = {"~" + field.column: pa.array(values, arrow_type(field.type))}
    if field.type == "text":
        told["~" + field.column + FOLDED] = pa.array([value.casefold() for value in values], pa.string())
    return told


def _write(writer: Writer, scratch: Scratch, *, known: Geography) -> None:
    """Keep what was not observed yet."""
    inputs = [each.column for each in known.inputs]
    query = statement(
        _COMPUTED,
        shown=", ".join(_shown(field) for field in known.computed),
        values=", ".join(_kept(field) for field in known.computed),
        differs=" OR ".join(_differs(field) for field in known.computed),
        same=joined(inputs, "a.$c IS NOT DISTINCT FROM p.$c", by="AND", otherwise="true"),
    )
    scratch.run(
        statement("CREATE TABLE computed AS $query", query=query), {"load": writer.load, "source": SOURCE}
    )
    scratch.run("CREATE TABLE changed AS SELECT DISTINCT profile FROM computed")
    scratch.run("CREATE VIEW every AS SELECT * FROM observations UNION ALL BY NAME SELECT * FROM computed")
    path = writer.staged("computed.parquet")
    rows = scratch.write("SELECT * FROM computed ORDER BY profile, at_us", path)
    writer.add(OBSERVATION, path, rows=rows, bounds=bounds_of(path) if rows else EVER)


def _shown(field: Field) -> str:
    """What an address tells, beside what was computed before.

    Coordinates that are lost become none; those that were never known stay unknown.
    """
    new = {"old": quoted(field.column), "new": quoted("~" + field.column), "nowhere": str(NOWHERE)}
    if field.type == "float":
        return statement(_COORDINATE, **new)
    if field.type == "text":
        return statement("a.$old, p.$new, p.$folded", folded=quoted("~" + field.column + FOLDED), **new)
    return statement("a.$old, p.$new", **new)


def _kept(field: Field) -> str:
    """The new value, and its companion, where they differ."""
    differs = _differs(field)
    columns = [field.column, field.column + FOLDED] if field.type == "text" else [field.column]
    return ", ".join(
        statement(
            "CASE WHEN $differs THEN $new END AS $old", differs=differs, new=quoted("~" + c), old=quoted(c)
        )
        for c in columns
    )


def _differs(field: Field) -> str:
    return f"{quoted('~' + field.column)} IS DISTINCT FROM {quoted(field.column)}"


def _renew(writer: Writer, scratch: Scratch) -> int:
    """Write the snapshot rows of the profiles that changed; answers how many they are."""
    changed = scratch.table("SELECT profile FROM changed ORDER BY profile").column("profile")
    if not len(changed):
        return 0
    folded = latest(tuple(writer.catalogue.traits.values()))
    path = writer.staged("snapshot.parquet")
    until = writer.version.traits_until_us
    rows = scratch.write(statement(_FOLDED, latest=folded), path, until=until)
    writer.add(SNAPSHOT, path, rows=rows)
    writer.touch(BitMap(changed.to_numpy()))
    return len(changed)


_ADDRESSES = """
CREATE TABLE addresses AS
SELECT profile, at_us, $inputs, $computed, known
FROM (
    SELECT profile, at_us, $latest, bool_or($known) AS known
    FROM observations SEMI JOIN concerned USING (profile) GROUP BY profile, at_us
)
WINDOW past AS (PARTITION BY profile ORDER BY at_us ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
QUALIFY known
"""
_COORDINATE = """
a.$old, coalesce(p.$new, CASE WHEN
bool_or(p.$new IS NOT NULL OR a.$old IS NOT NULL) OVER (PARTITION BY a.profile)
THEN $nowhere END) AS $new"""
_COMPUTED = """
SELECT profile, at_us, CAST($$load AS BIGINT) AS sequence, CAST($$load AS INTEGER) AS load,
    CAST($$source AS VARCHAR) AS "source~", $values
FROM (SELECT a.profile, a.at_us, $shown FROM addresses a JOIN places p ON $same)
WHERE $differs
"""
_FOLDED = """
SELECT profile, $latest FROM every SEMI JOIN changed USING (profile)
WHERE at_us < $$until GROUP BY profile ORDER BY profile
"""
