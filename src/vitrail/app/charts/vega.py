"""From a chart of Altair to an SVG element for a page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Protocol

import altair as alt
import vl_convert
from markupsafe import escape

from vitrail.app.charts.marks import Paper

_LONG = re.compile(r"(\.\d)\d+")
FORMATS: dict[str, Any] = {"fr": "fr-FR", "en": "en-GB"}
FONT = "DejaVu Sans, Arial, sans-serif"
"""What widths are measured with; the page writes in its own font, which is narrower."""

INK, QUIET, CARD = "var(--chart-ink)", "var(--chart-quiet)", "var(--chart-paper)"


class Told(Protocol):
    """A mark, as far as a drawing is concerned."""

    @property
    def told(self) -> str:
        """What is told of it."""
        ...

    @property
    def address(self) -> str:
        """Where it leads."""
        ...


def inline_chart(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which it holds itself. Their column `mark` says which mark each is."""
    return alt.Chart(alt.InlineData(values=rows))


def drawing(chart: alt.TopLevelMixin, paper: Paper, *, marks: Sequence[Told] = ()) -> str:
    """The chart as an SVG element; the marks of its column `mark` get their titles and links."""
    chosen: Any = chart
    view, fit = alt.ViewConfig(stroke=None), alt.AutoSizeParams(type="fit-x", contains="padding")
    styled = chosen.configure(font=FONT, background="transparent", padding=2, view=view, autosize=fit)
    spec: dict[str, Any] = styled.to_dict()
    svg = vl_convert.vegalite_to_svg(spec, format_locale=FORMATS[paper.language])
    return _told(_lean(svg), marks, label=paper.label)


def _lean(svg: str) -> str:
    """The same drawing without what a browser does not need."""
    svg = re.sub(r'<path class="(background|foreground)"[^>]*/>', "", svg)
    svg = re.sub(r' (font-family|class|stroke-miterlimit)="[^"]*"', "", svg)
    svg = re.sub(r' (opacity|stroke-width)="1"| pointer-events="none"| aria-hidden="true"', "", svg)
    svg = re.sub(r' role="graphics-object"| aria-roledescription="[^"]*"', "", svg)
    svg = re.sub(r' (d|transform)="[^"]*"', lambda path: _LONG.sub(r"\1", path[0]), svg)
    svg = re.sub("(?<=[0-9])\xa0(?=[0-9])", "\u202f", svg)
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"| version="1.1"', "", svg)
    while (shorter := re.sub(r"<g[^>]*></g>|<text[^>]*/>", "", svg)) != svg:
        svg = shorter
    return svg


def _told(svg: str, marks: Sequence[Told], *, label: str) -> str:
    """The drawing with the title and the link of each mark; their numbers stood for them."""
    links = any(mark.address for mark in marks)

    def replaced(found: re.Match[str]) -> str:
        mark, rest = marks[int(found[1])], found[2]
        title = f"<title>{escape(mark.told)}</title>"
        if not mark.address:
            return f"<path{rest}>{title}</path>"
        return f'<a href="{escape(mark.address)}">{title}<path{rest}/></a>'

    svg = re.sub(r'<path aria-label="(\d+)" role="graphics-symbol"([^>]*?)/>', replaced, svg)
    role = "group" if links else "img"
    return svg.replace("<svg", f'<svg class="chart" role="{role}" aria-label="{escape(label)}"', 1)
