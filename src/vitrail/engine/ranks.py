"""Where each value stands among a reference population, exactly and whatever the order of the rows."""

from __future__ import annotations

from typing import cast

import msgspec
import numpy as np
import numpy.typing as npt

from vitrail.language.kinds import Kind
from vitrail.model.tree import Ranking

Values = npt.NDArray[np.int64] | npt.NDArray[np.float64] | npt.NDArray[np.object_]


class RankTable(msgspec.Struct, frozen=True):
    """The cut points of a reference population.

    `values` are its distinct known values in ascending order (whole numbers, scaled where they are
    decimals, or doubles); `kind` and `scale` tell what they are; `up_to[i]` counts the profiles whose
    value is at most `values[i]`.
    """

    values: Values
    up_to: npt.NDArray[np.int64]
    kind: Kind = "integer"
    scale: int = 0

    @property
    def total(self) -> int:
        """How many profiles of the reference have a known value."""
        return int(self.up_to[-1]) if len(self.up_to) else 0


def rank_table(values: Values, *, kind: Kind = "integer", scale: int = 0) -> RankTable:
    """The table of a reference population from its known values, in any order."""
    distinct, counts = np.unique(values, return_counts=True)
    return RankTable(cast(Values, distinct), np.cumsum(counts, dtype=np.int64), kind, scale)


def as_decimals(table: RankTable, *, scale: int) -> RankTable:
    """The cut points of whole numbers as those of decimals, once the numbers have become decimals."""
    wide = table.values.astype(np.int64) * 10**scale
    return RankTable(cast(Values, wide), table.up_to, "decimal", scale)


def ranked(values: Values, table: RankTable, *, ranking: Ranking) -> npt.NDArray[np.int64]:
    """The rank of each value; a percentile as 100 x the number at most as great, over `table.total`."""
    position = np.searchsorted(table.values, values, side="right")
    padded = np.concatenate([np.zeros(1, dtype=np.int64), table.up_to])
    below_or_equal = padded[position]
    match ranking:
        case "percentile":
            return 100 * below_or_equal
        case "quintile":
            return _ceiling(5 * below_or_equal, table.total)
        case "decile":
            return _ceiling(10 * below_or_equal, table.total)
        case "rank":
            return 1 + table.total - below_or_equal


def _ceiling(numerator: npt.NDArray[np.int64], denominator: int) -> npt.NDArray[np.int64]:
    return -(-numerator // denominator)
