"""Charts of Altair: bars, columns, courses over time, layers, maps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from vitrail.app.charts.marks import Cell, Mark, Paper, Series, spread, thinned
from vitrail.app.charts.vega import CARD, INK, QUIET, drawing, inline_chart

BAR_HEIGHT = 26
TEXT_ROOM = 0.45
"""How much of the width is left after the longest bar for what is written there."""


def bars(marks: Sequence[Mark], paper: Paper, *, whole: float = 0.0) -> str:
    """Values side by side, as horizontal bars with their text after them.

    The longest takes the room there is, unless `whole` says how much that is.
    """
    rows = [
        {"y": str(place), "name": mark.name, "value": mark.value, "text": mark.text, **_drawn(mark, place)}
        for place, mark in enumerate(marks)
    ]
    largest = whole or max((mark.value for mark in marks), default=0.0) or 1.0
    base = inline_chart(rows).encode(
        y=alt.Y("y:N", sort=None, axis=_names_axis(marks), scale=alt.Scale(paddingInner=0.3)),
        x=alt.X("value:Q", stack=None, axis=None, scale=alt.Scale(domain=[0, largest * (1 + TEXT_ROOM)])),
    )
    drawn = base.mark_bar(cornerRadiusEnd=2).encode(color=_COLOUR, description="mark:N")
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=13, aria=False).encode(text="text:N")
    chart = alt.layer(drawn, text).properties(width=paper.width, height=BAR_HEIGHT * max(len(rows), 1))
    return drawing(chart, paper, marks=marks)


def columns(marks: Sequence[Mark], paper: Paper, *, axis: str = "") -> str:
    """Values in a row, as columns; `axis` says what is counted."""
    layer = Series("", tuple(marks))
    return _columns((layer,), paper, axis=axis, own_tones=True)


def stacked(layers: Sequence[Series], paper: Paper, *, axis: str = "") -> str:
    """Parts of a whole over time, as columns in layers; every series has the same marks in order."""
    return _columns(layers, paper, axis=axis, own_tones=False)


def course(lines: Sequence[Series], paper: Paper, *, axis: str = "", area: bool = False) -> str:
    """Values over time, as lines with a point for each; places are those of `Mark.at`."""
    marks = [mark for line in lines for mark in line.marks]
    first = lines[0].marks if lines else ()
    labels = spread(first, paper.width)
    shown = {str(float(mark.at)): label for mark, label in zip(first, labels, strict=True) if label}
    rows, place = [], 0
    for line in lines:
        for mark in line.marks:
            rows.append({"at": mark.at, "value": mark.value, **_drawn(mark, place), "tone": _ink(line.tone)})
            place += 1
    base = inline_chart(rows).encode(
        x=alt.X("at:Q", scale=alt.Scale(zero=False, nice=False, padding=6), axis=_places_axis(shown)),
        y=alt.Y("value:Q", stack=None, axis=_values_axis(axis)),
        color=_COLOUR,
    )
    layers: list[Any] = [base.mark_line(aria=False, strokeWidth=2, strokeJoin="round")]
    if area:
        layers.insert(0, base.mark_area(aria=False, opacity=0.14, line=False))
    layers.append(base.mark_point(filled=True, size=40, opacity=1).encode(description="mark:N"))
    chart = alt.layer(*layers).properties(width=paper.width, height=paper.height)
    return drawing(chart, paper, marks=marks)


def heat_map(cells: Sequence[Cell], paper: Paper, *, across: str = "", down: str = "") -> str:
    """Squares by row and column, in the order they first come, the darker the more there is."""
    rows = [
        {
            "row": cell.row,
            "column": cell.column,
            "text": cell.text,
            "mark": str(place),
            "tone": _ink(cell.tone),
            "on": f"var(--chart-on-{cell.tone})",
        }
        for place, cell in enumerate(cells)
    ]
    base = inline_chart(rows).encode(
        x=alt.X("column:O", sort=None, title=across or None, axis=_squares_axis()),
        y=alt.Y("row:O", sort=None, title=down or None, axis=_squares_axis()),
    )
    squares = base.mark_rect(stroke=CARD, strokeWidth=2).encode(color=_COLOUR, description="mark:N")
    text = base.mark_text(fontSize=14, aria=False).encode(
        text="text:N", color=alt.Color("on:N", scale=None, legend=None)
    )
    chart = alt.layer(squares, text).resolve_scale(color="independent")
    sized = chart.properties(width=paper.width, height=paper.height)
    return drawing(sized, paper, marks=[_Square(cell) for cell in cells])


_COLOUR = alt.Color("tone:N", scale=None, legend=None)


class _Square:
    """A cell as a drawing tells it."""

    def __init__(self, cell: Cell) -> None:
        self.told = cell.title or cell.text
        self.address = cell.address


def _columns(layers: Sequence[Series], paper: Paper, *, axis: str, own_tones: bool) -> str:
    marks = [mark for layer in layers for mark in layer.marks]
    first = layers[0].marks if layers else ()
    labels = thinned([mark.under for mark in first], paper.width)
    rows, place = [], 0
    for layer in layers:
        for column, mark in enumerate(layer.marks):
            tone = mark.tone if own_tones else layer.tone
            rows.append(
                {
                    "x": str(column),
                    "value": mark.value,
                    **_drawn(mark, place),
                    "tone": _ink(tone),
                    "order": place,
                }
            )
            place += 1
    chart = (
        inline_chart(rows)
        .mark_bar()
        .encode(
            x=alt.X("x:N", sort=None, axis=_labels_axis(labels), scale=alt.Scale(paddingInner=0.25)),
            y=alt.Y("value:Q", stack=None if own_tones else "zero", axis=_values_axis(axis)),
            color=_COLOUR,
            order="order:Q",
            description="mark:N",
        )
        .properties(width=paper.width, height=paper.height)
    )
    return drawing(chart, paper, marks=marks)


def _drawn(mark: Mark, place: int) -> dict[str, Any]:
    return {"mark": str(place), "tone": _ink(mark.tone)}


def _ink(tone: str) -> str:
    return f"var(--chart-{tone})"


def _names_axis(marks: Sequence[Mark]) -> alt.Axis:
    """The names of bars, with room for the longest in the widest of the usual fonts."""
    names = [mark.name for mark in marks]
    room = min(190, max((8 * len(name) for name in names), default=0))
    return alt.Axis(
        minExtent=room, aria=False, title=None, ticks=False, domain=False, labelLimit=230,
        labelExpr=f"{names!r}[datum.value]", labelPadding=8, labelFontSize=13, labelColor=INK,
    )  # fmt: skip


def _labels_axis(labels: Sequence[str]) -> alt.Axis:
    return alt.Axis(
        title=None, aria=False, ticks=False, labelExpr=f"{list(labels)!r}[datum.value]", labelAngle=0,
        labelFontSize=12, labelColor=QUIET, labelPadding=6, labelOverlap=False, domainColor=QUIET,
    )  # fmt: skip


def _places_axis(shown: dict[str, str]) -> alt.Axis:
    return alt.Axis(
        title=None, aria=False, ticks=False, grid=False, values=[float(at) for at in shown],
        labelExpr=f"{shown!r}[datum.value + (datum.value % 1 ? '' : '.0')]", labelAngle=0, labelFontSize=12,
        labelColor=QUIET, labelPadding=6, labelOverlap=False, domainColor=QUIET,
    )  # fmt: skip


def _values_axis(title: str) -> alt.Axis:
    return alt.Axis(
        aria=False, title=title or None, titleAnchor="end", titleAngle=0, titleAlign="left", titleY=-12,
        titleX=0, titleColor=QUIET, titleFontWeight="normal", titleFontSize=12, format=",.0f", tickCount=5,
        tickMinStep=1, labelFontSize=12, labelColor=QUIET, domain=False, ticks=False, gridColor=QUIET,
        gridOpacity=0.18,
    )  # fmt: skip


def _squares_axis() -> alt.Axis:
    return alt.Axis(
        aria=False, ticks=False, domain=False, labelAngle=0, labelFontSize=13, labelColor=INK,
        titleColor=QUIET, titleFontWeight="normal", titleFontSize=12, titlePadding=8,
    )  # fmt: skip
