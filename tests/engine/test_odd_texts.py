"""Every text operator with every odd text, held in a trait, in a record and in a figure."""

import pytest

from tests.engine.harness import World, answered, expected, run
from tests.strategies.worlds import PATTERNS, PIECES, TEXTS
from vitrail.engine.profile.history import Event, History, Observation
from vitrail.engine.source import ALWAYS
from vitrail.language.check import check
from vitrail.model.catalogue import Catalogue, Collection, Field
from vitrail.model.tree import (
    Aggregate,
    Compare,
    Condition,
    Did,
    Like,
    Property,
    Selection,
    Text,
    Trait,
    Value,
    composed,
)

NAME = {"name": Field("name", "text", "name")}
CATALOGUE = Catalogue(
    traits=NAME, collections={"visit": Collection("visit", "event", "visit", properties=NAME)}
)
LAST = Aggregate("last", "name", Selection("visit"))
AT, LATER = 10**15, 2 * 10**15


def people() -> list[History]:
    """One profile per odd text."""
    return [
        History(
            repr(text),
            traits={"name": (Observation(ALWAYS, 0, text),)},
            events={"visit": (Event(AT, "v", {"name": text}),)},
        )
        for text in dict.fromkeys(map(composed, TEXTS))
    ]


def every_test(value: Value, operator: str) -> list[Condition]:
    match operator:
        case "matches":
            return [Like(value, "matches", pattern) for pattern in PATTERNS]
        case "contains" | "starts with" | "ends with":
            return [Like(value, operator, piece) for piece in dict.fromkeys(PIECES + TEXTS)]
        case _:
            return [Compare(value, operator, Text(text)) for text in TEXTS]  # type: ignore[arg-type]


@pytest.mark.parametrize("operator", ["contains", "starts with", "ends with", "matches", "=", "<", ">="])
def test_operator(operator, tmp_path):
    world = World(CATALOGUE, people())
    alone = [*every_test(Trait("name"), operator), *every_test(LAST, operator)]
    inside = [Did(Selection("visit", each)) for each in every_test(Property("name"), operator)]
    questions = {each.to_json(): each for each in [*alone, *inside]}
    assert not any(check(each, CATALOGUE) for each in questions.values())
    found = run(questions, world, world.source(tmp_path), at_us=LATER)
    assert answered(found, world) == expected(questions, world, at_us=LATER)
