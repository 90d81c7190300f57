"""From settled atoms to members: and, or, not over sets, never SQL."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from vitrail.engine.bits import Bits
from vitrail.engine.plan import Atom, normal
from vitrail.model.tree import All, AnyOf, Condition, Member, Not, Truth


class Algebra:
    """Combines the atoms of one run; each named segment is combined once."""

    def __init__(self, everybody: Bits, segments: Mapping[str, Condition]) -> None:
        self.everybody = everybody
        self.segments = segments
        self.atoms: dict[Atom, Bits] = {}
        self._members: dict[str, Bits] = {}

    def holds(self, condition: Condition) -> Bits:
        """The profiles a condition is true of, whatever the population."""
        match normal(condition):
            case All(parts):
                return reduce(np.bitwise_and, (self.holds(part) for part in parts))
            case AnyOf(parts):
                return reduce(np.bitwise_or, (self.holds(part) for part in parts))
            case Not(part):
                return np.bitwise_xor(self.everybody, self.holds(part))
            case Truth(truth):
                return self.everybody if truth else np.zeros_like(self.everybody)
            case Member(key):
                return self.member(key)
            case atom:
                return self.atoms[atom]  # type: ignore[index]

    def member(self, key: str) -> Bits:
        """The profiles that meet the rule of a named segment."""
        if key not in self._members:
            self._members[key] = self.holds(self.segments[key])
        return self._members[key]
