"""Many conditions, one pass: run a plan and combine its atoms into members."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypedDict, Unpack

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as compute

from vitrail.engine import bits
from vitrail.engine.algebra import Algebra
from vitrail.engine.bits import Bits
from vitrail.engine.canon import canon_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.opened import Whom, cut
from vitrail.engine.plan import Asked, Atom, Few, Group, Grouping, Measure, Plan, make_plan
from vitrail.engine.ranks import RankTable, Values, as_decimals, rank_table, ranked
from vitrail.engine.source import Source
from vitrail.engine.sql.consents import consent_query
from vitrail.engine.sql.figures import NOBODY, Query, group_query
from vitrail.engine.sql.files import FileRelations
from vitrail.engine.sql.profiles import (
    Exported,
    Ranked,
    RankedValue,
    Tables,
    mixed_query,
    rank_query,
    sample_query,
    score_query,
    trait_query,
)
from vitrail.engine.sql.sequences import sequence_query
from vitrail.engine.sql.slices import SLICE, SlicedRelations
from vitrail.language.kinds import Kind
from vitrail.model.tree import Condition, Rank, Ranking, Value

Progress = Callable[[int, int], None]


class RankKey(msgspec.Struct, frozen=True):
    """What a frozen rank table belongs to: a value among a reference."""

    of: Value
    among: Condition | None


Frozen = Mapping[RankKey, RankTable]


class Evaluation(msgspec.Struct, frozen=True):
    """What one run found.

    `members` are the profiles that meet each condition, within the population at T; `atoms` the
    profiles that meet each elementary test, whatever the population; `ranks` the cut points used.
    Only the profiles of the slice are meaningful where a slice was asked.
    """

    size: int
    members: dict[str, Bits]
    atoms: dict[Atom, Bits]
    population: Bits
    ranks: dict[RankKey, RankTable]
    queries: int


class Options(TypedDict, total=False):
    """What may be said of a run.

    `frozen` holds cut points to use instead of computing them; `only` restricts the run to some
    profiles, whose ranks must then be frozen; `grouping` is the engine's choice of queries.
    """

    grouping: Grouping | None
    frozen: Frozen | None
    only: npt.NDArray[np.int32] | None
    progress: Progress | None


class Valued(msgspec.Struct, frozen=True):
    """The profiles whose value is known, and the values to rank, from the least to the greatest."""

    profiles: bits.Profiles
    values: Values
    kind: Kind
    scale: int


def evaluate(
    conditions: Mapping[str, Condition],
    asked: Asked,
    *,
    source: Source,
    database: DuckDB,
    **options: Unpack[Options],
) -> Evaluation:
    """Settle all conditions as of `asked.at_us`; they have been checked before.

    Cost: one small query per collection and length of window, whatever the number of conditions.
    """
    few = _few_in(FileRelations(source, asked.at_us), asked)
    plan = make_plan(conditions.values(), asked, grouping=options.get("grouping"), few=few)
    with database.lock:
        run = _Run(plan, asked, source=source, database=database, options=options)
        return run.evaluation(conditions)


def _few_in(relations: FileRelations, asked: Asked) -> Few:
    """Which properties are texts that are known to have few values."""

    def few(collection: str, name: str) -> bool:
        field = asked.catalogue.collections[collection].properties.get(name)
        if field is None or field.type != "text":
            return False
        return relations.texts(collection, field.column) is not None

    return few


class _Run:
    """One run of a plan: queries in, sets of profiles out."""

    def __init__(
        self,
        plan: Plan,
        asked: Asked,
        *,
        source: Source,
        database: DuckDB,
        options: Options,
    ) -> None:
        self.plan = plan
        self.asked = asked
        self.database = database
        self.size = source.profiles
        self.canon = canon_of(source)
        only = options.get("only")
        self.only = None if only is None else np.unique(only)
        kind = FileRelations if self.only is None else SlicedRelations
        self.relations = kind(source, asked.at_us)
        everybody = bits.everybody(self.size)
        self.algebra = Algebra(everybody, asked.catalogue.segments)
        self.population = everybody
        self.frozen = options.get("frozen") or {}
        self.used: dict[RankKey, RankTable] = {}
        self.valued: dict[Value, Valued] = {}
        self.progress = options.get("progress")
        self.queries = 0
        self.tables = Tables(figures=_export_names(plan), ranks={})

    def evaluation(self, conditions: Mapping[str, Condition]) -> Evaluation:
        """Settle the atoms, then combine them."""
        jobs = self._jobs()
        total = len(jobs) + sum(map(len, self.plan.ranks)) + sum(map(bool, self.plan.mixed))
        if isinstance(self.relations, SlicedRelations) and self.only is not None:
            self.database.register(SLICE, pa.table({"profile": pa.array(self.only, pa.int32())}))
            self._cut(self.relations, Whom(self.only, size=self.size, canon=self.canon))
        self._population()
        for query, settle in jobs:
            settle(self._rows(query))
            self._tell(total)
        self._levels(total)
        members = {
            key: np.bitwise_and(self.algebra.holds(condition), self.population)
            for key, condition in conditions.items()
        }
        self._forget()
        return Evaluation(self.size, members, self.algebra.atoms, self.population, self.used, self.queries)

    def _cut(self, relations: SlicedRelations, whom: Whom) -> None:
        """Read the events of the slice, once for all queries."""
        for each in relations.cuts():
            files = relations.source.events.get(each.collection, ())
            rows = cut(files, each.columns, whom=whom, start=each.start, end=relations.at_us)
            self.database.register(each.name, rows)

    def _tell(self, total: int) -> None:
        if self.progress is not None:
            self.progress(self.queries, max(total, self.queries))

    def _rows(self, query: Query) -> pa.Table:
        self.queries += 1
        return self.database.rows(*query)

    # --- the queries that stand alone ---------------------------------------------------------

    def _jobs(self) -> list[tuple[Query, Callable[[pa.Table], None]]]:
        plan, asked, relations = self.plan, self.asked, self.relations
        exported = {measure: each.column for measure, each in self.tables.figures.items()}
        jobs: list[tuple[Query, Callable[[pa.Table], None]]] = []
        if plan.traits:
            jobs.append((trait_query(plan.traits, asked, relations=relations), self._settler(plan.traits)))
        for group in plan.groups:
            query = group_query(group, asked, relations=relations, exported=exported)
            jobs.append((query, self._group_settler(group)))
        for name, atoms in plan.scores.items():
            if atoms:
                jobs.append(
                    (score_query(name, atoms, asked=asked, relations=relations), self._settler(atoms))
                )
        if plan.samples:
            jobs.append((sample_query(plan.samples, relations), self._settler(plan.samples)))
        for sequence in plan.sequences:
            jobs.append((sequence_query(sequence, asked, relations=relations), self._set_settler(sequence)))
        for consent in plan.consents:
            said = consent_query(consent, asked.at_us, relations=relations)
            jobs.append(((said, {}), self._set_settler(consent)))
        return jobs

    def _settler(self, atoms: Sequence[Atom]) -> Callable[[pa.Table], None]:
        return lambda rows: self._settle(rows, atoms)

    def _group_settler(self, group: Group) -> Callable[[pa.Table], None]:
        def settle(rows: pa.Table) -> None:
            self._settle(rows, group.atoms)
            if group.exports:
                self._export(rows, group)

        return settle

    def _set_settler(self, atom: Atom) -> Callable[[pa.Table], None]:
        def settle(rows: pa.Table) -> None:
            self.algebra.atoms[atom] = bits.of_profiles(_profiles(rows), self.size)

        return settle

    def _settle(self, rows: pa.Table, atoms: Sequence[Atom]) -> None:
        truths = [_truth(rows[f"~a{index}"]) for index in range(len(atoms))]
        self.algebra.atoms.update(
            zip(atoms, bits.settled(_profiles(rows), truths, size=self.size), strict=True)
        )

    def _export(self, rows: pa.Table, group: Group) -> None:
        names = [self.tables.figures[each].column for each in group.exports]
        kept = rows.select(["profile", *names]).filter(compute.not_equal(rows["profile"], NOBODY))
        for measure, name in zip(group.exports, names, strict=True):
            if measure.function in ("min", "max", "first", "last", "mode") and _is_text(kept[name]):
                kept = kept.append_column(f"{name}~folded", folded(kept[name]))
        self.database.register(self.tables.figures[group.exports[0]].table, kept)

    def _population(self) -> None:
        late = self.database.rows(self.relations.late_arrivals())
        if late.num_rows:
            late_bits = bits.of_profiles(_profiles(late), self.size)
            self.population = np.bitwise_xor(self.population, late_bits)
        if len(self.canon.profiles):
            merged = bits.of_profiles(self.canon.profiles, self.size)
            self.population = np.bitwise_and(self.population, np.bitwise_not(merged))

    # --- ranks and what reads several places --------------------------------------------------

    def _levels(self, total: int) -> None:
        for level, atoms in enumerate(self.plan.mixed):
            made = self._ranks(self.plan.ranks[level], name=f"~ranks {level}")
            self.tables = Tables(self.tables.figures, {**self.tables.ranks, **made})
            if atoms:
                rows = self._rows(
                    mixed_query(atoms, self.asked, relations=self.relations, tables=self.tables)
                )
                self._settle(rows, atoms)
                self._tell(total)

    def _ranks(self, ranks: Sequence[Rank], *, name: str) -> dict[Rank, Ranked]:
        """Register one table with a column for each rank, and say where each is."""
        if not ranks:
            return {}
        people = np.arange(self.size, dtype=np.int32) if self.only is None else self.only
        columns = {"profile": pa.array(people, pa.int32())}
        made: dict[Rank, Ranked] = {}
        for index, rank in enumerate(ranks):
            valued = self._valued(rank)
            table = self._cuts(rank, valued)
            columns[f"{name}.{index}"] = _places(valued, people, table=table, ranking=rank.ranking)
            denominator = table.total if rank.ranking == "percentile" else None
            made[rank] = Ranked(name, f"{name}.{index}", denominator)
        self.database.register(name, pa.table(columns))
        return made

    def _valued(self, rank: Rank) -> Valued:
        """The known values to rank; those of one expression are read once."""
        if rank.of not in self.valued:
            query = rank_query(rank, self.asked, relations=self.relations, tables=self.tables)
            rows = self._rows((query.query, query.parameters))
            values = _values(rows, query)
            order = np.argsort(values)  # what follows looks values up, much faster in their order
            self.valued[rank.of] = Valued(_profiles(rows)[order], values[order], query.kind, query.scale)
        return self.valued[rank.of]

    def _cuts(self, rank: Rank, valued: Valued) -> RankTable:
        key = RankKey(rank.of, rank.among)
        table = self.frozen.get(key) or self.used.get(key)
        if table is None:
            known = valued.values[self._reference(rank, valued.profiles)]
            table = rank_table(known, kind=valued.kind, scale=valued.scale)
        elif (table.kind, valued.kind) == ("integer", "decimal"):
            table = as_decimals(table, scale=valued.scale)
        self.used[key] = table
        return table

    def _reference(self, rank: Rank, profiles: bits.Profiles) -> npt.NDArray[np.bool_]:
        reference = self.population
        if rank.among is not None:
            reference = np.bitwise_and(reference, self.algebra.holds(rank.among))
        return bits.unpack(reference, self.size)[profiles]

    def _forget(self) -> None:
        tables = {each.table for each in self.tables.figures.values()}
        tables |= {each.table for each in self.tables.ranks.values()}
        if isinstance(self.relations, SlicedRelations):
            tables |= {SLICE, *(each.name for each in self.relations.cuts())}
        for table in tables:
            self.database.forget(table)


def _export_names(plan: Plan) -> dict[Measure, Exported]:
    names: dict[Measure, Exported] = {}
    for number, group in enumerate(plan.groups):
        for measure in group.exports:
            names[measure] = Exported(f"~group {number}", f"~x{len(names)}")
    return names


def _places(valued: Valued, people: npt.NDArray[np.int32], *, table: RankTable, ranking: Ranking) -> pa.Array:
    """The place of each of the people, unknown where the value is."""
    places = np.zeros(len(people), dtype=np.int64)
    unknown = np.ones(len(people), dtype=np.bool_)
    if table.total:
        everybody = len(people) == 0 or people[-1] == len(people) - 1
        where = valued.profiles if everybody else np.searchsorted(people, valued.profiles)
        places[where] = ranked(valued.values, table, ranking=ranking)
        unknown[where] = False
    return pa.array(places, pa.int64(), mask=unknown)


# --- Arrow to numpy ---------------------------------------------------------------------------


def _profiles(rows: pa.Table) -> bits.Profiles:
    profiles: bits.Profiles = rows["profile"].to_numpy().astype(np.int64, copy=False)
    return profiles


def _truth(column: pa.ChunkedArray) -> Bits:
    """One bit per row; Arrow keeps them so."""
    rows = column.combine_chunks()
    held = rows.buffers()[1]
    if held is None or rows.offset or rows.null_count:
        return bits.pack(rows.to_numpy(zero_copy_only=False).astype(np.bool_))
    return np.frombuffer(held, dtype=np.uint8)[: (len(rows) + 7) // 8]


def _is_text(column: pa.ChunkedArray) -> bool:
    return bool(pa.types.is_string(column.type) or pa.types.is_large_string(column.type))


def folded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The case-folded texts of a column, each distinct text folded once, by Python's rules."""
    encoded = column.combine_chunks().dictionary_encode()
    texts = [None if text is None else text.casefold() for text in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(texts, pa.string()).take(encoded.indices)])


def _values(rows: pa.Table, query: RankedValue) -> Values:
    """The values to rank: doubles, or exact numbers as scaled whole numbers."""
    column = rows["~value"]
    if query.is_double:
        doubles: npt.NDArray[np.float64] = column.to_numpy().astype(np.float64, copy=False)
        return doubles
    return scaled(column)


def scaled(column: pa.ChunkedArray) -> npt.NDArray[np.int64] | npt.NDArray[np.object_]:
    """Decimals without unknowns as whole numbers: 64 bits where all fit, Python's own otherwise."""
    parts = [
        np.frombuffer(chunk.buffers()[1], dtype=np.int64)[2 * chunk.offset :][: 2 * len(chunk)]
        for chunk in column.chunks
    ]
    words = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
    low, high = words[::2], words[1::2]
    if np.array_equal(high, low >> 63):
        return low
    return np.array([int(a) * 2**64 + (int(b) % 2**64) for a, b in zip(high, low, strict=True)], dtype=object)
