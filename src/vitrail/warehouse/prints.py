"""The messages that were ever filed, each by a print of its id: sorted runs, looked up where they lie."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Mask = NDArray[np.bool_]

WORD = np.dtype("<u8")
WIDTH = 16
"""Bytes of a print. With 128 bits no two of a thousand billion ids can be expected to share one."""

SUFFIX = ".prints"
CHUNK = 500_000
"""How many prints a merge holds in memory at once."""

FAMILY = 8
"""So many runs of about one size are merged into one of the next size."""

LARGE = 2**21
"""Runs of so many prints are left alone: merging more would keep those who wait to file waiting."""


def prints_of(ids: Iterable[str]) -> Words:
    """The print of each id, as two columns of 64 bits."""
    digests = b"".join(blake2b(each.encode(), digest_size=WIDTH).digest() for each in ids)
    return np.frombuffer(digests, dtype=WORD).reshape(-1, 2)


def words(prints: Sequence[tuple[int, int]]) -> Words:
    """Prints given as pairs of whole numbers."""
    return np.array(prints, dtype=WORD).reshape(-1, 2)


def write_run(prints: Words, path: Path) -> int:
    """Write prints as one sorted run, each once; answers how many there are.

    A run is all first words in order, then their second words: looking up reads little more than the
    first half.
    """
    ordered = np.unique(prints, axis=0) if len(prints) else prints
    with path.open("wb") as file:
        file.write(np.ascontiguousarray(ordered[:, 0]).tobytes())
        file.write(np.ascontiguousarray(ordered[:, 1]).tobytes())
    return len(ordered)


def known(paths: Sequence[Path], prints: Words) -> Mask:
    """Which of the prints are in one of the runs."""
    found = np.zeros(len(prints), dtype=np.bool_)
    order = np.argsort(prints[:, 0], kind="stable")
    asked = prints[order]
    for path in paths:
        found[order] |= _in_run(_Run(path), asked)
    return found


def merge_runs(paths: Sequence[Path], target: Path) -> int:
    """Merge runs into one; takes the memory of a few chunks, however long they are."""
    runs = [_Run(path) for path in paths]
    rows = sum(len(run.first) for run in runs)
    written = 0
    with target.open("wb") as first, target.open("r+b") as second:
        second.truncate(rows * WIDTH)
        for part in _merged_parts(runs):
            first.seek(written * WORD.itemsize)
            first.write(np.ascontiguousarray(part[:, 0]).tobytes())
            second.seek((rows + written) * WORD.itemsize)
            second.write(np.ascontiguousarray(part[:, 1]).tobytes())
            written += len(part)
    return written


def family(sizes: Sequence[int]) -> tuple[int, ...]:
    """The places of runs to merge: the smallest size of which there are many; none while all are few."""
    generations: dict[int, list[int]] = {}
    for place, size in enumerate(sizes):
        if size >= LARGE:
            continue
        generations.setdefault((max(size, 1).bit_length() - 1) // 3, []).append(place)
    crowded = [generation for generation, places in sorted(generations.items()) if len(places) >= FAMILY]
    return tuple(generations[crowded[0]]) if crowded else ()


class _Run:
    """One run, mapped into memory: what is looked at is read, and the system forgets it when it must."""

    def __init__(self, path: Path) -> None:
        words: Words = np.memmap(path, dtype=WORD, mode="r")
        half = len(words) // 2
        self.first, self.second = words[:half], words[half:]

    def part(self, start: int, end: int) -> Words:
        """Some of the prints, in order."""
        return np.column_stack((self.first[start:end], self.second[start:end]))


def _in_run(run: _Run, asked: Words) -> Mask:
    """Which of the prints, in order of their first words, are in a run."""
    places = np.searchsorted(run.first, asked[:, 0])
    found = np.zeros(len(asked), dtype=np.bool_)
    inside = np.flatnonzero(places < len(run.first))
    likely = inside[run.first[places[inside]] == asked[inside, 0]]
    for number in likely:
        place = places[number]
        while place < len(run.first) and run.first[place] == asked[number, 0] and not found[number]:
            found[number] = run.second[place] == asked[number, 1]
            place += 1
    return found


def _merged_parts(runs: Sequence[_Run]) -> Iterator[Words]:
    """The prints of all runs in order, cut where the longest run has a chunk."""
    longest = max(runs, key=lambda run: len(run.first))
    step = max(1, CHUNK * len(longest.first) // sum(len(run.first) for run in runs))
    bounds = longest.first[step::step]
    starts = [0] * len(runs)
    for number in range(len(bounds) + 1):
        last = number == len(bounds)
        ends = [len(run.first) if last else int(np.searchsorted(run.first, bounds[number])) for run in runs]
        together = np.concatenate(
            [run.part(start, end) for run, start, end in zip(runs, starts, ends, strict=True)]
        )
        yield together[np.lexsort((together[:, 1], together[:, 0]))]
        starts = ends
