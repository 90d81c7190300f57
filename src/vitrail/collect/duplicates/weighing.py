"""What likeness weighs: the model of Fellegi and Sunter, fitted without being told which pairs are right.

`m` is how often a level is met among pairs of one person, `u` among pairs of two; the weight of a
level is log2(m / u). `u` is counted on pairs drawn by chance, `m` is found by expectation and
maximisation over the pairs that share something, leaning on first guesses where data are few.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from vitrail.collect.duplicates.comparing import digits
from vitrail.collect.duplicates.parts import ALIKE, DIFFERENT, NEAR, UNKNOWN, scale

Shares = npt.NDArray[np.float64]

Counts = Mapping[int, int]
"""How many pairs have each likeness, by its code."""

FIRM = 30.0
"""First guesses about `m` weigh as much as so many pairs."""

RARE = 1e-7
"""No level is rarer than this among strangers."""

ROUNDS = 100
STILL = 1e-5
IMPOSSIBLE = -999.0


class Weights(msgspec.Struct, frozen=True):
    """A fitted model: for each part, the weight of each level; and the odds before looking, in bits."""

    parts: tuple[str, ...]
    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    prior: float

    def of(self, levels: Sequence[int]) -> tuple[float, ...]:
        """The weight of each part of a pair, in bits; what is unknown weighs nothing."""
        return tuple(
            0.0 if level == UNKNOWN else float(np.log2(self.m[place][level] / self.u[place][level]))
            for place, level in enumerate(levels)
        )

    def total(self, levels: Sequence[int]) -> float:
        """The odds that a pair is one person, in bits; `IMPOSSIBLE` for members of one household."""
        return IMPOSSIBLE if is_household(self.parts, levels) else self.prior + sum(self.of(levels))


def is_household(parts: Sequence[str], levels: Sequence[int]) -> bool:
    """Whether a pair are two people: another given name and another birth date, and no code in common.

    A couple shares a surname, an address, a telephone and often an e-mail: this alone never makes
    one person of two. Stéphane and Stéphanie are told apart by their birth dates.
    """
    named = dict(zip(parts, levels, strict=True))
    if any(level > DIFFERENT for part, level in named.items() if part.startswith("code")):
        return False
    given, birth = named.get("given_name", UNKNOWN), named.get("birth_date", UNKNOWN)
    match birth:
        case 0:
            return given in (DIFFERENT, ALIKE)
        case 1:
            return given in (DIFFERENT, ALIKE, NEAR)
        case 2:
            return given == DIFFERENT
        case _:
            return False


def fit(parts: tuple[str, ...], *, shared: Counts, drawn: Counts, pairs: int) -> Weights:
    """Fit the model to the pairs that share something and to pairs drawn by chance.

    `pairs` is how many pairs there are in all: those that share nothing count as two people.
    """
    near, chance = _Table(parts, shared), _Table(parts, drawn)
    believed = [np.array([1.0, *(each.believed for each in scale(part).levels)]) for part in parts]
    faint = [_by_chance(len(each) - 1) for each in believed]
    m, u = believed, chance.shares(np.ones(len(chance.count)), faint)
    odds = _odds(near.count.sum() * 0.05, pairs)
    for _ in range(ROUNDS):
        before = np.concatenate([*m, [odds]])
        p = near.probabilities(m, u, odds=odds)
        strangers = 1 - chance.probabilities(m, u, odds=odds)
        m = near.shares(p, [each * FIRM for each in believed])
        u = chance.shares(strangers, faint)
        odds = _odds(float((p * near.count).sum()), pairs)
        if np.allclose(before, np.concatenate([*m, [odds]]), rtol=STILL, atol=0):
            break
    return Weights(parts, _lists(m), _lists(u), float(np.log2(odds / (1 - odds))))


def _by_chance(levels: int) -> Shares:
    """First guesses about `u`, for small bases: as much as a hundred pairs, of which hardly any agree."""
    return np.array([0.0, 98.0, *[1.0] * (levels - 2), 0.4])


def _odds(found: float, pairs: int) -> float:
    """How probable it is that any two profiles are one person, before looking."""
    return float(min(0.5, max(found, 0.5) / max(1, pairs)))


def _lists(shares: list[Shares]) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(map(float, each)) for each in shares)


class _Table:
    """Different likenesses with how many pairs have each."""

    def __init__(self, parts: tuple[str, ...], counts: Counts) -> None:
        self.levels = np.array([digits(code, parts) for code in counts], dtype=np.int64).reshape(
            -1, len(parts)
        )
        self.count = np.array(list(counts.values()), dtype=np.float64)
        self.household = np.array([is_household(parts, each) for each in self.levels.tolist()], dtype=bool)

    def probabilities(self, m: list[Shares], u: list[Shares], *, odds: float) -> Shares:
        """How probably each likeness is that of one person."""
        bits = np.full(len(self.count), np.log(odds / (1 - odds)))
        for place in range(self.levels.shape[1]):
            level = self.levels[:, place]
            ratio = np.log(m[place][level] / u[place][level])
            bits += np.where(level == UNKNOWN, 0.0, ratio)
        return np.where(self.household, 0.0, 1 / (1 + np.exp(-np.clip(bits, -700, 700))))

    def shares(self, p: Shares, believed: list[Shares]) -> list[Shares]:
        """How often each level is met, where it is known, among pairs that count with these probabilities."""
        found = []
        for place, first in enumerate(believed):
            weight = np.bincount(self.levels[:, place], weights=p * self.count, minlength=len(first))
            weight[UNKNOWN] = 0.0
            level = weight + np.concatenate([[0.0], first[1:]])
            shares = np.maximum(level / level.sum(), RARE)
            shares[UNKNOWN] = 1.0
            found.append(shares)
        return found
