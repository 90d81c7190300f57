"""The charts of the base report: how full each trait is, and what each day brought."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import msgspec

from vitrail.app.report.charts import BAR, BAR_HEIGHT, INK, QUIET, drawing, inline_chart
from vitrail.app.report.words import Speech


class Bar(msgspec.Struct, frozen=True):
    """One bar: its name, how long it is (0 to 1), what is written after it and told of it."""

    name: str
    share: float
    text: str
    title: str


def shares(bars: Sequence[Bar], *, label: str) -> str:
    """Shares of one whole, as horizontal bars."""
    rows = [msgspec.structs.asdict(bar) for bar in bars]
    room = min(220, max((8 * len(bar.name) for bar in bars), default=0))
    names = alt.Axis(
        minExtent=room, aria=False, title=None, ticks=False, domain=False, labelLimit=230, labelPadding=8,
        labelFontSize=13, labelColor=INK,
    )  # fmt: skip
    base = inline_chart(rows).encode(
        y=alt.Y("name:N", sort=None, axis=names, scale=alt.Scale(paddingInner=0.3)),
        x=alt.X("share:Q", stack=None, axis=None, scale=alt.Scale(domain=[0, 1.3])),
        description="title:N",
    )
    drawn = base.mark_bar(color=BAR, cornerRadiusEnd=2)
    text = base.mark_text(align="left", dx=5, color=INK, fontSize=13, aria=False).encode(text="text:N")
    layers = alt.layer(drawn, text).properties(width=260, height=BAR_HEIGHT * max(len(rows), 1))
    return drawing(layers, kind="bars", label=label)


class Column(msgspec.Struct, frozen=True):
    """One column: its day, its height, the label under it (often empty), and what is told of it."""

    day: str
    rows: int
    label: str
    title: str


def days(columns: Sequence[Column], speech: Speech, *, label: str) -> str:
    """What each day brought, as columns."""
    rows = [msgspec.structs.asdict(column) for column in columns]
    labels = {column.day: column.label for column in columns}
    across = alt.Axis(
        title=None, aria=False, ticks=False, labelExpr=f"{labels!r}[datum.value]", labelAngle=0,
        labelFontSize=12, labelColor=QUIET, labelPadding=6, labelOverlap=False, labelAlign="left",
        domainColor=QUIET,
    )  # fmt: skip
    up = alt.Axis(
        aria=False, title=None, format=",d", tickCount=3, tickMinStep=1, labelFontSize=12, labelColor=QUIET,
        domain=False, ticks=False, gridColor=QUIET, gridOpacity=0.18, minExtent=44,
    )  # fmt: skip
    chart = (
        inline_chart(rows)
        .mark_bar(color=BAR)
        .encode(
            x=alt.X("day:N", sort=None, axis=across, scale=alt.Scale(paddingInner=0.15)),
            y=alt.Y("rows:Q", stack=None, axis=up),
            description="title:N",
        )
        .properties(width=420, height=90)
    )
    return drawing(chart, kind="bars", label=label, locale="fr-FR" if speech.language == "fr" else "en-GB")
