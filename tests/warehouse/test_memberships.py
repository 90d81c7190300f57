import random

import pytest
from pyroaring import BitMap

from vitrail.model.errors import UserError
from vitrail.warehouse import memberships
from vitrail.warehouse.memberships import Evaluation
from vitrail.warehouse.store import Store


def evaluate(store: Store, at_us: int, *, full: bool = False, **members: set[int]) -> None:
    bitmaps = {key: BitMap(profiles) for key, profiles in members.items()}
    evaluation = Evaluation(
        as_of_us=at_us,
        definitions=1,
        full=full,
        source_version=0,
        source_token="t",
        evaluated=10,
        members=bitmaps,
        ranks=b"{}" if full else None,
    )
    memberships.save(store, evaluation)


def test_nobody_is_in_a_segment_never_evaluated(store: Store):
    assert memberships.current(store, "vip") == BitMap()
    assert memberships.history(store, "vip").num_rows == 0


def test_members_are_those_of_the_last_run(store: Store):
    evaluate(store, 100, full=True, vip={1, 2}, new={3})
    evaluate(store, 200, vip={2, 3})
    assert memberships.current_members(store) == {"vip": BitMap([2, 3]), "new": BitMap([3])}


def test_members_as_of_the_past_are_those_of_the_run_before(store: Store):
    for at_us, members in ((100, {1}), (200, {1, 2}), (300, {2})):
        evaluate(store, at_us, vip=members)
    found = [set(memberships.as_of(store, "vip", at_us=at_us)) for at_us in (99, 100, 250, 300, 999)]
    assert found == [set(), {1}, {1, 2}, {2}, {2}]


def test_who_entered_and_left_is_told_with_its_instant(store: Store):
    evaluate(store, 100, vip={1, 2})
    evaluate(store, 200, vip={2, 3})
    assert memberships.entered(store, "vip", since_us=100).to_pylist() == [
        {"profile": 1, "at_us": 100},
        {"profile": 2, "at_us": 100},
        {"profile": 3, "at_us": 200},
    ]
    assert memberships.left(store, "vip", since_us=150).to_pylist() == [{"profile": 1, "at_us": 200}]
    assert memberships.entered(store, "vip", since_us=201).num_rows == 0


def test_the_history_counts_each_run(store: Store):
    evaluate(store, 100, other={1})
    evaluate(store, 200, vip={1, 2})
    evaluate(store, 300, other={1})
    evaluate(store, 400, vip={2})
    told = [tuple(row.values()) for row in memberships.history(store, "vip").to_pylist()]
    assert told == [(2, 200, 2, 0, 2), (3, 300, 0, 0, 2), (4, 400, 0, 1, 1)]


def test_a_refresh_does_not_go_back_in_time(store: Store):
    evaluate(store, 200, vip={1})
    with pytest.raises(UserError):
        evaluate(store, 100, vip={2})
    assert memberships.current(store, "vip") == BitMap([1])


def test_the_cut_points_are_those_of_the_last_full_run(store: Store):
    assert memberships.frozen_ranks(store) is None
    evaluate(store, 100, full=True, vip={1})
    evaluate(store, 200, vip={1})
    ranks, text = memberships.frozen_ranks(store)
    assert (ranks.run, ranks.at_us, text) == (1, 100, b"{}")


def test_many_runs_are_told_apart(store: Store):
    chance = random.Random(7)
    states = []
    for run in range(40):
        states.append({key: set(chance.sample(range(30), 12)) for key in ("a", "b")})
        evaluate(store, run * 10, full=chance.random() < 0.1, **states[-1])
    for run, state in enumerate(states):
        assert {key: set(memberships.as_of(store, key, at_us=run * 10 + 5)) for key in "ab"} == state
    assert {key: set(found) for key, found in memberships.current_members(store).items()} == states[-1]
