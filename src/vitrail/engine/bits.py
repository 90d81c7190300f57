"""Sets of profiles as packed bits: one bit per dense profile number, eight to a byte."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Bits = npt.NDArray[np.uint8]
Profiles = npt.NDArray[np.int64]


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
