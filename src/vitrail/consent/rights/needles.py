"""Thousands of byte strings looked for at once: by the few bytes each ends with, then by all of it.

Every place of the text is read as one whole number of 8 bytes (4 for short strings), and compared with the
last ones of the strings through a table of bits: what it costs hardly depends on how many there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

WIDTHS = (8, 4)
BITS = 20
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(64 - BITS)


class ByteStrings:
    """Byte strings of at least 4 bytes, ready to be looked for."""

    def __init__(self, strings: Iterable[bytes]) -> None:
        every = sorted(set(strings))
        wide = [each for each in every if len(each) >= WIDTHS[0]]
        short = [each for each in every if WIDTHS[1] <= len(each) < WIDTHS[0]]
        self._sets = [
            _Endings(some, width) for some, width in zip((wide, short), WIDTHS, strict=True) if some
        ]

    def found_in(self, data: bytes) -> set[bytes]:
        """Those of the strings that some bytes hold."""
        return {each for endings in self._sets for each in endings.found_in(data)}


class _Endings:
    """Byte strings by the whole number that their last bytes are."""

    def __init__(self, strings: Sequence[bytes], width: int) -> None:
        self.width = width
        self.by_ending: dict[int, list[bytes]] = {}
        for each in strings:
            self.by_ending.setdefault(int.from_bytes(each[-width:], "little"), []).append(each)
        self.endings = np.array(sorted(self.by_ending), dtype=np.uint64)
        self.table = np.zeros(1 << BITS, dtype=np.bool_)
        self.table[_places(self.endings)] = True

    def found_in(self, data: bytes) -> set[bytes]:
        if len(data) < self.width:
            return set()
        windows = _windows(data, self.width)
        likely = np.flatnonzero(self.table[_places(windows.astype(np.uint64))])
        values = windows[likely].astype(np.uint64)
        held = (
            self.endings[np.minimum(np.searchsorted(self.endings, values), len(self.endings) - 1)] == values
        )
        likely, values = likely[held], values[held]
        found: set[bytes] = set()
        for ending in np.unique(values).tolist():
            places = likely[values == ending]
            found |= {
                each
                for each in self.by_ending[ending]
                if self._is_at(each, places, windows=windows, data=data)
            }
        return found

    def _is_at(
        self, string: bytes, places: NDArray[np.int64], *, windows: NDArray[np.uint64], data: bytes
    ) -> bool:
        """Whether a string ends at one of some places: its beginning is compared first, then all of it."""
        starts = places + self.width - len(string)
        starts = starts[starts >= 0]
        beginning = int.from_bytes(string[: self.width], "little")
        starts = starts[windows[starts] == beginning]
        return any(data[start : start + len(string)] == string for start in starts.tolist())


def _windows(data: bytes, width: int) -> NDArray[np.uint64]:
    """The whole number that begins at each byte."""
    return np.ndarray((len(data) - width + 1,), f"<u{width}", buffer=data, strides=(1,))


def _places(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    return (values * _FACTOR) >> _SHIFT
