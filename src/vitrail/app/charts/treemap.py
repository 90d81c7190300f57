"""A treemap: tiles whose areas are the values, as near to squares as they can be.

M. Bruls, K. Huizing, J. van Wijk, *Squarified treemaps*, Data Visualization 2000.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup

from vitrail.app.charts.marks import Mark, Paper
from vitrail.app.charts.svg import element, letters, linked, whole

GAP, PAD, LINE = 2.0, 8.0, 17.0
NAME, TEXT = 13.0, 12.0


class Tile(msgspec.Struct, frozen=True):
    """Where a mark is drawn: its corner, its width and its height."""

    x: float
    y: float
    width: float
    height: float


def treemap(marks: Sequence[Mark], paper: Paper) -> str:
    """Tiles as large as their values; each a link where it leads somewhere. What is empty is not drawn."""
    ordered = sorted((mark for mark in marks if mark.value > 0), key=lambda mark: -mark.value)
    room = Tile(0.0, 0.0, float(paper.width), float(paper.height))
    tiles = squarified([mark.value for mark in ordered], room)
    drawn = [_tile(mark, tile) for mark, tile in zip(ordered, tiles, strict=True)]
    links = any(mark.address for mark in ordered)
    return whole(*drawn, size=(room.width, room.height), label=paper.label, links=links)


def squarified(values: Sequence[float], room: Tile) -> list[Tile]:
    """Tiles for values in descending order, which share out a room in proportion."""
    total = sum(values)
    if not total:
        return []
    area = room.width * room.height / total
    tiles: list[Tile] = []
    left = list(values)
    while left:
        side = min(room.width, room.height)
        count = _best_row([value * area for value in left], side)
        row, left = [value * area for value in left[:count]], left[count:]
        laid, room = _laid(row, room)
        tiles += laid
    return tiles


def _best_row(areas: Sequence[float], side: float) -> int:
    """How many of the next tiles stand in one row, so that the longest of them is least long."""
    best = _longest(areas[:1], side)
    for count in range(2, len(areas) + 1):
        shape = _longest(areas[:count], side)
        if shape > best:
            return count - 1
        best = shape
    return len(areas)


def _longest(areas: Sequence[float], side: float) -> float:
    """The worst ratio of length to width in a row along a side."""
    depth = sum(areas) / side
    return max(max(depth * depth / area, area / (depth * depth)) for area in areas)


def _laid(areas: Sequence[float], room: Tile) -> tuple[list[Tile], Tile]:
    """A row of tiles along the shorter side of a room, and what is left of it."""
    across = room.width >= room.height
    depth = sum(areas) / (room.height if across else room.width)
    tiles, place = [], 0.0
    for area in areas:
        length = area / depth
        tiles.append(
            Tile(room.x, room.y + place, depth, length)
            if across
            else Tile(room.x + place, room.y, length, depth)
        )
        place += length
    if across:
        return tiles, Tile(room.x + depth, room.y, max(room.width - depth, 1e-9), room.height)
    return tiles, Tile(room.x, room.y + depth, room.width, max(room.height - depth, 1e-9))


def _tile(mark: Mark, tile: Tile) -> Markup:
    width, height = max(tile.width - GAP, 0.0), max(tile.height - GAP, 0.0)
    rect = element(
        "rect", x=tile.x, y=tile.y, width=width, height=height, rx=3, fill=f"var(--chart-{mark.tone})"
    )
    ink = f"var(--chart-on-{mark.tone})"
    lines = _written(mark, width=width - 2 * PAD, height=height - PAD)
    texts = [
        element(
            "text", line, x=tile.x + PAD, y=tile.y + PAD + 11 + LINE * number, fill=ink, font_size=size,
            font_weight=600 if bold else None,
        )
        for number, (line, size, bold) in enumerate(lines)
    ]  # fmt: skip
    return linked(mark.address, element("title", mark.told), rect, *texts)


def _written(mark: Mark, *, width: float, height: float) -> list[tuple[str, float, bool]]:
    """What fits into a tile: the name on one line or two, then the text."""
    names = list(_broken(mark.name, width))
    lines = [(name, NAME, True) for name in names]
    fits = all(letters(name, NAME) <= width for name in names)
    if not fits or LINE * len(lines) > height:
        lines = []
    if mark.text and letters(mark.text, TEXT) <= width and LINE * (len(lines) + 1) <= height:
        lines.append((mark.text, TEXT, False))
    return lines


def _broken(name: str, width: float) -> Iterator[str]:
    """A name in lines of a width, broken between words."""
    line = ""
    for word in name.split(" "):
        longer = f"{line} {word}".strip()
        if line and letters(longer, NAME) > width:
            yield line
            line = word
        else:
            line = longer
    yield line
