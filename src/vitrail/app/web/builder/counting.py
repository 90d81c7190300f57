"""Which parts of a group change nothing: without them, the same people meet it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from vitrail.engine.bits import Bits
from vitrail.model.tree import All, AnyOf


def idle(condition: All | AnyOf, members: Mapping[int, Bits]) -> list[int]:
    """Which parts of a group change nothing: without them, the same people meet it."""
    join = np.bitwise_and if isinstance(condition, All) else np.bitwise_or
    every = [members[index] for index in range(len(condition.conditions))]
    whole = reduce(join, every)
    found = []
    for index in range(len(every)):
        others = every[:index] + every[index + 1 :]
        if np.array_equal(reduce(join, others), whole):
            found.append(index)
    return found
