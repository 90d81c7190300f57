"""Whether all numbers of a column are written as plainly as can be, seen from their bytes all at once."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

DIGITS = 9
ZERO, POINT = ord("0"), ord(".")


def only_digits(cells: pa.StringArray, *, most: int) -> bool:
    """Whether every known cell is made of digits, one at least."""
    places, data = _laid_out(cells)
    lengths = np.diff(places)
    return _has_none_empty(cells, lengths) and int(lengths.max()) <= most and not len(_no_digits(data))


def only_decimals(cells: pa.StringArray, *, whole: int, fraction: int) -> bool:
    """Whether every known cell is made of digits, or every one of digits, a point, and digits.

    Answers no for a column that has both; one by one, its cells may still be plain.
    """
    places, data = _laid_out(cells)
    lengths = np.diff(places)
    if not _has_none_empty(cells, lengths):
        return False
    points = _no_digits(data)
    if not len(points):
        return bool(lengths.max() <= whole)
    filled = lengths > 0
    if len(points) != filled.sum() or (data[points] != POINT).any():
        return False
    before, after = points - places[:-1][filled], places[1:][filled] - points - 1
    return bool(before.min() >= 1 and before.max() <= whole and after.min() >= 1 and after.max() <= fraction)


def _laid_out(cells: pa.StringArray) -> tuple[NDArray[np.int32], NDArray[np.uint8]]:
    """Where the cells begin and end among their bytes, and these bytes."""
    _, offsets, content = cells.buffers()
    if not len(cells) or content is None:
        return np.zeros(len(cells) + 1, np.int32), np.zeros(0, np.uint8)
    places = np.frombuffer(offsets, np.int32, len(cells) + 1, 4 * cells.offset)
    first, last = int(places[0]), int(places[-1])
    return places - first, np.frombuffer(content, np.uint8, last - first, first)


def _has_none_empty(cells: pa.StringArray, lengths: NDArray[np.int32]) -> bool:
    """Whether there are cells, and every known one holds something."""
    if not len(lengths):
        return False
    if not cells.null_count:
        return bool(lengths.min() > 0)
    known = pc.is_valid(cells).to_numpy(zero_copy_only=False)
    return bool(known.any() and lengths[known].min() > 0)


def _no_digits(data: NDArray[np.uint8]) -> NDArray[np.int64]:
    """The places of the bytes that are no digits; smaller ones than 0 are larger than 9 from there on."""
    found: NDArray[np.int64] = np.flatnonzero(data - np.uint8(ZERO) > DIGITS)
    return found
