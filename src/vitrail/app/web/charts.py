"""Charts as pages show them: one drawing for wide screens and one for narrow ones.

Altair is loaded the first time a chart is drawn; `warm` does it as the server starts, so that nobody waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from typing import Any

import msgspec
from markupsafe import Markup

from vitrail.app.charts import migration as bands
from vitrail.app.charts import treemap as tiles
from vitrail.app.charts.marks import Cell, Mark, Paper, Series
from vitrail.app.charts.migration import Flow

WIDE, NARROW = (680, 220), (310, 200)
"""The widths and heights that are drawn, unless a page asks for others."""

Size = tuple[int, int]


class Drawn(msgspec.Struct, frozen=True):
    """A chart in two sizes; the style sheet shows one of them. The same twice where it fits both."""

    wide: Markup
    narrow: Markup | None = None


class Sheet(msgspec.Struct, frozen=True):
    """What a chart is called, the language of its numbers, and its two sizes (None: one size for all)."""

    label: str
    language: str = "fr"
    wide: Size = WIDE
    narrow: Size | None = NARROW


def bars(marks: Sequence[Mark], sheet: Sheet) -> Drawn:
    """Values side by side, as horizontal bars."""
    return _drawn(partial(_plots().bars, marks), sheet)


def columns(marks: Sequence[Mark], sheet: Sheet, *, axis: str = "") -> Drawn:
    """Values in a row, as columns."""
    return _drawn(partial(_plots().columns, marks, axis=axis), sheet)


def stacked(layers: Sequence[Series], sheet: Sheet, *, axis: str = "") -> Drawn:
    """Parts of a whole over time, as columns in layers."""
    return _drawn(partial(_plots().stacked, layers, axis=axis), sheet)


def course(lines: Sequence[Series], sheet: Sheet, *, axis: str = "", area: bool = False) -> Drawn:
    """Values over time, as lines."""
    return _drawn(partial(_plots().course, lines, axis=axis, area=area), sheet)


def heat_map(cells: Sequence[Cell], sheet: Sheet, *, across: str = "", down: str = "") -> Drawn:
    """Squares by row and column, the darker the more there is."""
    return _drawn(partial(_plots().heat_map, cells, across=across, down=down), sheet)


def treemap(marks: Sequence[Mark], sheet: Sheet) -> Drawn:
    """Tiles as large as their values."""
    return _drawn(partial(tiles.treemap, marks), sheet)


def migration(before: Sequence[Mark], after: Sequence[Mark], *, flows: Sequence[Flow], sheet: Sheet) -> Drawn:
    """Bands from the classes of one date to those of another; the narrow one is told by its table alone."""
    untold = [msgspec.structs.replace(each, title="") for each in flows]

    def draw(paper: Paper) -> str:
        told = flows if paper.width == sheet.wide[0] else untold
        return bands.migration(before, after, flows=told, paper=paper)

    return _drawn(draw, sheet)


def warm() -> None:
    """Load what draws, and draw once."""
    _plots().columns((Mark(name="", value=1.0),), Paper(label=""))


def _plots() -> Any:
    return import_module("vitrail.app.charts.plots")


def _drawn(draw: Callable[[Paper], str], sheet: Sheet) -> Drawn:
    def on(size: Size) -> Markup:
        paper = Paper(label=sheet.label, language=sheet.language, width=size[0], height=size[1])
        return Markup(draw(paper))

    return Drawn(on(sheet.wide), on(sheet.narrow) if sheet.narrow else None)
