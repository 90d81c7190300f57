"""The same facts give the same bits: neither files, threads, memory nor company change an answer."""

import numpy as np
import pytest

from tests.engine.harness import duckdb, run
from tests.engine.test_agreement import asked, workspace
from tests.strategies.worlds import Draw
from vitrail.engine.evaluation import Evaluation, evaluate
from vitrail.engine.plan import Asked, Grouping

SEEDS = (5, 11)


def same(one: Evaluation, other: Evaluation) -> bool:
    """Members, atoms and population are equal bit for bit."""
    return (
        all(np.array_equal(one.members[key], other.members[key]) for key in one.members)
        and all(np.array_equal(one.atoms[atom], other.atoms[atom]) for atom in one.atoms)
        and np.array_equal(one.population, other.population)
    )


@pytest.fixture(params=SEEDS)
def question(request, tmp_path):
    """A workspace, its files, what is asked, and the answer on one thread."""
    draw = Draw(request.param)
    world = workspace(draw)
    conditions = asked(draw, world)
    source = world.source(tmp_path, 0)
    return world, conditions, source, draw.at_us, run(conditions, world, source, at_us=draw.at_us)


@pytest.mark.parametrize("cut", [1, 2])
def test_other_files_and_another_order_of_rows(question, tmp_path, cut):
    world, conditions, _, at_us, first = question
    (tmp_path / "again").mkdir()
    again = world.source(tmp_path / "again", cut)
    assert same(first, run(conditions, world, again, at_us=at_us))


def test_files_named_in_another_order(question):
    world, conditions, source, at_us, first = question
    turned = type(source)(
        profiles=source.profiles,
        keys=source.keys[::-1],
        first_seen=source.first_seen[::-1],
        traits=source.traits,
        events={name: files[::-1] for name, files in source.events.items()},
        records={name: files[::-1] for name, files in source.records.items()},
        scores={name: files[::-1] for name, files in source.scores.items()},
        consents=source.consents[::-1],
        canon=source.canon[::-1],
    )
    assert same(first, run(conditions, world, turned, at_us=at_us))


@pytest.mark.parametrize(("threads", "memory"), [(2, "1GB"), (4, "1GB"), (2, "60MB")])
def test_threads_and_memory(question, threads, memory):
    world, conditions, source, at_us, first = question
    database = duckdb(threads=threads, memory=memory)
    assert same(first, evaluate(conditions, Asked(world.catalogue, at_us), source=source, database=database))


@pytest.mark.parametrize("bands", [(), (1, 7, 31, 92, 367)])
def test_figures_grouped_otherwise(question, bands):
    world, conditions, source, at_us, first = question
    asked_of = Asked(world.catalogue, at_us)
    other = evaluate(conditions, asked_of, source=source, database=duckdb(), grouping=Grouping(bands))
    assert same(first, other)


def test_alone_or_in_company(question):
    world, conditions, source, at_us, first = question
    for text, condition in list(conditions.items())[::9]:
        alone = run({text: condition}, world, source, at_us=at_us)
        assert np.array_equal(alone.members[text], first.members[text]), text
