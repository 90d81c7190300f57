"""The portrait of one segment: its words, its size over time, who came in lately."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind, gate
from vitrail.app.cli.letters import words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.definitions import Class, DefinitionFile, Remainder
from vitrail.model.errors import Problem

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace

BARS = "▁▂▃▄▅▆▇█"
POINTS = 40
"""Refreshes drawn in the line of sizes."""

RECENT = 10
"""Entries shown."""


class Point(msgspec.Struct, frozen=True):
    """The segment after one refresh."""

    at: dt.datetime
    members: int
    entered: int
    left: int


class Entry(msgspec.Struct, frozen=True):
    """Somebody came in."""

    profile: str
    at: dt.datetime


class Said(msgspec.Struct, frozen=True):
    """What a definition says; `among` and `place` are those of a class in its segmentation."""

    name: dict[str, str]
    description: dict[str, str]
    rule: str
    among: str = ""
    place: int = 0


class Portrait(msgspec.Struct, frozen=True):
    """What is shown of a segment; `history` is empty until it has been evaluated.

    A class takes those whom no class before it took: `place` counts these. Its `rule` is empty when it
    takes all others. `among` says whom the segmentation is about.
    """

    key: str
    name: str
    description: str
    rule: str
    sentence: str
    among: str
    place: int
    timezone: str
    profiles: int
    history: tuple[Point, ...]
    recent: tuple[Entry, ...]
    problems: tuple[Problem, ...] = ()


def portrait(ws: Workspace, key: str, *, here: Session) -> Portrait:
    """One segment or class. Raises `UserError` when nothing has this key."""
    view, catalogue = ws.segment(key), ws.catalogue.current()
    recent = view.entered()
    last = reversed(recent.slice(max(recent.num_rows - RECENT, 0)).to_pylist())
    said = said_of(behind.defined(ws.store)[1].document, key)
    return Portrait(
        key=key,
        name=here.of(said.name) or key,
        description=here.of(said.description),
        rule=said.rule,
        sentence=ws.describe(said.rule, language=here.language) if said.rule else "",
        among=ws.describe(said.among, language=here.language) if said.among else "",
        place=said.place,
        timezone=catalogue.timezone,
        profiles=behind.customers(ws.store.source()),
        history=tuple(_points(view.history().to_pylist())),
        recent=tuple(Entry(row["profile"], row["at"]) for row in last),
        problems=gate.recent(ws).segments.get(key, ()),
    )


def said_of(document: DefinitionFile, key: str) -> Said:
    """What the definitions say of a segment, or of a class of a segmentation."""
    for segment in document.segments:
        if segment.key == key:
            return Said(segment.name, segment.description, segment.rule)
    for whole in document.segmentations:
        parts: tuple[Class | Remainder, ...] = (*whole.classes, whole.otherwise)
        for place, each in enumerate(parts):
            if f"{whole.key}.{each.key}" == key:
                rule = each.rule if isinstance(each, Class) else ""
                return Said(each.name, each.description, rule, whole.among, place)
    return Said({}, {}, "")


def drawings(found: Portrait, here: Session) -> Iterator[RenderableType]:
    """The portrait, as a person reads it."""
    yield Text.assemble((found.name, "bold"), (f"  {found.key}", "dim"))
    if found.description:
        yield words(found.description)
    yield Text()
    yield from _meaning(found, here)
    yield Text()
    if found.problems:
        yield gate.drawn(found.problems, here)
        yield Text()
    if not found.history:
        yield here.pick(fr="Pas encore calculé : vitrail refresh", en="Not evaluated yet: vitrail refresh")
        return
    yield _size(found, here)
    yield _line(found, here)
    yield Text()
    if found.recent:
        yield _recent(found, here)


def sparkline(sizes: Sequence[int]) -> str:
    """Sizes as a line of bars, from the smallest to the greatest."""
    low, high = min(sizes), max(sizes)
    if low == high:
        return BARS[3] * len(sizes)
    return "".join(BARS[round((size - low) / (high - low) * (len(BARS) - 1))] for size in sizes)


def _meaning(found: Portrait, here: Session) -> Iterator[RenderableType]:
    """Who is in: the sentence, the rule, and what a class owes to its segmentation."""
    if found.sentence:
        yield words(f"{found.sentence[:1].upper()}{found.sentence[1:]}.")
        yield words(found.rule, style="dim")
    else:
        yield here.pick(fr="Tous ceux qu’aucune classe n’a pris.", en="Everyone whom no class took.")
    if found.place and found.sentence:
        yield words(
            here.pick(
                fr=f"Seulement qui n’est dans aucune des {found.place} classes précédentes."
                if found.place > 1
                else "Seulement qui n’est pas dans la classe précédente.",
                en=f"Only those in none of the {found.place} classes before."
                if found.place > 1
                else "Only those who are not in the class before.",
            )
        )
    if found.among:
        yield words(here.pick(fr=f"Parmi ceux-ci : {found.among}.", en=f"Among those: {found.among}."))


def _points(rows: Sequence[dict[str, object]]) -> Iterator[Point]:
    for row in rows:
        yield msgspec.convert({name: row[name] for name in Point.__struct_fields__}, Point)


def _size(found: Portrait, here: Session) -> Text:
    last = found.history[-1]
    speech = here.speech
    count, share = here.customers(last.members), speech.share(last.members / max(found.profiles, 1))
    moment = speech.moment(last.at, timezone=found.timezone)
    return words(
        here.pick(
            fr=f"{count} ({share}), situation au {moment}",
            en=f"{count} ({share}), as of {moment}",
        ),
        style="bold",
    )


def _line(found: Portrait, here: Session) -> Text:
    points = found.history[-POINTS:]
    sizes = [point.members for point in points]
    days = [point.at.astimezone(ZoneInfo(found.timezone)).strftime("%Y-%m-%d") for point in points]
    if len(points) == 1:
        return words(here.pick(fr="Un seul calcul jusqu’ici.", en="One refresh so far."), style="dim")
    low, high = (here.speech.count(size) for size in (min(sizes), max(sizes)))
    between = here.pick(fr=f"de {low} à {high}", en=f"from {low} to {high}")
    steady = here.pick(fr=f"toujours {low}", en=f"always {low}")
    when = days[0] if days[0] == days[-1] else f"{days[0]} → {days[-1]}"
    return words(f"{sparkline(sizes)}  {steady if low == high else between}, {when}")


def _recent(found: Portrait, here: Session) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Derniers entrés", en="Last to enter")),
        Heading(here.pick(fr="Le", en="On")),
    )
    zone = ZoneInfo(found.timezone)
    rows = [(each.profile, each.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")) for each in found.recent]
    return table(headings, rows)
