"""What is known: traits, collections, their types, how full and how fresh they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.known import Known, KnownCollection, KnownField

PANEL = "Data"
CHOICES = 6
"""Choices shown in a line."""

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def catalogue(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Show what is known, how full and how fresh.

    Traits of customers, properties of events and records, with their types and words.

    Example: `vitrail catalogue --workspace shop`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Catalogue", en="Catalogue") as bar:
        known = behind.what_is_known(ws, progress=bar)
    here.give(known, *drawings(known, here))


def drawings(known: Known, here: Session) -> Iterator[RenderableType]:
    """The whole catalogue, as a person reads it."""
    if not known.profiles and not known.traits and not known.collections:
        yield here.pick(
            fr="Rien n’est encore connu. Pour commencer : vitrail import profiles FICHIER --key COLONNE",
            en="Nothing is known yet. To begin: vitrail import profiles FILE --key COLUMN",
        )
        return
    yield words(
        f"{here.customers(known.profiles)}{_loaded(known.loaded, known, here=here)}",
        style="bold",
    )
    yield Text()
    if known.traits:
        yield _fields(known.traits, here, title=here.pick(fr="Attributs", en="Traits"))
    for each in known.collections:
        yield _fields(each.properties, here, title=_title(each, known, here=here))
    yield from _others(known, here)


def _title(each: KnownCollection, known: Known, *, here: Session) -> str:
    kind = {
        "event": here.pick(fr="événements", en="events"),
        "record": here.pick(fr="fiches", en="records"),
    }[each.kind]
    colon = here.pick(fr=" :", en=":")
    words = [f"{each.name}{colon} {here.speech.count(each.rows)} {kind}"]
    if each.kind == "event" and each.first is not None and each.last is not None:
        first, last = (_day(moment, known) for moment in (each.first, each.last))
        words.append(here.pick(fr=f"du {first} au {last}", en=f"from {first} to {last}"))
    return ", ".join(words) + _loaded(each.loaded, known, here=here)


def _loaded(at: dt.datetime | None, known: Known, *, here: Session) -> str:
    if at is None:
        return here.pick(fr=", rien n’a été chargé", en=", nothing was loaded")
    moment = at.astimezone(ZoneInfo(known.timezone)).strftime("%Y-%m-%d %H:%M")
    return here.pick(fr=f", chargés le {moment}", en=f", loaded on {moment}")


def _fields(fields: Sequence[KnownField], here: Session, *, title: str) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Nom", en="Name")),
        Heading(here.pick(fr="Type", en="Type")),
        Heading(here.pick(fr="Rempli", en="Filled"), side="right"),
        Heading(here.pick(fr="Libellé et choix", en="Label and choices"), wraps=True, style="dim"),
    )
    rows = [(each.name, each.type, here.speech.share(each.share), _words(each, here)) for each in fields]
    return table(headings, rows, title=title)


def _words(each: KnownField, here: Session) -> str:
    parts = [] if each.label is None else [here.label(each.label, otherwise="")]
    if each.unit:
        parts.append(each.unit)
    if each.choices:
        more = "…" if len(each.choices) > CHOICES else ""
        parts.append(", ".join(each.choices[:CHOICES]) + more)
    if each.sensitive:
        parts.append(here.pick(fr="donnée sensible", en="sensitive"))
    return " · ".join(parts)


def _others(known: Known, here: Session) -> Iterator[RenderableType]:
    lists = (
        (here.pick(fr="Scores", en="Scores"), [each.key for each in known.scores]),
        (here.pick(fr="Finalités", en="Purposes"), known.purposes),
        (here.pick(fr="Canaux", en="Channels"), known.channels),
    )
    for title, keys in lists:
        if keys:
            yield Text.assemble((f"{title}  ", "bold"), ", ".join(keys))
    count = here.speech.count(len(known.segments))
    yield Text.assemble((here.pick(fr="Segments  ", en="Segments  "), "bold"), count)


def _day(at: dt.datetime, known: Known) -> str:
    return at.astimezone(ZoneInfo(known.timezone)).strftime("%Y-%m-%d")
