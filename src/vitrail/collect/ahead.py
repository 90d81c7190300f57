"""Work done one step ahead: the next piece is made in a thread of its own while this one is used."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import TypeVar

Piece = TypeVar("Piece")


@contextmanager
def ahead(pieces: Iterable[Piece]) -> Iterator[Iterator[Piece]]:
    """The same pieces in the same order; never more than one waits, so that memory stays flat.

    What goes wrong in the making of a piece is raised where it was to be taken. At the end of the block
    nothing is being made any more.
    """
    with closing(_one_by_one(pieces)) as found:
        yield found


def _one_by_one(pieces: Iterable[Piece]) -> Generator[Piece]:
    making = iter(pieces)
    end = object()
    with ThreadPoolExecutor(1) as thread:
        coming = thread.submit(next, making, end)
        while (piece := coming.result()) is not end:
            coming = thread.submit(next, making, end)
            yield piece  # type: ignore[misc]
