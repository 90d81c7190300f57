"""The parts of a graph that hang together, by scipy, which only the settling of identities loads."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Whole = npt.NDArray[np.int64]


def joined(left: Whole, right: Whole, *, sizes: tuple[int, int]) -> Whole:
    """The component of each of `sizes[0]` places on the left, which links to places on the right join."""
    size = sizes[0] + sizes[1]
    ones = np.ones(len(left), np.int8)
    linked = coo_array((ones, (left, right + sizes[0])), shape=(size, size))
    component: Whole = connected_components(linked, directed=False)[1].astype(np.int64)
    return component
