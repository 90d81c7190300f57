"""A course over time as a small drawing, with what it says in words."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT = 100, 26
BEYOND = 9
"""How far the outline goes past the box, where nobody sees it: the line ends at the edges of the box."""


def sparkline(values: Sequence[float]) -> str:
    """The path of some values in a box of 100 by 26, closed beneath it; empty for fewer than two.

    >>> sparkline([1, 3, 2])
    'M-9 23L0 23L50 3L100 13H109V35H-9Z'
    """
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    room = high - low or 1
    flat = 0.5 if high == low else 0.0
    points = [
        (WIDTH * number / (len(values) - 1), HEIGHT - 3 - ((value - low) / room + flat) * (HEIGHT - 6))
        for number, value in enumerate(values)
    ]
    line = "L".join(f"{round(x, 1):g} {round(y, 1):g}" for x, y in points)
    return f"M-{BEYOND} {round(points[0][1], 1):g}L{line}H{WIDTH + BEYOND}V{HEIGHT + BEYOND}H-{BEYOND}Z"
