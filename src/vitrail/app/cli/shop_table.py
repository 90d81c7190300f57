"""The segments of a workspace with their revenue and their sentence: what the demonstration shows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import msgspec
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.report.figures import Division, Figures, Line
    from vitrail.app.report.words import Speech

NAME, NUMBER, SHARE = 26, 9, 7
"""How wide columns are at least, so that all tables stand alike: names at most, numbers, shares."""

NARROW = 100
"""Under this width sentences stand under the names, not beside them."""


class Look(msgspec.Struct, frozen=True):
    """What all tables have in common; `name` is the width of the names, `narrow` that of the paper."""

    here: Session
    speech: Speech
    name: int
    narrow: bool


def drawings(figures: Figures, here: Session) -> Iterator[RenderableType]:
    """A headline, then one table for each segmentation and one for the segments."""
    speech = here.speech
    totals = figures.totals
    yield words(
        here.pick(
            fr=f"{figures.title} : {here.customers(totals.profiles)}, "
            f"{speech.money(totals.revenue)} en un an, {speech.count(totals.orders)} commandes.",
            en=f"{figures.title}: {here.customers(totals.profiles)}, "
            f"{speech.money(totals.revenue)} in a year, {speech.count(totals.orders)} orders.",
        ),
        style="bold",
    )
    yield Text()
    longest = max((len(line.name) for line in _lines(figures)), default=0)
    look = Look(here, speech, min(longest, NAME), here.paper.width < NARROW)
    for division in figures.divisions:
        yield _table(_title(division, look), division.classes, look=look)
    title = here.pick(fr="Segments (un client peut être dans plusieurs)", en="Segments (they may overlap)")
    yield _table(title, figures.segments, look=look)


def document(figures: Figures) -> list[dict[str, object]]:
    """Every class and segment as a program reads it."""
    return [
        {
            "key": line.key,
            "name": line.name,
            "size": line.size,
            "share": round(line.share, 6),
            "revenue": line.revenue,
            "sentence": line.sentence,
        }
        for line in _lines(figures)
    ]


def _lines(figures: Figures) -> list[Line]:
    return [*(line for division in figures.divisions for line in division.classes), *figures.segments]


def _title(division: Division, look: Look) -> str:
    if not division.among:
        return division.name
    return f"{division.name} ({look.here.customers(division.size)})"


def _table(title: str, lines: Sequence[Line], *, look: Look) -> RenderableType:
    here, speech = look.here, look.speech
    name = Heading(here.pick(fr="Nom", en="Name"), wraps=True, at_least=look.name)
    numbers = (
        Heading(here.pick(fr="Clients", en="Customers"), side="right", at_least=NUMBER),
        Heading(here.pick(fr="Part", en="Share"), side="right", at_least=SHARE),
        Heading(here.pick(fr="CA sur un an", en="Year’s revenue"), side="right"),
    )
    who = Heading(here.pick(fr="Qui", en="Who"), wraps=True, style="dim")
    headings = (name, *numbers) if look.narrow else (name, *numbers, who)
    return table(headings, [_cells(line, speech, look=look) for line in lines], title=title)


def _cells(line: Line, speech: Speech, *, look: Look) -> tuple[str | Text, ...]:
    others = look.here.pick(fr="Tous les autres", en="Everyone else")
    sentence = shown(line.sentence or others)
    numbers = (speech.count(line.size), speech.share(line.share), speech.money(line.revenue))
    if look.narrow:
        return Text.assemble(shown(line.name), "\n", (sentence, "dim")), *numbers
    return line.name, *numbers, sentence
