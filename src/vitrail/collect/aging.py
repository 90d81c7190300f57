"""Values of traits, messages set aside and refused rows that grew too old: counting them, letting them go."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyroaring import BitMap

from vitrail.collect.filing import quarantine
from vitrail.collect.filing.quarantine import QUARANTINE
from vitrail.collect.identity.settling import CANON, CANONICAL
from vitrail.collect.identity.traits import renew
from vitrail.collect.profiles import OBSERVATION
from vitrail.engine.canon import canon_of
from vitrail.ledger import manifest
from vitrail.ledger.manifest import Load
from vitrail.model.catalogue import Catalogue
from vitrail.model.retention import DataKind
from vitrail.warehouse import folder
from vitrail.warehouse.aging import Aging, AgingEvents, AgingRecords, Loads, loads_of
from vitrail.warehouse.columns import physical_columns
from vitrail.warehouse.leaving import files_in_force, leave, rows_in, written
from vitrail.warehouse.packing import PACKED
from vitrail.warehouse.store import Store
from vitrail.warehouse.writer import Writer, bounds_of


class AgingTraits:
    """Values of traits, by when they were observed; those without a date, by when they were loaded.

    What is computed from a trait goes with it. A value that its source still gives comes back with the
    next load, as of then.
    """

    kind: DataKind = "traits"

    def count(self, store: Store, name: str, *, before_us: int) -> int:
        """How many values of a trait were observed before an instant."""
        column, loads = store.catalogue.traits[name].column, loads_of(store)
        return sum(
            _count_old(store.path / file.path, column, loads=loads, before_us=before_us)
            for file in files_in_force(store, ("observation",))
        )

    def take_out(self, store: Store, name: str, *, before_us: int) -> int:
        """Let the values of a trait from before an instant be unknown, now and as of any instant."""
        loads = loads_of(store)
        with store.writing() as writer:
            fresh = _Forgetting(_columns(writer.catalogue, name), loads, before_us=before_us)
            removed, whose = _forget(writer, fresh)
            if removed:
                _renew_snapshots(writer, whose, store=store)
                writer.touch(whose)
                writer.commit(writer.catalogue)
        return removed


class AgingWaiting:
    """What could not be filed, by when it came: messages set aside, and refused rows of loads."""

    kind: DataKind = "quarantine"

    def count(self, store: Store, _name: str, *, before_us: int) -> int:
        """How many messages and refused cells came before an instant."""
        messages = sum(
            each.received_at_us < before_us
            for file in files_in_force(store, ("quarantine",))
            for each in quarantine.read_file(store.path / file.path, texts=False)
        )
        return messages + sum(_rows(path) for path in _refused(store, before_us))

    def take_out(self, store: Store, _name: str, *, before_us: int) -> int:
        """Keep what came since; a file of refused rows stays, empty."""
        removed = 0
        with store.writing() as writer:
            for file in writer.stored(QUARANTINE):
                every = list(quarantine.read_file(writer.root / file.path))
                kept = [each for each in every if each.received_at_us >= before_us]
                if len(kept) < len(every):
                    quarantine.set_aside(writer, kept, replaced=(file,))
                    removed += len(every) - len(kept)
            if removed:
                writer.commit(writer.catalogue)
            for path in _refused(store, before_us):
                removed += _rows(path)
                _empty(path, staging=store.path / folder.STAGING)
        return removed


AGING: tuple[Aging, ...] = (AgingEvents(), AgingRecords(), AgingTraits(), AgingWaiting())
"""All that may go by its age, people left aside."""


# --- values of traits ---------------------------------------------------------------------------


class _Forgetting:
    """Which values leave a file of observations: those in some columns, the first of which is the trait's."""

    def __init__(self, columns: Sequence[str], loads: Loads, *, before_us: int) -> None:
        self.columns = columns
        self.before_us = before_us
        self._loads = loads

    def old(self, rows: pa.RecordBatch | pa.Table) -> npt.NDArray[np.bool_]:
        """Which rows say something of the trait that is too old."""
        said = rows[self.columns[0]].is_valid().to_numpy(zero_copy_only=False)
        found: npt.NDArray[np.bool_] = said & (self._loads.ages(rows) < self.before_us)
        return found


