"""An attacker who asks what they like never gets the number of a group of fewer than k people."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from vitrail.consent.small_groups import Figure, Memory, alone, plain, series

K = 5
SIZE = 40
EVERYBODY = BitMap(range(SIZE))

people = st.sets(st.integers(0, SIZE - 1)).map(BitMap)
history = st.lists(people, max_size=8)


def asked(memory: Memory, group: BitMap) -> Figure:
    return memory.figure(group, EVERYBODY)


def told(*groups: BitMap, k: int = K) -> list[Figure]:
    memory = Memory(k)
    return [asked(memory, group) for group in groups]


@st.composite
def nested(draw):
    """A set, and a part of it that lacks from one to k - 1 of its people."""
    whole = draw(st.sets(st.integers(0, SIZE - 1), min_size=2 * K))
    few = draw(st.sets(st.sampled_from(sorted(whole)), min_size=1, max_size=K - 1))
    return BitMap(whole), BitMap(whole - few)


@pytest.mark.parametrize("size", [0, 1, K - 1])
def test_nobody_looks_like_a_few(size):
    assert told(BitMap(range(size))) == [Figure(under=K)]


def test_k_people_are_told():
    assert told(BitMap(range(K))) == [Figure(value=K)]


@pytest.mark.parametrize("missing", [1, K - 1])
def test_all_but_a_few_look_like_everybody(missing):
    assert told(BitMap(range(SIZE - missing))) == [Figure(value=SIZE)]


@given(nested())
def test_a_nested_pair_has_one_answer(pair):
    whole, part = pair
    assert len(set(told(whole, part))) == 1
    assert len(set(told(part, whole))) == 1


@given(history, nested(), history)
def test_two_true_counts_never_differ_by_a_small_group(before, pair, after):
    memory = Memory(K)
    shown = [(group, asked(memory, group)) for group in [*before, *pair, *after]]
    exact = [group for group, figure in shown if figure.value == len(group) and group in known(memory)]
    for one, other in itertools.combinations(exact, 2):
        assert one == other or len(one ^ other) >= K


@given(nested(), st.integers(0, 2**32))
def test_the_answer_does_not_tell_which_few_are_missing(pair, chance):
    whole, part = pair
    few = sorted(whole)[: len(whole - part)]
    assert told(whole, part) == told(whole, whole - BitMap(few))


@given(people, history)
def test_the_same_set_has_the_same_answer_for_ever(group, between):
    memory = Memory(K)
    first = asked(memory, group)
    for other in between:
        asked(memory, other)
    assert asked(memory, group) == first


@given(people)
def test_a_figure_is_off_by_less_than_k(group):
    memory = Memory(K)
    for other in (EVERYBODY - group, group):
        figure = asked(memory, other)
        assert abs((figure.value or 0) - len(other)) < K


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6))
def test_a_hidden_cell_of_a_table_can_be_anything_small(sizes):
    starts = [0, *itertools.accumulate(sizes)]
    cells = [BitMap(range(start, end)) for start, end in itertools.pairwise(starts)]
    figures = Memory(K).figures(cells, BitMap(range(starts[-1])))
    for place, figure in enumerate(figures):
        if figure.under is not None and starts[-1] >= K:
            assert possible(place, figures, total=starts[-1], cells=sizes) >= set(range(K))


def possible(place: int, figures: tuple[Figure, ...], *, total: int, cells: list[int]) -> set[int]:
    """What one hidden cell may be for somebody who knows the total, the rule and the other figures."""
    rest = total - sum(cells[at] for at, each in enumerate(figures) if each.value is not None)
    others = [each for at, each in enumerate(figures) if each.value is None and at != place]
    least = sum(0 if each.under is not None else K for each in others)
    most = total if any(each.under is None for each in others) else (K - 1) * len(others)
    return {size for size in range(K) if least <= rest - size <= most}


def test_a_lone_small_class_is_not_the_total_less_the_others():
    cells = [BitMap(range(3)), BitMap(range(3, 30)), BitMap(range(30, 40))]
    assert Memory(K).figures(cells, EVERYBODY) == (Figure(under=K), Figure(value=27), Figure())


def test_a_table_that_cannot_be_saved_says_nothing_of_its_cells():
    cells = [BitMap(range(3)), BitMap(range(3, 8))]
    assert Memory(K).figures(cells, EVERYBODY) == (Figure(), Figure())


def test_a_segment_that_gains_one_a_day_moves_by_k():
    days = [BitMap(range(20 + day)) for day in range(12)]
    assert [each.value for each in series(days, K)] == [20] * 5 + [25] * 5 + [30] * 2


def test_a_base_that_gains_one_a_day_moves_by_k():
    memory = Memory(K)
    days = [BitMap(range(20 + day)) for day in range(7)]
    assert [memory.figure(day, day).value for day in days] == [20] * 5 + [25] * 2


def test_a_base_smaller_than_k_tells_nothing():
    assert Memory(K).figure(BitMap([1]), BitMap(range(3))) == Figure(under=K)


def test_the_oldest_sets_are_forgotten_first():
    memory = Memory(K, most=3)
    for start in range(0, 30, 6):
        asked(memory, BitMap(range(start, start + 6)))
    assert len(memory) == 3
    assert BitMap(range(24, 30)) in known(memory)


@pytest.mark.parametrize(
    "figure, fr, en",
    [
        (plain(3), "3", "3"),
        (alone(3), "<\u00a020", "<\u00a020"),
        (Figure(), "masqué", "withheld"),
    ],
)
def test_a_figure_is_written(figure, fr, en):
    assert (figure.text("fr"), figure.text("en")) == (fr, en)


def known(memory: Memory) -> list[BitMap]:
    return [group for near in memory._near.values() for group in near.values()]
