"""Percentiles, quintiles, deciles and ranks (language §4; decision 0003, 3, 11, 13)."""

import datetime as dt

import msgspec

from tests.engine.people import context, person, who
from vitrail.engine.profile import Ratio, belongs, measure, rank_table, rank_tables, value
from vitrail.language.parse import parse
from vitrail.model.tree import Compare


def crowd(*values):
    return [person(f"p{n}", n=value) for n, value in enumerate(values)]


def place(of, people, key):
    condition = parse(f"{of} is known")
    ready = msgspec.structs.replace(context(), ranks=rank_tables([condition], people, context=context()))
    return value(condition.value, next(each for each in people if each.key == key), context=ready)


def test_equal_values_get_equal_percentiles():
    people = crowd(1, 2, 2, 3)
    assert [place("percentile(n)", people, f"p{n}").exactly() for n in range(4)] == [25, 75, 75, 100]


def test_a_percentile_compares_as_a_ratio():
    people = crowd(1, 2, 3)
    assert place("percentile(n)", people, "p0") == Ratio(100, 3)
    assert who("percentile(n) > 33.3333 and percentile(n) < 33.3334", *people) == {"p0"}


def test_unknown_values_neither_count_nor_rank():
    assert who("percentile(n) >= 0", *crowd(1, None)) == {"p0"}
    assert place("percentile(n)", crowd(1, None), "p0").exactly() == 100


def test_quintiles_and_deciles_round_up():
    people = crowd(*range(10))
    assert [place("quintile(n)", people, f"p{n}") for n in (0, 1, 2, 9)] == [1, 1, 2, 5]
    assert [place("decile(n)", people, f"p{n}") for n in (0, 9)] == [1, 10]


def test_rank_counts_the_strictly_greater():
    assert [place("rank(n)", crowd(5, 7, 7, 1), f"p{n}") for n in range(4)] == [3, 1, 1, 4]


def test_the_reference_may_be_narrowed():
    people = [
        person("a", n=1, c="FR"),
        person("b", n=2, c="FR"),
        person("c", n=3, c="BE"),
        person("d", n=0, c="BE"),
    ]
    assert [place('percentile(n among c = "FR")', people, key).exactly() for key in "abcd"] == [
        50,
        100,
        100,
        0,
    ]
    assert place('quintile(n among c = "FR")', people, "d") == 0


def test_an_empty_reference_is_unknown():
    assert place('percentile(n among c = "FR")', crowd(1), "p0") is None


def test_the_reference_is_the_population():
    assert who("rank(n) = 1", person("a", n=1), person("late", n=2, seen="2026-01-01")) == {"a"}


def test_ranks_nest():
    people = [person(f"p{n}", n=n, m=10 - n) for n in range(4)]
    assert who("rank(m among rank(n) <= 2) = 1 and rank(n) <= 2", *people) == {"p2"}


def test_ranks_inside_a_segment():
    assert who('member("top")', *crowd(1, 2), top="rank(n) = 1") == {"p1"}


def test_frozen_tables_are_used_as_they_are():
    condition = parse("percentile(n) >= 50")
    assert isinstance(condition, Compare)
    frozen = rank_table([(10, 1), (20, 3)], context().zone)
    asked = msgspec.structs.replace(context(), ranks={measure(condition.left): frozen})
    assert [belongs(condition, each, context=asked) for each in crowd(9, 10, 19, 20)] == [
        False,
        False,
        False,
        True,
    ]


def test_dates_and_durations_rank():
    people = [person("a", d=dt.date(2020, 1, 1)), person("b", d=dt.date(2021, 1, 1))]
    assert who("rank(d) = 1", *people) == {"b"}
    assert who("rank(now - d) = 1", *people) == {"a"}
