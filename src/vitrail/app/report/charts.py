"""The charts of the report, as SVG drawings whose every mark has a title.

Colours are those of the light page; the style sheet gives them again for the dark one, by the
classes `bars`, `months` and `map` of the drawings.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any, Literal

import altair as alt
import vl_convert

from vitrail.app.report.figures import Cell, Division, Month
from vitrail.app.report.words import Speech

INK, QUIET, BAR, PALE = "#1f2a30", "#5b676d", "#0b6e74", "#9cc7c9"
SCALE = ("#e6f1f0", "#b9dcda", "#7fbfbe", "#2d7f84", "#0b4f55")
FONT = "DejaVu Sans, Arial, sans-serif"
Locale = Literal["fr-FR", "en-GB"]
BAR_HEIGHT, MONTH_ROOM = 26, 64


def bars(division: Division, speech: Speech) -> str:
    """The shares of the classes of a segmentation, as horizontal bars."""
    rows = [
        {
            "name": line.name,
            "share": line.share,
            "text": speech.share(line.share),
            "title": speech.say(
                "bar_title", name=line.name, share=speech.share(line.share), size=speech.count(line.size)
            ),
        }
        for line in division.classes
    ]
    largest = max((line.share for line in division.classes), default=0.0) or 1.0
    base = inline_chart(rows).encode(
        y=alt.Y("name:N", sort=None, axis=_names(division), scale=alt.Scale(paddingInner=0.3)),
        x=alt.X("share:Q", stack=None, axis=None, scale=alt.Scale(domain=[0, largest * 1.45])),
        description="title:N",
    )
    drawn = base.mark_bar(color=BAR, cornerRadiusEnd=2)
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=13, aria=False).encode(text="text:N")
    chart = alt.layer(drawn, text).properties(width=200, height=BAR_HEIGHT * max(len(rows), 1))
    return drawing(chart, kind="bars", label=division.name)


def months(all_months: tuple[Month, ...], speech: Speech, *, width: int) -> str:
    """Revenue by month, as columns; a month that is not whole is pale."""
    every = max(1, -(-len(all_months) * MONTH_ROOM // width))
    rows = [
        {
            "month": month.first.isoformat(),
            "label": speech.short_month(month.first) if number % every == 0 else "",
            "revenue": float(month.revenue) / 1000,
            "whole": month.whole,
            "title": speech.say(
                "month_title",
                month=speech.month(month.first),
                revenue=speech.money(month.revenue),
                orders=speech.count(month.orders),
            ),
        }
        for number, month in enumerate(all_months)
    ]
    labels = {row["month"]: row["label"] for row in rows}
    shown = f"{labels!r}[datum.value]"
    chart = (
        inline_chart(rows)
        .mark_bar(cornerRadiusTopLeft=2, cornerRadiusTopRight=2)
        .encode(
            x=alt.X("month:N", sort=None, axis=_months_axis(shown), scale=alt.Scale(paddingInner=0.25)),
            y=alt.Y("revenue:Q", stack=None, axis=_amounts_axis(speech)),
            color=alt.condition("datum.whole", alt.value(BAR), alt.value(PALE)),
            description="title:N",
        )
        .properties(width=width, height=220)
    )
    return drawing(chart, kind="months", label=speech.say("months"))


def rfm_map(cells: tuple[Cell, ...], speech: Speech) -> str:
    """How many customers there are in each cell of recency and frequency."""
    dark = max((cell.size for cell in cells), default=0) * 0.66
    rows = [
        {
            "r": cell.recency,
            "f": cell.frequency,
            "size": cell.size,
            "text": speech.count(cell.size),
            "dark": cell.size > dark,
            "title": speech.say(
                "map_title",
                recency=str(cell.recency),
                frequency=str(cell.frequency),
                group=cell.group,
                size=speech.count(cell.size),
            ),
        }
        for cell in cells
    ]
    base = inline_chart(rows).encode(
        x=alt.X("f:O", title=speech.say("frequency"), axis=_scores_axis()),
        y=alt.Y("r:O", title=speech.say("recency"), sort="descending", axis=_scores_axis()),
        description="title:N",
    )
    squares = base.mark_rect(stroke="#ffffff", strokeWidth=2).encode(
        color=alt.Color("size:Q", scale=alt.Scale(range=SCALE), legend=None)
    )
    text = base.mark_text(fontSize=14, aria=False).encode(
        text="text:N", color=alt.condition("datum.dark", alt.value("#ffffff"), alt.value("#10262a"))
    )
    return drawing(
        alt.layer(squares, text).properties(width=290, height=240), kind="map", label=speech.say("rfm")
    )


def inline_chart(rows: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which it holds itself."""
    return alt.Chart(alt.InlineData(values=rows))


def _names(division: Division) -> alt.Axis:
    """The names of the classes, with room for the longest in the widest of the usual fonts."""
    room = min(190, max((8 * len(line.name) for line in division.classes), default=0))
    return alt.Axis(
        minExtent=room,
        aria=False,
        title=None,
        ticks=False,
        domain=False,
        labelLimit=230,
        labelPadding=8,
        labelFontSize=13,
        labelColor=INK,
    )


def _months_axis(shown: str) -> alt.Axis:
    return alt.Axis(
        title=None, aria=False, ticks=False, labelExpr=shown, labelAngle=0, labelFontSize=12,
        labelColor=QUIET,
        labelPadding=6, labelOverlap=False, domainColor=QUIET,
    )  # fmt: skip


def _amounts_axis(speech: Speech) -> alt.Axis:
    return alt.Axis(
        aria=False, title=speech.say("months_axis"), titleAnchor="end", titleAngle=0, titleAlign="left",
        titleY=-12, titleX=0,
        titleColor=QUIET, titleFontWeight="normal", titleFontSize=12, format=",.0f", tickCount=5,
        labelFontSize=12, labelColor=QUIET, domain=False, ticks=False, gridColor=QUIET, gridOpacity=0.18,
    )  # fmt: skip


def _scores_axis() -> alt.Axis:
    return alt.Axis(
        aria=False, ticks=False, domain=False, labelAngle=0, labelFontSize=13, labelColor=INK,
        titleColor=QUIET, titleFontWeight="normal", titleFontSize=12, titlePadding=8,
    )  # fmt: skip


def drawing(
    chart: alt.LayerChart | alt.FacetChart | alt.Chart, *, kind: str, label: str, locale: Locale = "fr-FR"
) -> str:
    """The chart as an SVG element that fits its box, with a title on each mark."""
    view = alt.ViewConfig(stroke=None)
    styled = chart.configure(font=FONT, background="transparent", padding=2, view=view)
    spec: dict[str, Any] = styled.to_dict()
    svg = vl_convert.vegalite_to_svg(spec, format_locale=locale)
    svg = re.sub(r' width="([\d.]+)" height="[\d.]+"', r' style="max-width:\1px"', svg, count=1)
    svg = svg.replace('class="marks"', f'class="marks {kind}"', 1)
    svg = svg.replace("<svg ", f'<svg role="graphics-document" aria-label="{escape(label)}" ', 1)
    return _titled(svg)


def _titled(svg: str) -> str:
    """The same drawing; what a screen reader hears of a mark is shown by a mouse that rests on it."""
    svg = re.sub(r' aria-roledescription="[^"]*"', "", svg)
    return re.sub(
        r'<path aria-label="([^"]+)" role="graphics-symbol"([^>]*?)/>',
        r'<path aria-label="\1" role="graphics-symbol"\2><title>\1</title></path>',
        svg,
    )
