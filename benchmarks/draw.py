"""Drawing many values at once, as Arrow columns of the types that files hold."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pyarrow as pa

from benchmarks.world import AT_US, DAY_US, Days, Interests, Numbers, Places, Texts, Truths, Values

Chance = np.random.Generator


def columns(values: Mapping[str, Values], rows: int, chance: Chance) -> dict[str, pa.Array]:
    """The columns of some properties or traits, texts with their case-folded companion."""
    found: dict[str, pa.Array] = {}
    for name, each in values.items():
        found.update(_columns(name, each, rows=rows, chance=chance))
    return found


def _columns(name: str, values: Values, *, rows: int, chance: Chance) -> dict[str, pa.Array]:
    absent = chance.random(rows, dtype=np.float32) < values.unknown if values.unknown else None
    match values:
        case Texts(form, kinds):
            chosen = pa.array(_skewed(kinds, rows, chance), mask=absent)
            texts = [form.format(number) for number in range(1, kinds + 1)]
            folded = [text.casefold() if text.casefold() != text else None for text in texts]
            return {
                name: pa.array(texts).take(chosen),
                f"{name}~folded": pa.array(folded, pa.string()).take(chosen),
            }
        case Numbers("decimal", middle):
            cents = (np.exp(chance.normal(0, 0.8, rows)) * middle * 100).astype(np.int64)
            return {name: decimals(cents * 100, absent)}
        case Numbers(_, middle):
            return {name: pa.array(chance.poisson(middle, rows).astype(np.int64), mask=absent)}
        case Truths(share):
            return {name: pa.array(chance.random(rows) < share, mask=absent)}
        case Days(earliest, latest):
            days = (AT_US // DAY_US + chance.integers(earliest, latest, rows)).astype(np.int32)
            return {name: pa.array(days, pa.date32(), mask=absent)}
        case Places(low, high):
            return {name: pa.array(chance.uniform(low, high, rows), mask=absent)}
        case Interests(kinds):
            return {name: _sets(kinds, rows, chance=chance, absent=absent)}


def _skewed(kinds: int, rows: int, chance: Chance) -> np.ndarray:
    """Numbers below `kinds`; the density falls with the square root of the number."""
    return (chance.random(rows, dtype=np.float32) ** 2 * kinds).astype(np.int32).clip(0, kinds - 1)


def _sets(kinds: int, rows: int, *, chance: Chance, absent: np.ndarray | None) -> pa.Array:
    sets = [
        sorted({f"interest {number}" for number in chance.integers(1, kinds + 1, chance.integers(0, 4))})
        for _ in range(500)
    ]
    return pa.array(sets).take(pa.array(chance.integers(0, len(sets), rows), mask=absent))


def decimals(ten_thousandths: np.ndarray, absent: np.ndarray | None = None) -> pa.Array:
    """DECIMAL(18, 4) from whole numbers of ten-thousandths, without going through text or floats."""
    words = np.empty((len(ten_thousandths), 2), dtype=np.int64)
    words[:, 0] = ten_thousandths
    words[:, 1] = ten_thousandths >> 63
    valid = None if absent is None else pa.py_buffer(np.packbits(~absent, bitorder="little"))
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(words), [valid, pa.py_buffer(words)])
