"""Answers to elementary tests, from one refresh to the next."""

import numpy as np

from vitrail.engine import bits
from vitrail.engine.kept import Kept, packed, unpacked
from vitrail.engine.plan import atoms
from vitrail.language.parse import parse

RULE = 'count(order where amount > 5.00, last 3 days) >= 2 and not city = "Lyon"'


def kept(size: int) -> Kept:
    tests = atoms([parse(RULE)], {})
    chance = np.random.default_rng(1)
    return Kept(
        7, size, {each: bits.pack(chance.random(size) < 0.3) for each in tests}, frozenset({"a", "b"})
    )


def test_answers_come_back_from_a_file_as_they_were():
    first = kept(1_003)
    again = unpacked(packed(first))
    assert (again.at_us, again.size, again.files) == (7, 1_003, first.files)
    assert list(again.atoms) == list(first.atoms)
    assert all(np.array_equal(again.atoms[each], first.atoms[each]) for each in first.atoms)


def test_new_profiles_meet_nothing_yet():
    before = kept(10)
    after = before.grown(25)
    for test, each in before.atoms.items():
        assert bits.profiles_of(after.atoms[test], 25).tolist() == bits.profiles_of(each, 10).tolist()
