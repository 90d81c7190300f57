"""Keys as places in a list of the different ones, in which each is found once.

Keys that a system numbered, such as C0001234, are found by their number; others by their text, which takes
several times as long where there are more of them than the processor holds.
"""

from __future__ import annotations

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

MOST_DIGITS = 9
ROOM = 8
"""So many numbers there may be for each row, most of which nobody has."""

ZERO, NINE = ord("0"), 9
NOBODY = -1


class Coded(msgspec.Struct, frozen=True):
    """The different keys, and for each row the place of its own among them."""

    keys: pa.Array
    places: NDArray[np.int32]


def code(keys: pa.ChunkedArray) -> Coded:
    """List the different keys, none of which is unknown."""
    numbers = _numbers(keys)
    return _by_text(keys) if numbers is None else _by_number(keys, numbers)


def _by_text(keys: pa.ChunkedArray) -> Coded:
    coded = keys.dictionary_encode()
    if not coded.num_chunks:
        return Coded(pa.array([], pa.string()), np.zeros(0, np.int32))
    places = np.concatenate([chunk.indices.to_numpy() for chunk in coded.chunks])
    return Coded(coded.chunk(coded.num_chunks - 1).dictionary, places)


def _by_number(keys: pa.ChunkedArray, numbers: NDArray[np.int32]) -> Coded:
    """One key of each number stands for all: they differ in their numbers alone."""
    rows = np.full(int(numbers.max()) + 1, NOBODY, np.int32)
    rows[numbers] = np.arange(len(numbers), dtype=np.int32)
    taken = np.flatnonzero(rows != NOBODY)
    examples = rows.take(taken)
    rows[taken] = np.arange(len(taken), dtype=np.int32)
    return Coded(pc.take(keys, pa.array(examples)).combine_chunks(), rows.take(numbers))


def _numbers(keys: pa.ChunkedArray) -> NDArray[np.int32] | None:
    """The numbers of keys that are as long as each other and differ in their last digits alone."""
    width = _width(keys)
    if not width:
        return None
    first = keys[0].as_py().encode()
    digits = _digits_at_end(first)
    found = np.empty(len(keys), np.int32)
    start = 0
    for chunk in keys.chunks:
        letters = _letters(chunk, width)
        front, back = letters[:, : width - digits], letters[:, width - digits :] - np.uint8(ZERO)
        if (back > NINE).any() or (front != np.frombuffer(first, np.uint8)[: width - digits]).any():
            return None
        here = found[start : start + len(chunk)]
        here[:] = 0
        for place in range(digits):
            here *= 10
            here += back[:, place]
        start += len(chunk)
    return found if int(found.max()) < ROOM * len(found) else None


def _width(keys: pa.ChunkedArray) -> int:
    """How many bytes each key has; 0 when they differ, or there is nothing to number."""
    if not len(keys) or keys.null_count:
        return 0
    width = len(keys[0].as_py().encode())
    if not _digits_at_end(keys[0].as_py().encode()):
        return 0
    lengths = (pc.min_max(pc.binary_length(chunk)) for chunk in keys.chunks if len(chunk))
    return width if all(each["min"].as_py() == each["max"].as_py() == width for each in lengths) else 0


def _digits_at_end(key: bytes) -> int:
    return min(MOST_DIGITS, len(key) - len(key.rstrip(b"0123456789")))


def _letters(keys: pa.StringArray, width: int) -> NDArray[np.uint8]:
    """The bytes of keys of one length, a row for each key."""
    _, offsets, content = keys.buffers()
    first = int(np.frombuffer(offsets, np.int32, 1, 4 * keys.offset)[0]) if len(keys) else 0
    return np.frombuffer(content, np.uint8, width * len(keys), first).reshape(len(keys), width)
