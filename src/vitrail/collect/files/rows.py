"""Rows on their way out of a file: columns, the numbers of their lines, and lines that are no rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, Protocol

import msgspec
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitrail.model.errors import Problem

Fault = Literal["cells", "bytes", "total", "header", "json", "key_twice"]
"""Why a line is no row: another number of cells than the header, bytes that are no characters, a total,
the header once more, a line that is no JSON object, a name that stands twice in it."""


class Broken(msgspec.Struct, frozen=True):
    """A line that is not a row, with its cells as they stand."""

    line: int
    fault: Fault
    found: str = ""
    expected: str = ""
    cells: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """Some rows of a file, with the numbers of their lines."""

    columns: tuple[pa.Array, ...]
    lines: NDArray[np.int64]
    broken: tuple[Broken, ...] = ()


class Look(msgspec.Struct, frozen=True):
    """What a first look at a file tells: how it is written, and what its columns are called.

    `texts`: everything is text, whose types are to be read from its content. `facts` are what was found
    out (`encoding`, `separator`, `sheet`…), `notes` what the person should know.
    """

    kind: str
    names: tuple[str, ...]
    texts: bool = True
    total: int | None = None
    facts: dict[str, str] = {}
    notes: tuple[Problem, ...] = ()


class Reader(Protocol):
    """Something that can tell what a file holds, and give its rows as often as asked."""

    @property
    def look(self) -> Look:
        """What the first look told."""

    @property
    def types(self) -> tuple[pa.DataType, ...]:
        """The Arrow types of the columns."""

    def parts(self) -> Iterator[Part]:
        """The rows, from the first on."""


def gathered(parts: Iterable[Part], *, rows: int, bytes_: int) -> Iterator[Part]:
    """The same rows in fewer parts, of about so many rows or bytes."""
    held: list[Part] = []
    count = size = 0
    for part in parts:
        held.append(part)
        count += len(part.lines)
        size += sum(column.nbytes for column in part.columns)
        if count >= rows or size >= bytes_:
            yield _together(held)
            held, count, size = [], 0, 0
    if held:
        yield _together(held)


def _together(parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    return Part(
        tuple(pa.concat_arrays(column) for column in zip(*(each.columns for each in parts), strict=True)),
        np.concatenate([each.lines for each in parts]),
        tuple(broken for each in parts for broken in each.broken),
    )


def texts_part(rows: list[tuple[str | None, ...]], *, width: int) -> tuple[pa.Array, ...]:
    """Rows of texts laid out as columns."""
    if not rows:
        return tuple(pa.array([], pa.string()) for _ in range(width))
    return tuple(pa.array(column, pa.string()) for column in zip(*rows, strict=True))


def numbered(lines: list[int]) -> NDArray[np.int64]:
    """Numbers of lines."""
    return np.array(lines, dtype=np.int64)