def _columns(catalogue: Catalogue, name: str) -> tuple[str, ...]:
    """The columns of a trait and of those computed from it, companions included."""
    fields = [catalogue.traits[name]]
    fields += [each for each in catalogue.traits.values() if each.computed and name in each.computed.inputs]
    return tuple(physical_columns(tuple(fields)))


def _count_old(path: Path, column: str, *, loads: Loads, before_us: int) -> int:
    names = pq.read_schema(path).names
    if column not in names:
        return 0
    rows = pq.read_table(path, columns=[each for each in ("at_us", "load", column) if each in names])
    return int(_Forgetting((column,), loads, before_us=before_us).old(rows.combine_chunks()).sum())


def _forget(writer: Writer, fresh: _Forgetting) -> tuple[int, BitMap]:
    """Write the files of observations anew; how many values left, and whose they were."""
    removed, whose = 0, BitMap()
    for number, file in enumerate(writer.stored(OBSERVATION)):
        with pq.ParquetFile(writer.root / file.path) as source:
            if fresh.columns[0] not in source.schema_arrow.names:
                continue
            every = list(rows_in(source))
            olds = [fresh.old(each) for each in every]
            found = sum(int(old.sum()) for old in olds)
            if not found:
                continue
            for batch, old in zip(every, olds, strict=True):
                gone = batch.filter(pa.array(old))["profile"].to_numpy(zero_copy_only=False)
                whose |= BitMap(gone.astype(np.uint32))
            path = writer.staged(f"observed-{number}.parquet")
            batches = _without(every, olds, columns=fresh.columns)
            rows = written(path, _open_to_unknowns(source.schema_arrow), batches=batches)
        writer.add(OBSERVATION, path, rows=rows, bounds=bounds_of(path))
        writer.remove((file,))
        removed += found
    return removed, whose


def _without(
    every: Sequence[pa.RecordBatch], olds: Sequence[npt.NDArray[np.bool_]], *, columns: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    """The rows with what is too old unknown; those that say nothing any more are left out."""
    for batch, old in zip(every, olds, strict=True):
        said = batch
        for name in columns:
            if name in batch.schema.names:
                place, field = (
                    batch.schema.get_field_index(name),
                    batch.schema.field(name).with_nullable(True),
                )
                young = pc.if_else(pa.array(old), pa.scalar(None, field.type), batch.column(name))
                said = said.set_column(place, field, young)
        others = [name for name in said.schema.names if name not in _PLACES]
        speaks = np.zeros(said.num_rows, np.bool_)
        for name in others:
            speaks |= said.column(name).is_valid().to_numpy(zero_copy_only=False)
        kept = said.filter(pa.array(speaks | ~old))
        yield pa.RecordBatch.from_arrays(kept.columns, schema=_open_to_unknowns(batch.schema))


def _open_to_unknowns(schema: pa.Schema) -> pa.Schema:
    """The same columns, none of which must say something."""
    return pa.schema([field.with_nullable(True) for field in schema], metadata=schema.metadata)


_PLACES = frozenset({"profile", "at_us", "sequence", "load", "source~"})


def _renew_snapshots(writer: Writer, whose: BitMap, *, store: Store) -> None:
    """Write the rows of some people anew, and those from before nowhere any more."""
    canonicals = canon_of(store.source()).of(np.array(whose, dtype=np.int64))
    leave(writer, ("snapshot",), profiles=[int(each) for each in np.unique(canonicals)])
    with writer.scratch() as scratch:
        scratch.view("canon~after", writer.standing(CANON), columns=CANONICAL)
        renew(writer, scratch, catalogue=writer.catalogue, changed=canonicals)


# --- what waits ---------------------------------------------------------------------------------


def _refused(store: Store, before_us: int) -> Iterator[Path]:
    """The files of refused rows of loads from before an instant that are not empty yet."""
    with store.ledger.reading() as connection:
        loads: Sequence[Load] = manifest.all_loads(connection)
    for load in loads:
        path = store.path / load.rejects_path
        if load.rejects_path and load.received_at_us < before_us and path.exists():
            if _rows(path):
                yield path


def _rows(path: Path) -> int:
    rows: int = pq.read_metadata(path).num_rows
    return rows


def _empty(path: Path, *, staging: Path) -> None:
    temporary = staging / "refused.parquet"
    pq.write_table(pq.read_schema(path).empty_table(), temporary, **PACKED)
    os.replace(temporary, path)
