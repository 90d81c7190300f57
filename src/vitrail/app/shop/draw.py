"""Chance and columns: seeded generators, weighted draws, Arrow columns made from numpy arrays."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Booleans = npt.NDArray[np.bool_]

ABSENT = -1
"""Stands for "none" among the positions of a list."""


def pick(random: np.random.Generator, weights: Sequence[float] | Floats, *, size: int) -> Integers:
    """Positions drawn with these weights."""
    limits = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(limits / limits[-1], random.random(size), side="right")


def pick_by_row(random: np.random.Generator, weights: Floats, *, rows: Integers) -> Integers:
    """One position for each of `rows`, drawn with the weights of that row of the table."""
    limits = np.cumsum(weights, axis=1)
    limits /= limits[:, -1:]
    count = weights.shape[0]
    shifted = (limits + np.arange(count)[:, None]).ravel()
    drawn = np.searchsorted(shifted, rows + random.random(len(rows)), side="right")
    return np.asarray(np.minimum(drawn - rows * weights.shape[1], weights.shape[1] - 1))


def repeat_index(counts: Integers) -> tuple[Integers, Integers]:
    """For each repeated item, the row it comes from and its place among the items of that row."""
    rows = np.repeat(np.arange(len(counts)), counts)
    starts = np.repeat(np.cumsum(counts) - counts, counts)
    return rows, np.arange(len(rows)) - starts


def places_within(owners: Integers) -> Integers:
    """0, 1, 2… within each run of equal owners (which are sorted)."""
    if len(owners) == 0:
        return owners
    starts = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    return np.arange(len(owners)) - np.repeat(starts, np.diff(np.r_[starts, len(owners)]))


# --- columns ------------------------------------------------------------------------------------


def texts(choices: Sequence[str | None], positions: Integers) -> pa.Array:
    """The chosen texts; `ABSENT` is unknown."""
    return pa.array(choices, pa.string()).take(pa.array(positions, mask=positions == ABSENT))


def unless(unknown: Booleans, column: pa.Array) -> pa.Array:
    """The column with nothing where `unknown` says so."""
    return pc.if_else(pa.array(unknown), pa.scalar(None, column.type), column)


def euros(cents: Integers) -> pa.Array:
    """Exact amounts of money from whole cents."""
    words = np.column_stack([cents, cents >> 63]).astype("<i8")
    return pa.Array.from_buffers(pa.decimal128(18, 2), len(cents), [None, pa.py_buffer(words.tobytes())])


def instants(microseconds: Integers) -> pa.Array:
    """Instants in UTC."""
    return pa.array(microseconds).cast(pa.timestamp("us", tz="UTC"))


def days(numbers: Integers) -> pa.Array:
    """Dates from days since 1970."""
    return pa.array(numbers.astype(np.int32)).cast(pa.date32())


def numbered(prefix: str, numbers: Integers, *, width: int) -> pa.Array:
    """Texts such as `C000123`."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def customer_keys(first: int, rows: Integers) -> pa.Array:
    """The `customer_id` of rows of a block that starts at customer `first`."""
    return numbered("C", first + rows + 1, width=6)


def record_keys(prefix: str, owners: Integers, *, first: int) -> pa.Array:
    """Keys such as `A000123-0004`: the fourth of customer 123; owners are sorted."""
    customers = numbered(prefix, first + owners + 1, width=6)
    return pc.binary_join_element_wise(customers, numbered("", places_within(owners) + 1, width=4), "-")
