"""Drift: how far the values of a field have moved between two instants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import msgspec

Verdict = Literal["stable", "moved", "changed"]

WATCHED, MARKED = 0.1, 0.25
"""From which index on values have moved, and from which they have changed (Siddiqi, below)."""

NORMAL_999 = 3.0902
"""The quantile of the normal distribution that chance passes once in a thousand times."""

ADDED = 0.5
"""Added to each count, so that a value that appears or disappears has a finite weight."""


class Shift(msgspec.Struct, frozen=True):
    """One value, or one class of values, with its share among the known ones before and after."""

    value: str
    before: float
    after: float


class Drift(msgspec.Struct, frozen=True):
    """How a field has moved: its fill rate, the values where it is known, and what moved most.

    `index` is the stability index of its values (None where nothing was known before or after, or where
    each value is unlike the others), `fill_index` that of known and unknown. `verdict` is the worse of
    both, once chance is set aside.
    """

    fill_before: float
    fill_after: float
    fill_index: float
    index: float | None
    verdict: Verdict
    shifts: tuple[Shift, ...] = ()


def stability_index(before: Sequence[int], after: Sequence[int]) -> float:
    """The population stability index of two tables of counts over the same values.

    With p and q the shares before and after, it is the sum of (q − p) · ln(q / p): the divergence of
    Jeffreys. Half a case is added to each count. Below 0.1 little moved, above 0.25 much did.
    N. Siddiqi, *Credit Risk Scorecards*, Wiley, 2006, chapter 9; H. Jeffreys, *Proceedings of the Royal
    Society A* 186, 1946.

    >>> round(stability_index([50, 50], [50, 50]), 6)
    0.0
    >>> round(stability_index([600, 400], [400, 600]), 3)
    0.162
    """
    totals = sum(before) + ADDED * len(before), sum(after) + ADDED * len(after)
    index = 0.0
    for one, other in zip(before, after, strict=True):
        p, q = (one + ADDED) / totals[0], (other + ADDED) / totals[1]
        index += (q - p) * math.log(q / p)
    return index


def explained_by_chance(before: int, after: int, *, values: int) -> float:
    """The index that two samples of one population pass once in a thousand times.

    Without drift the index is distributed as (1/n + 1/m) times a chi-square with one degree of freedom
    less than there are values. B. Yurdakul and J. Naranjo, *Journal of Risk Model Validation* 14(4),
    2020; the quantile is that of E. Wilson and M. Hilferty, *PNAS* 17, 1931. The people known at two
    instants are mostly the same, so that chance explains less than this: the bound is cautious.
    """
    degrees = values - 1
    if degrees < 1 or not before or not after:
        return 0.0
    spread = 2 / (9 * degrees)
    quantile = degrees * (1 - spread + NORMAL_999 * math.sqrt(spread)) ** 3
    return quantile * (1 / before + 1 / after)


def verdict_of(index: float, chance: float) -> Verdict:
    """What the index means, once chance is set aside."""
    if index < WATCHED or index <= chance:
        return "stable"
    return "moved" if index < MARKED else "changed"


class Counted(msgspec.Struct, frozen=True):
    """How often a value was there before and after."""

    value: str
    before: int
    after: int


class Rows(msgspec.Struct, frozen=True):
    """How many rows there were, and in how many the field was known."""

    rows: int
    known: int

    @property
    def fill(self) -> float:
        """The share of the rows where it is known."""
        return self.known / self.rows if self.rows else 0.0


def drift_of(
    counts: Sequence[Counted], *, before: Rows, after: Rows, rest: str = "…", is_told: bool = True
) -> Drift:
    """The drift of one field from the counts of its main values; all others count as one value, `rest`.

    `is_told` is false of a field without main values, whose fill rate alone is compared.
    """
    filling = _judged([Counted("", before.known, after.known)], before=before.rows, after=after.rows)
    judged = _judged(counts, before=before.known, after=after.known) if is_told else None
    told = _with_rest(counts, rest, before=before.known, after=after.known)
    return Drift(
        fill_before=before.fill,
        fill_after=after.fill,
        fill_index=0.0 if filling is None else filling[0],
        index=None if judged is None else judged[0],
        verdict=max((each[1] for each in (filling, judged) if each), key=_WORST.index, default="stable"),
        shifts=() if judged is None else _shifts(told, before=before.known, after=after.known),
    )


_WORST: tuple[Verdict, ...] = ("stable", "moved", "changed")


def _judged(counts: Sequence[Counted], *, before: int, after: int) -> tuple[float, Verdict] | None:
    """The index of a table of counts out of so many, and what it means; None without any on one side."""
    if not before or not after:
        return None
    told = _with_rest(counts, "", before=before, after=after)
    index = stability_index([each.before for each in told], [each.after for each in told])
    return index, verdict_of(index, explained_by_chance(before, after, values=len(told)))


def _with_rest(counts: Sequence[Counted], rest: str, *, before: int, after: int) -> list[Counted]:
    """The counts, and one more for what they leave out, if anything."""
    others = before - sum(each.before for each in counts), after - sum(each.after for each in counts)
    return [*counts, Counted(rest, *others)] if any(others) else list(counts)


def _move(shift: Shift) -> tuple[float, str]:
    """The order of shifts: the greatest first, then by value."""
    return -round(abs(shift.after - shift.before), 9), shift.value


def _shifts(told: Sequence[Counted], *, before: int, after: int) -> tuple[Shift, ...]:
    """The three values whose shares moved most."""
    shifts = [Shift(each.value, each.before / before, each.after / after) for each in told]
    return tuple(sorted(shifts, key=_move)[:3])
