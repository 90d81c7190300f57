"""Asks the same questions of the plan run on DuckDB and of the evaluation of one profile at a time."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tests.engine.merging import Canon, people
from tests.engine.parquet import ENDLESS, Layout, write_source
from vitrail.engine.bits import Bits, profiles_of
from vitrail.engine.duckdb import DuckDB
from vitrail.engine.evaluation import Evaluation, Frozen, evaluate
from vitrail.engine.plan import Asked
from vitrail.engine.profile import Context, History, belongs, with_ranks
from vitrail.engine.source import Source
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Condition

Members = dict[str, set[str]]


class World:
    """A catalogue and the people it speaks of; some profiles may be part of others."""

    def __init__(
        self, catalogue: Catalogue, histories: Sequence[History], *, canon: Canon | None = None
    ) -> None:
        self.catalogue = catalogue
        self.histories = tuple(histories)
        self.canon = canon or {}
        self.people = people(self.histories, self.canon)

    def source(self, folder: Path, seed: int = 0, *, valid_until_us: int = ENDLESS) -> Source:
        """The files of these people, spread as the seed decides."""
        layout = Layout(folder, random.Random(seed))
        return write_source(
            self.histories, self.catalogue, layout, valid_until_us=valid_until_us, canon=self.canon
        )

    def keys(self, bits: Bits) -> set[str]:
        """The keys of a set of profiles."""
        return {self.histories[number].key for number in profiles_of(bits, len(self.histories))}


@cache
def duckdb(threads: int = 1, memory: str = "1GB") -> DuckDB:
    """One database for the whole session."""
    return DuckDB(threads=threads, memory=memory)


def run(conditions: Mapping[str, Condition], world: World, source: Source, *, at_us: int) -> Evaluation:
    """All conditions in one pass on DuckDB."""
    return evaluate(conditions, Asked(world.catalogue, at_us), source=source, database=duckdb())


def run_slice(
    conditions: Mapping[str, Condition],
    world: World,
    source: Source,
    *,
    asked: tuple[int, Frozen],
    only: set[int],
) -> Members:
    """The members among some profiles, at an instant and with the cut points of a full run."""
    at_us, frozen = asked
    sliced = evaluate(
        conditions,
        Asked(world.catalogue, at_us),
        source=source,
        database=duckdb(),
        frozen=frozen,
        only=np.array(sorted(only), dtype=np.int32),
    )
    keys = {world.histories[number].key for number in only}
    return {name: found & keys for name, found in answered(sliced, world).items()}


def answered(evaluation: Evaluation, world: World) -> Members:
    """The keys of the members of each condition."""
    return {name: world.keys(bits) for name, bits in evaluation.members.items()}


def expected(conditions: Mapping[str, Condition], world: World, *, at_us: int) -> Members:
    """What the evaluation of one profile at a time says."""
    context = Context(at_us, world.catalogue)
    ready = with_ranks(conditions.values(), world.people.values(), context=context)
    return {
        name: {each.key for each in world.people.values() if belongs(condition, each, context=ready)}
        for name, condition in conditions.items()
    }
