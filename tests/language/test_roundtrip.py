"""Text and tree say the same: what one writes, the other reads back."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from tests.language.shop import CATALOGUE
from tests.strategies.trees import any_condition, conditions
from vitrail.language.check import check
from vitrail.language.format import format
from vitrail.language.parse import parse, parse_located
from vitrail.model.tree import Condition, from_json
from vitrail.model.walk import depth, measure, walk

some = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


@some
@given(any_condition())
def test_a_tree_is_read_back_from_its_text(condition: Condition) -> None:
    assert parse(format(condition)) == condition


@some
@given(any_condition())
def test_a_tree_is_read_back_from_its_json(condition: Condition) -> None:
    assert from_json(condition.to_json()) == condition


@some
@given(any_condition())
def test_canonical_text_stays_as_it_is(condition: Condition) -> None:
    text = format(condition)
    assert format(parse(text)) == text


@some
@given(any_condition())
def test_every_node_knows_where_it_stands(condition: Condition) -> None:
    text = format(condition)
    located = parse_located(text)
    assert {path for path, _ in walk(located.condition)} == set(located.spans)
    assert all(0 <= start < end <= len(text) for start, end in located.spans.values())


@some
@given(any_condition())
def test_check_answers_for_any_tree(condition: Condition) -> None:
    for problem in check(condition, CATALOGUE):
        assert problem.code and problem.message.fr and problem.message.en


@some
@given(conditions(CATALOGUE))
def test_check_has_nothing_against_a_well_typed_condition(condition: Condition) -> None:
    assert [each for each in check(condition, CATALOGUE) if each.severity == "error"] == []


@some
@given(any_condition())
def test_depth_and_size_agree_with_the_walk(condition: Condition) -> None:
    size = measure(condition, most=10_000)
    assert (size.nodes, size.depth) == (len(list(walk(condition))), depth(condition))
