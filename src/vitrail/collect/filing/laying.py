"""Writing what a batch gathered into the files of the next snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.collect.filing.batch import Batch, Claim
from vitrail.collect.filing.said import file_sayings
from vitrail.collect.filing.sheets import Sheet
from vitrail.collect.identity import claim, settle
from vitrail.collect.origin import Origin
from vitrail.collect.plan import Plan
from vitrail.collect.profiles import OBSERVATION, SNAPSHOT, renew_snapshot
from vitrail.collect.rectified import without_wrong
from vitrail.collect.refusals import Refusals
from vitrail.collect.settling import KEYS, Intake, lower_first_seen, number_profiles
from vitrail.ledger import filing
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.scratch import Scratch
from vitrail.warehouse.shelves import PLACED, order_of
from vitrail.warehouse.writer import Shelf, Writer, bounds_of


class Laid(msgspec.Struct, frozen=True):
    """What a batch came to: events, records, observations of traits, profiles nobody had met."""

    events: int = 0
    records: int = 0
    observations: int = 0
    new_profiles: int = 0


class _Numbers(msgspec.Struct, frozen=True):
    """The number of each profile by its key, and of today's load by its source."""

    profiles: Mapping[str, int]
    loads: Mapping[str, int]


def lay_down(batch: Batch, writer: Writer, *, loads: Mapping[str, int]) -> Laid:
    """Write everything a batch gathered; it is seen once the writer commits."""
    if not batch.seen:
        return Laid()
    with writer.scratch() as scratch, Refusals(writer.staged("rejects.parquet")) as refusals:
        intake = _intake(batch, writer, scratch=scratch, refusals=refusals)
        new = number_profiles(intake)
        numbers = _Numbers(_numbers(scratch), loads)
        counts = {"event": 0, "record": 0}
        for sheet in batch.sheets.values():
            counts[sheet.collection.kind] += _write_sheet(sheet, writer, numbers=numbers)
        observations = _observe(batch.traits, intake, numbers=numbers)
        _note_seen(batch, intake, numbers=numbers)
        if batch.claims:
            claim(writer, scratch, claims=_claims(batch.claims, numbers.profiles))
        if batch.sayings:
            file_sayings(batch.sayings, intake, listening=batch.listening, numbers=numbers.profiles)
        settle(writer, scratch, catalogue=batch.known())
    return Laid(counts["event"], counts["record"], observations, new)


def _intake(batch: Batch, writer: Writer, *, scratch: Scratch, refusals: Refusals) -> Intake:
    """The batch as the steps that every load has in common know one."""
    keys = list(batch.seen)
    scratch.register("fresh", pa.table({"line~": pa.array(range(len(keys)), pa.int64()), "key": keys}))
    scratch.view("profiles", writer.paths(KEYS), columns={"key": "VARCHAR", "profile": "INTEGER"})
    plan = Plan((), batch.traits.fields, tuple(batch.traits.fields.values()))
    roles = {"key": "key", "at": "at"}
    return Intake(writer, scratch, plan, refusals, roles, batch.zone, Origin(filing.TRACKING))


def _numbers(scratch: Scratch) -> dict[str, int]:
    table = scratch.table("SELECT key, profile FROM everyone SEMI JOIN fresh USING (key)")
    return dict(zip(table["key"].to_pylist(), table["profile"].to_pylist(), strict=True))


def _write_sheet(sheet: Sheet, writer: Writer, *, numbers: _Numbers) -> int:
    """Write the rows of a collection as one file, in the order of its shelf."""
    if not sheet.rows:
        return 0
    collection = sheet.collection
    shelf = Shelf(collection.kind, collection.name, collection.column)
    table = _table(sheet, numbers, order=order_of(shelf))
    path = writer.staged(f"{collection.column}.parquet")
    pq.write_table(table, path, **PACKED)
    writer.add(shelf, path, rows=table.num_rows, bounds=bounds_of(path))
    return len(sheet.rows)


def _observe(sheet: Sheet, intake: Intake, *, numbers: _Numbers) -> int:
    """Write what was observed of traits, and the snapshot of the profiles it is about."""
    if not sheet.rows:
        return 0
    writer, scratch = intake.writer, intake.scratch
    table = _table(sheet, numbers, order=order_of(OBSERVATION)).drop_columns(["id"])
    scratch.register("tracked~all", table)
    fields = tuple(sheet.fields.values())
    table = scratch.table(without_wrong(writer, scratch, rows="tracked~all", fields=fields))
    path, copy = writer.staged("observation.parquet"), writer.staged("written.parquet")
    pq.write_table(table, copy, **PACKED)
    known = physical_columns(tuple(sheet.fields.values()))
    scratch.view("snapshots", writer.paths(SNAPSHOT), columns={"profile": "INTEGER"} | known)
    scratch.view("observations", writer.paths(OBSERVATION), columns=PLACED | known)
    scratch.view("written", [copy], columns=PLACED | known)
    pq.write_table(table, path, **PACKED)
    writer.add(OBSERVATION, path, rows=table.num_rows, bounds=bounds_of(path))
    renew_snapshot(intake)
    return len(sheet.rows)


def _note_seen(batch: Batch, intake: Intake, *, numbers: _Numbers) -> None:
    """Since when each profile is there, and which profiles the batch touched."""
    profiles = pa.array([numbers.profiles[key] for key in batch.seen], pa.int32())
    intake.scratch.register("seen", pa.table({"profile": profiles, "at_us": list(batch.seen.values())}))
    lower_first_seen(intake, "SELECT profile, at_us FROM seen")
    intake.writer.touch(BitMap(profiles.to_numpy().astype(np.uint32)))


def _table(sheet: Sheet, numbers: _Numbers, *, order: Sequence[str]) -> pa.Table:
    """The rows of a sheet, sorted: where they belong, what they say, which load and source brought them."""
    rows = sheet.rows
    columns = {
        "profile": pa.array([numbers.profiles[row.key] for row in rows], pa.int32()),
        "at_us": pa.array([row.at_us for row in rows], pa.int64()),
        "sequence": pa.array([row.sequence for row in rows], pa.int64()),
        "id": pa.array([row.id for row in rows], pa.string()),
        "load": pa.array([numbers.loads[row.source] for row in rows], pa.int32()),
        "source~": pa.array([row.source for row in rows], pa.string()),
        **dict(sheet.columns()),
    }
    table = pa.table(columns)
    return table.sort_by([(name, "ascending") for name in (*order, *({"id"} - set(order)))])


def _claims(claims: Sequence[Claim], numbers: Mapping[str, int]) -> pa.Table:
    """Claims as the keeper of identities takes them."""
    return pa.table(
        {
            "profile": pa.array([numbers[each.key] for each in claims], pa.int32()),
            "kind": [each.kind for each in claims],
            "value": [each.value for each in claims],
            "at_us": pa.array([each.at_us for each in claims], pa.int64()),
            "source": [each.source for each in claims],
        }
    )
