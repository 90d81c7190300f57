"""The charts of the base report: how full each trait is, and what each day brought.

What draws takes half a second to load: a server spends it when a chart is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from vitrail.app.charts.marks import Mark, Paper
from vitrail.app.report.words import Speech


class Bar(msgspec.Struct, frozen=True):
    """One bar: its name, how long it is (0 to 1), what is written after it and told of it."""

    name: str
    share: float
    text: str
    title: str


def shares(every: Sequence[Bar], *, label: str) -> str:
    """Shares of one whole, as horizontal bars."""
    marks = [Mark(name=bar.name, value=bar.share, text=bar.text, title=bar.title) for bar in every]
    from vitrail.app.charts.plots import bars  # noqa: PLC0415

    return bars(marks, Paper(label=label, width=460), whole=1.0)


class Column(msgspec.Struct, frozen=True):
    """One column: its day, its height, the label under it (often empty), and what is told of it."""

    day: str
    rows: int
    label: str
    title: str


def days(every: Sequence[Column], speech: Speech, *, label: str) -> str:
    """What each day brought, as columns."""
    from vitrail.app.charts.plots import columns  # noqa: PLC0415

    marks = [
        Mark(name=column.day, value=column.rows, under=column.label, title=column.title) for column in every
    ]
    paper = Paper(label=label, language=speech.language, width=470, height=90)
    return columns(marks, paper)
