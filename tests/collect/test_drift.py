"""How far values have moved, against figures made by hand."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitrail.collect.quality.drift import Counted, Rows, drift_of, explained_by_chance, stability_index

COUNTS = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 500)), min_size=1, max_size=8)


def two(before: int, after: int, of: int):
    """A field of two values, A and B; A goes from one count to another."""
    counts = [Counted("A", before, after), Counted("B", of - before, of - after)]
    return drift_of(counts, before=Rows(of, of), after=Rows(of, of))


def test_the_index_is_that_made_by_hand():
    assert stability_index([600_000, 400_000], [400_000, 600_000]) == pytest.approx(
        0.4 * math.log(1.5), abs=1e-5
    )


def test_half_a_case_is_added_to_each_count():
    assert stability_index([1, 0], [0, 1]) == pytest.approx(2 * 0.5 * math.log(3))


@given(COUNTS)
def test_the_index_is_never_negative_and_the_same_both_ways(counts):
    before, after = zip(*counts, strict=True)
    index = stability_index(before, after)
    assert index >= 0
    assert index == pytest.approx(stability_index(after, before))


@pytest.mark.parametrize(
    ("before", "after", "verdict"), [(500, 510, "stable"), (600, 400, "moved"), (800, 400, "changed")]
)
def test_a_verdict_follows_the_index(before: int, after: int, verdict: str):
    assert two(before, after, of=1000).verdict == verdict


def test_few_people_prove_nothing():
    assert two(6, 4, of=10).index > 0.1
    assert two(6, 4, of=10).verdict == "stable"


def test_chance_is_the_quantile_of_a_chi_square():
    assert explained_by_chance(1000, 1000, values=5) == pytest.approx(18.467 * 2 / 1000, rel=0.02)


def test_a_field_that_is_no_longer_filled_has_changed():
    found = drift_of([Counted("A", 980, 400)], before=Rows(1000, 980), after=Rows(1000, 400))
    assert (found.verdict, found.index, found.fill_before, found.fill_after) == ("changed", 0.0, 0.98, 0.4)


def test_what_moved_most_comes_first():
    counts = [Counted("A", 50, 20), Counted("B", 40, 40), Counted("C", 10, 40)]
    found = drift_of(counts, before=Rows(100, 100), after=Rows(100, 100))
    assert [(each.value, each.before, each.after) for each in found.shifts][:2] == [
        ("A", 0.5, 0.2),
        ("C", 0.1, 0.4),
    ]


def test_values_that_are_not_told_apart_count_as_one():
    found = drift_of([Counted("A", 50, 50)], before=Rows(100, 100), after=Rows(100, 100))
    assert (found.index, [each.value for each in found.shifts]) == (0.0, ["A", "…"])
