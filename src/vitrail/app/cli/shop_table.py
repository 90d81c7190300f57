"""The segments of a workspace with their revenue and their sentence: what the demonstration shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.report.figures import Division, Figures, Line
    from vitrail.app.report.words import Speech


def drawings(figures: Figures, here: Session, *, width: int) -> Iterator[RenderableType]:
    """A headline, then one table for each segmentation and one for the segments."""
    speech = here.speech
    totals = figures.totals
    yield Text(
        here.pick(
            fr=f"{figures.title} : {speech.count(totals.profiles)} clients, "
            f"{speech.money(totals.revenue)} en un an, {speech.count(totals.orders)} commandes.",
            en=f"{figures.title}: {speech.count(totals.profiles)} customers, "
            f"{speech.money(totals.revenue)} in a year, {speech.count(totals.orders)} orders.",
        ),
        style="bold",
    )
    yield Text()
    for division in figures.divisions:
        yield _table(_title(division, speech, here=here), division.classes, speech=speech, here=here)
    title = here.pick(fr="Segments (un client peut être dans plusieurs)", en="Segments (they may overlap)")
    yield _table(title, figures.segments, speech=speech, here=here)


def document(figures: Figures) -> list[dict[str, object]]:
    """Every class and segment as a program reads it."""
    lines = [*(line for division in figures.divisions for line in division.classes), *figures.segments]
    return [
        {
            "key": line.key,
            "name": line.name,
            "size": line.size,
            "share": round(line.share, 6),
            "revenue": line.revenue,
            "sentence": line.sentence,
        }
        for line in lines
    ]


def _title(division: Division, speech: Speech, *, here: Session) -> str:
    if not division.among:
        return division.name
    size = speech.count(division.size)
    return f"{division.name} ({here.pick(fr=f'{size} clients', en=f'{size} customers')})"


def _table(title: str, lines: Sequence[Line], *, speech: Speech, here: Session) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Nom", en="Name"), wraps=True),
        Heading(here.pick(fr="Clients", en="Customers"), side="right"),
        Heading(here.pick(fr="Part", en="Share"), side="right"),
        Heading(here.pick(fr="CA 1 an", en="Year"), side="right"),
        Heading(here.pick(fr="Qui", en="Who"), wraps=True, style="dim"),
    )
    rows = [
        (
            line.name,
            speech.count(line.size),
            speech.share(line.share),
            speech.money(line.revenue),
            line.sentence or here.pick(fr="Tous les autres", en="Everyone else"),
        )
        for line in lines
    ]
    return table(headings, rows, title=title)
