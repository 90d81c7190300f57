"""Sets of profiles as packed bits: one bit per dense profile number, eight to a byte."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Profiles = npt.NDArray[np.int64]

EIGHT = 8
"""As many truths of a row as a byte has room for."""

_TURNS = (
    (np.uint64(7), np.uint64(0x00AA00AA00AA00AA)),
    (np.uint64(14), np.uint64(0x0000CCCC0000CCCC)),
    (np.uint64(28), np.uint64(0x00000000F0F0F0F0)),
)
"""How far bits move, and which, to exchange squares of one, two and four of them beside the diagonal."""


def nobody(size: int) -> Bits:
    """No profile among so many."""
    return np.zeros((size + 7) // 8, dtype=np.uint8)


def everybody(size: int) -> Bits:
    """All profiles; the bits beyond the last one stay 0."""
    return pack(np.ones(size, dtype=np.bool_))


def pack(flags: npt.NDArray[np.bool_]) -> Bits:
    """One bit per flag."""
    return np.packbits(flags, bitorder="little")


def unpack(bits: Bits, size: int) -> npt.NDArray[np.bool_]:
    """One flag per profile."""
    return np.unpackbits(bits, count=size, bitorder="little").view(np.bool_)


def of_profiles(profiles: npt.NDArray[np.integer], size: int) -> Bits:
    """The set of these profile numbers."""
    flags = np.zeros(size, dtype=np.bool_)
    flags[profiles] = True
    return pack(flags)


def profiles_of(bits: Bits, size: int) -> Profiles:
    """The profile numbers of a set, in order."""
    return np.flatnonzero(unpack(bits, size))


def count(bits: Bits) -> int:
    """How many profiles a set holds."""
    return int(np.bitwise_count(bits).sum(dtype=np.int64))


def settled(profiles: Profiles, truths: Sequence[Bits], *, size: int) -> Iterator[Bits]:
    """The set of profiles for each of some truths, of which every row has one bit.

    A row of profile -1 tells what is true of those who have no row. Rows come in any order, and it is
    putting many in their places that costs: then eight truths go together, as one byte per profile.
    """
    without_row = profiles < 0
    step = EIGHT if len(profiles) > size // EIGHT else 1
    for first in range(0, len(truths), step):
        together = truths[first : first + step]
        of_rows = _bytes(together)[: len(profiles)]
        places = np.full((size // EIGHT + 1) * EIGHT, np.bitwise_or.reduce(of_rows[without_row]), np.uint8)
        places[profiles] = of_rows  # the last place, that of profile -1, is nobody's
        places[size:] = 0
        for each in _sets(places, len(together)):
            yield each[: (size + 7) // 8]


def _bytes(truths: Sequence[Bits]) -> npt.NDArray[np.uint8]:
    """One byte per row, with one bit for each truth."""
    if len(truths) == 1:
        return np.unpackbits(truths[0], bitorder="little")
    squares = np.zeros((len(truths[0]), EIGHT), dtype=np.uint8)
    for place, truth in enumerate(truths):
        squares[:, place] = truth
    return _turned(squares)


def _sets(places: npt.NDArray[np.uint8], number: int) -> list[Bits]:
    """The bits of each truth out of one byte per profile."""
    if number == 1:
        return [np.packbits(places, bitorder="little")]
    squares = _turned(places).reshape(-1, EIGHT)
    return [squares[:, place].copy() for place in range(number)]


def _turned(squares: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Each eight bytes as a square of bits, its rows made columns."""
    words = squares.reshape(-1).view("<u8")
    for distance, which in _TURNS:
        moved = (words ^ (words >> distance)) & which
        words = words ^ moved ^ (moved << distance)
    return words.view(np.uint8)
