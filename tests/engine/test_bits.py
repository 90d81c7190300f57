"""Many truths put in their places together are the same sets as each by itself."""

import numpy as np
import pytest

from vitrail.engine import bits


def one_by_one(profiles, truths, size):
    """Each truth in a place per profile; the last place, that of profile -1, tells of those without a row."""
    sets = []
    for truth in truths:
        flags = np.full(size + 1, truth[profiles < 0].any())
        flags[profiles] = truth
        sets.append(bits.pack(flags[:-1]).tolist())
    return sets


@pytest.mark.parametrize("seed", range(200))
def test_truths_settled_together_are_the_sets_of_each(seed):
    chance = np.random.default_rng(seed)
    size = int(chance.integers(0, 60))
    everybody = chance.permutation(np.arange(-1 if chance.random() < 0.7 else 0, size))
    profiles = everybody[: chance.integers(0, len(everybody) + 1)]
    truths = [chance.random(len(profiles)) < 0.5 for _ in range(chance.integers(0, 20))]
    found = bits.settled(profiles, [bits.pack(each) for each in truths], size=size)
    assert [each.tolist() for each in found] == one_by_one(profiles, truths, size)
