"""Whatever is thrown at the parser, it answers with a tree or with problems, and soon."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.language.rules import RULES
from tests.language.shop import CATALOGUE
from tests.strategies.trees import any_condition
from vitrail.language.check import check
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.language.words import WORDS
from vitrail.model.errors import UserError
from vitrail.model.tree import Condition, from_json

some = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))

SIGNS = [
    "(",
    ")",
    ",",
    ".",
    "=",
    "!=",
    "==",
    "<>",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "'",
    '"',
    "`",
    "“",
    "”",
    "%",
]
VALUES = ['"FR"', '"', '"\\d"', "1", "2.5", "2,5", "10%", "2025-03-31", "31/03/2025", "2025-03-31T08:00:00Z"]
NAMES = ["country", "order", "Order", "é", "`Code postal`", "`", "AND", "\x00", "\ud800", "\n", "𝒳"]
TOKENS = st.sampled_from([*sorted(WORDS), *SIGNS, *VALUES, *NAMES])


def answer(text: str) -> Condition | None:
    """The tree, or None after checking that the problems are fit to be shown."""
    try:
        return parse(text)
    except UserError as error:
        assert error.problems
        for problem in error.problems:
            assert problem.code and problem.message.fr and problem.message.en
            assert len(problem.message.fr) < 400 and len(problem.message.en) < 400
            assert problem.span is not None
            assert 0 <= problem.span[0] <= problem.span[1] <= len(text)
        return None


def settled(text: str) -> None:
    tree = answer(text)
    if tree is not None:
        assert parse(format(tree)) == tree


@some
@given(st.text(max_size=200))
@example("\ud800")
@example('"\ud800" = x')
@example("`\ud800` = 1")
def test_any_text(text: str) -> None:
    settled(text)


@some
@given(st.binary(max_size=200))
def test_any_bytes(data: bytes) -> None:
    settled(data.decode("utf-8", "surrogateescape"))
    settled(data.decode("latin-1"))


@some
@given(st.lists(TOKENS, max_size=30).map(" ".join))
def test_any_soup_of_words(text: str) -> None:
    settled(text)


@some
@given(st.sampled_from(RULES), st.data())
def test_rules_with_a_piece_changed(rule: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(rule)))
    end = data.draw(st.integers(start, min(len(rule), start + 8)))
    piece = data.draw(TOKENS | st.text(max_size=3))
    settled(rule[:start] + piece + rule[end:])


@some
@given(st.sampled_from(RULES), st.sampled_from(RULES), st.integers(0, 200), st.integers(0, 200))
def test_two_rules_cut_and_joined(first: str, second: str, end: int, start: int) -> None:
    settled(first[:end] + second[start:])


@some
@given(any_condition(), st.data())
def test_json_with_a_piece_changed(condition: Condition, data: st.DataObject) -> None:
    text = condition.to_json()
    place = data.draw(st.integers(0, len(text)))
    readable(text[:place] + data.draw(st.text(max_size=3)) + text[place + data.draw(st.integers(0, 3)) :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@some
@given(JSON | st.fixed_dictionaries({"is": st.sampled_from(["not", "all", "compare", "did"]), "of": JSON}))
def test_any_json(value: object) -> None:
    readable(json.dumps(value))


@some
@given(st.binary(max_size=100))
def test_any_bytes_as_json(data: bytes) -> None:
    readable(data)


def readable(text: str | bytes) -> None:
    try:
        condition = from_json(text)
    except UserError as error:
        [problem] = error.problems
        assert problem.code in ("not_json", "not_a_condition", "too_deep")
        assert problem.message.fr and problem.message.en
    else:
        check(condition, CATALOGUE)


LONG: dict[str, Callable[[int], str]] = {
    "brackets": lambda size: "(" * size,
    "closed brackets": lambda size: "(" * (size // 2) + "a = 1" + ")" * (size // 2),
    "nots": lambda size: "not " * (size // 4),
    "functions": lambda size: "age(" * (size // 4),
    "clauses": lambda size: "a = 1 and " * (size // 10),
    "wrong clauses": lambda size: "a == 1 AND " * (size // 11),
    "choices": lambda size: "a in (" + "1, " * (size // 3),
    "sums": lambda size: "a" + " + a" * (size // 4) + " > 1",
    "one word": lambda size: "a" * size,
    "one text": lambda size: 'a = "' + "x" * size + '"',
    "one number": lambda size: "a = " + "9" * size,
    "quotes": lambda size: '"' * size,
    "escapes": lambda size: '"' + '\\"' * (size // 2),
    "backticks": lambda size: "`" * size,
    "apostrophes": lambda size: "' " * (size // 2),
    "dates": lambda size: "1/2/2025 " * (size // 9),
    "signs": lambda size: "=!" * (size // 2),
    "spaces": lambda size: " " * size,
    "steps": lambda size: "sequence(" + ", ".join(["a"] * (size // 3)) + ")",
}


@pytest.mark.parametrize("shape", LONG)
def test_time_grows_with_length(shape: str) -> None:
    answer(LONG[shape](400))
    short, long = (shortest(LONG[shape](size)) for size in (4_000, 40_000))
    assert long < 50 * short + 0.5, "ten times the length must not cost a hundred times"


def shortest(text: str) -> float:
    """The time of the better of two readings."""
    times = []
    for _ in range(2):
        start = time.process_time()
        answer(text)
        times.append(time.process_time() - start)
    return min(times)


@pytest.mark.parametrize("shape", LONG)
def test_a_text_of_100_kilobytes_is_refused_at_once(shape: str) -> None:
    text = LONG[shape](120_000)
    with pytest.raises(UserError) as caught:
        parse(text)
    assert [problem.code for problem in caught.value.problems] == ["too_long"]
