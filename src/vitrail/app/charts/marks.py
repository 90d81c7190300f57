"""What a chart is made of: marks with their size, their words and their address; and the paper they go on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec

Tone = Literal[
    "1", "2", "3", "4", "5", "6", "pale", "heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5"
]
"""A colour of the style sheet: one of six that differ, a pale one, or a step from few to many."""

SERIES: tuple[Tone, ...] = ("1", "2", "3", "4", "5", "6")
HEAT: tuple[Tone, ...] = ("heat-0", "heat-1", "heat-2", "heat-3", "heat-4", "heat-5")


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """One bar, column, point or tile.

    `name` is what it is called, `text` what is written on it or after it, `title` what is told of it to who
    rests on it or hears the page, `address` where it leads. `under` is written on the axis where there is
    room; `at` is its place along time, where marks are not evenly spaced.
    """

    name: str
    value: float
    text: str = ""
    title: str = ""
    address: str = ""
    under: str = ""
    at: float = 0.0
    tone: Tone = "1"

    @property
    def told(self) -> str:
        """What is told of it."""
        return self.title or f"{self.name} · {self.text}".rstrip(" ·")


class Series(msgspec.Struct, frozen=True):
    """Marks that belong together: a line, or one layer of columns."""

    name: str
    marks: tuple[Mark, ...]
    tone: Tone = "1"


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """One square of a map: its row, its column, what is written in it, and how dark it is."""

    row: str
    column: str
    text: str
    tone: Tone = "heat-0"
    title: str = ""
    address: str = ""


class Paper(msgspec.Struct, frozen=True, kw_only=True):
    """Where a chart is drawn: what it is called, in which language numbers are written, how large it is."""

    label: str
    language: str = "fr"
    width: int = 640
    height: int = 220


def heat(value: float, largest: float) -> Tone:
    """How dark a value is, beside the largest one.

    >>> heat(0, 10), heat(1, 10), heat(10, 10)
    ('heat-0', 'heat-1', 'heat-5')
    """
    if value <= 0 or largest <= 0:
        return HEAT[0]
    return HEAT[min(5, 1 + int(5 * value / largest))]


def thinned(labels: Sequence[str], width: float, *, letter: float = 7.0) -> list[str]:
    """The labels of an axis of so many pixels, some left empty so that the others have room."""
    room = letter * max((len(each) for each in labels), default=0) + 12
    most = max(1, int(width // room))
    some = [place for place, each in enumerate(labels) if each]
    every = max(1, -(-len(some) // most))
    kept = set(some[::every])
    return [each if place in kept else "" for place, each in enumerate(labels)]


def spread(marks: Sequence[Mark], width: float, *, letter: float = 7.0) -> list[str]:
    """The labels of marks along an axis of so many pixels: the last, and those with room before it."""
    labels, places = [each.under for each in marks], [each.at for each in marks]
    room = letter * max((len(each) for each in labels), default=0) + 12
    span = (max(places) - min(places) if places else 0.0) or 1.0
    told, free = labels.copy(), float("inf")
    for number in sorted(range(len(labels)), key=lambda each: places[each], reverse=True):
        at = width * places[number] / span
        if not told[number] or at > free:
            told[number] = ""
            continue
        free = at - room
    return told
