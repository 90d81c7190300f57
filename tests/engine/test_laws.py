"""Laws that hold for any condition, tried on random ones."""

import pytest

from tests.engine.harness import Members, World, answered, run
from tests.strategies.conditions import a_selection, a_value, conditions
from tests.strategies.worlds import Draw
from vitrail.model.tree import (
    All,
    AnyOf,
    Compare,
    Condition,
    Count,
    Did,
    Integer,
    Known,
    Not,
    Number,
    Rank,
    Truth,
)

SEEDS = range(3)


@pytest.fixture(params=SEEDS)
def world(request):
    draw = Draw(1000 + request.param)
    return draw, draw.world()


def settle(questions: dict[str, Condition], draw: Draw, world: World, tmp_path) -> Members:
    source = world.source(tmp_path, draw.at_us)
    return answered(run(questions, world, source, at_us=draw.at_us), world)


def test_a_condition_and_its_opposite_share_the_population(world, tmp_path):
    draw, people = world
    questions = {"everybody": Truth(True)}
    for number, each in enumerate(conditions(draw, people.catalogue, count=12)):
        questions |= {
            f"is {number}": each,
            f"not {number}": Not(each),
            f"both {number}": All((each, Not(each))),
            f"either {number}": AnyOf((each, Not(each))),
        }
    found = settle(questions, draw, people, tmp_path)
    for number in range(12):
        assert found[f"is {number}"] ^ found[f"not {number}"] == found["everybody"]
        assert found[f"both {number}"] == set()
        assert found[f"either {number}"] == found["everybody"]


def test_equal_different_and_unknown_share_the_population(world, tmp_path):
    draw, people = world
    questions: dict[str, Condition] = {"everybody": Truth(True)}
    for number in range(8):
        left, right = a_value(draw, people.catalogue, "decimal"), Number(draw.value("decimal"))
        questions |= {
            f"= {number}": Compare(left, "=", right),
            f"!= {number}": Compare(left, "!=", right),
            f"unknown {number}": Known(left, negated=True),
        }
    found = settle(questions, draw, people, tmp_path)
    for number in range(8):
        parts = [found[f"{word} {number}"] for word in ("=", "!=", "unknown")]
        assert sum(map(len, parts)) == len(found["everybody"])
        assert set.union(*parts) == found["everybody"]


def test_to_have_done_is_to_count_more_than_none(world, tmp_path):
    draw, people = world
    questions: dict[str, Condition] = {}
    for number in range(10):
        selection = a_selection(draw, people.catalogue)
        questions |= {
            f"did {number}": Did(selection),
            f"more {number}": Compare(Count(selection), ">", Integer(0)),
            f"known {number}": Compare(Count(selection), "!=", Integer(0)),
        }
    found = settle(questions, draw, people, tmp_path)
    for number in range(10):
        assert found[f"did {number}"] == found[f"more {number}"] == found[f"known {number}"]


def test_a_better_rank_is_a_greater_percentile(world, tmp_path):
    draw, people = world
    measured = a_value(draw, people.catalogue, "decimal")
    everybody = len(people.histories)
    questions: dict[str, Condition] = {
        f"{ranking} {place}": Compare(Rank(ranking, measured), "<=", Integer(place))
        for ranking, places in (("rank", range(1, everybody + 1)), ("quintile", range(6)))
        for place in places
    }
    questions["known"] = Known(measured)
    found = settle(questions, draw, people, tmp_path)
    for place in range(1, everybody):
        assert found[f"rank {place}"] <= found[f"rank {place + 1}"] <= found["known"]
    assert found[f"rank {everybody}"] == found["quintile 5"] == found["known"]
    assert found["quintile 0"] == set()
