"""The plan run on DuckDB and the evaluation of one profile give the same members, whatever is asked.

An example is one random condition asked of a random workspace. `VITRAIL_EXAMPLES` says how many are
tried; the number in a test's name is the seed that makes the same workspace and conditions again.
"""

import os

import pytest

from tests.engine.harness import Members, World, answered, expected, run, run_slice
from tests.strategies.conditions import conditions, pieces, segments
from tests.strategies.worlds import Draw
from vitrail.engine import opened
from vitrail.language.format import format
from vitrail.model.tree import Condition

EXAMPLES = int(os.environ.get("VITRAIL_EXAMPLES", "2000"))
TOGETHER = 30
SEEDS = range(-(-EXAMPLES // TOGETHER))


def workspace(draw: Draw) -> World:
    """People, some of whom have several profiles, and a catalogue that defines a few segments."""
    world = draw.world()
    return World(segments(draw, world.catalogue), world.histories, canon=world.canon)


def asked(draw: Draw, world: World, count: int = TOGETHER) -> dict[str, Condition]:
    """Random conditions and their parts, under their own text."""
    whole = conditions(draw, world.catalogue, count=count)
    return {format(part): part for each in whole for part in pieces(each)}


def differences(found: Members, wanted: Members) -> dict[str, tuple[set[str], set[str]]]:
    """For each condition that is settled otherwise: who is there too much, and who is missing."""
    return {
        text: (found[text] - wanted[text], wanted[text] - found[text])
        for text in wanted
        if found[text] != wanted[text]
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_duckdb_agrees_with_one_profile_at_a_time(seed, tmp_path, monkeypatch):
    if seed % 2:
        monkeypatch.setattr(opened, "SMALL", 0)  # the events of some are read from open columns
    draw = Draw(seed)
    world = workspace(draw)
    questions = asked(draw, world)
    source = world.source(tmp_path, seed, valid_until_us=draw.at_us)
    full = run(questions, world, source, at_us=draw.at_us)
    wanted = expected(questions, world, at_us=draw.at_us)
    assert differences(answered(full, world), wanted) == {}

    few = dict(list(questions.items())[::2])
    some = {number for number in range(len(world.histories)) if draw.likely(0.3)}
    inside = {world.histories[number].key for number in some}
    sliced = run_slice(few, world, source, asked=(draw.at_us, full.ranks), only=some)
    assert differences(sliced, {text: wanted[text] & inside for text in few}) == {}

    earlier = draw.some(draw.instants)
    rest = dict(list(questions.items())[1::2])
    past = answered(run(rest, world, source, at_us=earlier), world)
    assert differences(past, expected(rest, world, at_us=earlier)) == {}
