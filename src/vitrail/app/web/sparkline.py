"""A course over time as a small drawing, with what it says in words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

WIDTH, HEIGHT = 100, 26


class Sparkline(msgspec.Struct, frozen=True):
    """A line, the area under it, and where it ends, in a box of 100 by 26."""

    line: str
    under: str
    end: tuple[float, float]


def sparkline(values: Sequence[float], *, places: Sequence[float] | None = None) -> Sparkline | None:
    """The drawing of some values, at places from 0 to 1 (evenly by default); None for fewer than two."""
    if len(values) < 2:
        return None
    across = places or [number / (len(values) - 1) for number in range(len(values))]
    low, high = min(values), max(values)
    room = high - low or 1
    flat = 0.5 if high == low else 0.0
    points = [
        (round(x * WIDTH, 1), round(HEIGHT - 3 - ((value - low) / room + flat) * (HEIGHT - 6), 1))
        for x, value in zip(across, values, strict=True)
    ]
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in points)
    return Sparkline(line, f"{line}V{HEIGHT}H{points[0][0]:g}Z", points[-1])
