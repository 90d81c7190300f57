"""Who went from where to where, between two dates: bands between two rows of classes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from markupsafe import Markup

from vitrail.app.charts.marks import Mark, Paper
from vitrail.app.charts.svg import element, letters, linked, whole

STRIP, GAP, LEAST = 12.0, 8.0, 1.0
TEXT = 12.0
LINE_ROOM = 16.0


Way = Literal["stays", "rises", "falls"]


class Flow(msgspec.Struct, frozen=True, kw_only=True):
    """How many went from one class to another, by their places in the two rows.

    `way` says whether they stayed, or went up or down in the order of classes.
    """

    before: int
    after: int
    value: float
    title: str
    address: str = ""
    way: Way = "stays"


class _Box(msgspec.Struct, frozen=True):
    y: float
    height: float


def migration(before: Sequence[Mark], after: Sequence[Mark], *, flows: Sequence[Flow], paper: Paper) -> str:
    """The classes before on the left, after on the right, and between them bands as wide as the flows."""
    total = max(sum(mark.value for mark in before), sum(mark.value for mark in after)) or 1.0
    most = max(len(before), len(after), 1)
    height = max(float(paper.height), most * (LINE_ROOM + GAP))
    scale = (height - most * (LEAST + GAP)) / total
    left, right = _boxes(before, scale), _boxes(after, scale)
    margin = min(paper.width * 0.32, _widest((*before, *after)) + 8)
    edges = (margin + STRIP, paper.width - margin - STRIP)
    bands = _bands(flows, (left, right), edges=edges, scale=scale)
    rows = ((before, left, edges[0] - STRIP, margin - 6), (after, right, edges[1], paper.width - margin + 6))
    boxes = [
        _box(mark, box, x=x, text_x=text_x)
        for marks, row, x, text_x in rows
        for mark, box in zip(marks, row, strict=True)
    ]
    bottom = max((box.y + box.height for box in (*left, *right)), default=0.0)
    links = any(each.address for each in (*before, *after)) or any(flow.address for flow in flows)
    return whole(
        *bands, *boxes, size=(float(paper.width), max(height, bottom) + 4), label=paper.label, links=links
    )


def _widest(marks: Sequence[Mark]) -> float:
    return max((letters(mark.name, TEXT) for mark in marks), default=0.0)


def _boxes(marks: Sequence[Mark], scale: float) -> list[_Box]:
    """One box under the other; each name has room, however few are in its class."""
    boxes, y = [], 2.0
    for mark in marks:
        height = LEAST + mark.value * scale
        boxes.append(_Box(y, height))
        y += max(height, LINE_ROOM) + GAP
    return boxes


def _bands(
    flows: Sequence[Flow], boxes: tuple[list[_Box], list[_Box]], *, edges: tuple[float, float], scale: float
) -> list[Markup]:
    """The bands; each takes its place in both boxes in the order of the other side."""
    left, right = boxes
    taken = ([box.y for box in left], [box.y for box in right])
    starts: dict[int, float] = {}
    for place in sorted(range(len(flows)), key=lambda each: (flows[each].before, flows[each].after)):
        starts[place] = taken[0][flows[place].before]
        taken[0][flows[place].before] += flows[place].value * scale
    drawn = []
    for place in sorted(range(len(flows)), key=lambda each: (flows[each].after, flows[each].before)):
        flow = flows[place]
        end = taken[1][flow.after]
        taken[1][flow.after] += flow.value * scale
        drawn.append(_band(flow, (starts[place], end), edges=edges, width=max(flow.value * scale, LEAST)))
    return drawn


def _band(flow: Flow, ends: tuple[float, float], *, edges: tuple[float, float], width: float) -> Markup:
    """One band, written as steps from its start: a page has a hundred of them."""
    far, half = round(edges[1] - edges[0]), round((edges[1] - edges[0]) / 2)
    down, wide = f"{round(ends[1] - ends[0], 1):g}", f"{round(width, 1):g}"
    up = f"{-round(ends[1] - ends[0], 1):g}"
    path = (
        f"M{edges[0]:.0f} {round(ends[0], 1):g}c{half} 0 {half} {down} {far} {down}v{wide}"
        f"c-{half} 0-{half} {up}-{far} {up}z"
    )
    told = [element("title", flow.title)] if flow.title else []
    shape = element("path", *told, d=path, class_=f"band {flow.way}")
    return linked(flow.address, shape) if flow.address else shape


def _box(mark: Mark, box: _Box, *, x: float, text_x: float) -> Markup:
    rect = element(
        "rect", x=x, y=box.y, width=STRIP, height=box.height, rx=2, fill=f"var(--chart-{mark.tone})"
    )
    middle = box.y + min(max(box.height / 2, 6.0), 400.0) + 4
    text = element(
        "text",
        mark.name,
        x=text_x,
        y=middle,
        text_anchor="end" if text_x < x else "start",
        font_size=TEXT,
        fill="var(--chart-ink)",
    )
    return linked(mark.address, element("title", mark.told), rect, text)
