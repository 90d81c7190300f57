"""One customer: what is known, who said it, and since when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind
from vitrail.app.cli.asking import when
from vitrail.app.cli.instants import tell
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import AsOf, Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.profile_view import OtherValue, ProfileView, Provenance, TraitValue

app = typer.Typer()


@app.command(rich_help_panel="Data")
def profile(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of the customer.", show_default=False)],
    as_of: AsOf = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what is known of one customer, and who said it.

    Each value with its source, its date and its age; under it, what other sources say.

    Example: `vitrail profile C0000042`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        asked = when(ws, as_of)
        found = ws.profile(key, as_of=asked.at)
        behind.note_look(ws.store, key)
        zone = ws.store.zone
    tell(asked, here)
    here.give(found, *drawings(found, here, zone=zone))


def drawings(found: ProfileView, here: Session, *, zone: ZoneInfo) -> Iterator[RenderableType]:
    """The profile, as a person reads it."""
    yield words(found.key, style="bold")
    if found.others:
        told = ", ".join(found.others)
        yield words(
            here.pick(
                fr=f"aussi {told} (vitrail merges dit pourquoi)", en=f"also {told} (vitrail merges tells why)"
            )
        )
    yield Text()
    if not found.traits:
        yield here.pick(fr="Aucun attribut n’est connu.", en="No trait is known.")
    else:
        yield _traits(found, here, zone=zone)
    if found.segments:
        told = ", ".join(found.segments)
        yield Text.assemble((here.pick(fr="Segments  ", en="Segments  "), "bold"), words(told))


def _traits(found: ProfileView, here: Session, *, zone: ZoneInfo) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Attribut", en="Trait")),
        Heading(here.pick(fr="Valeur", en="Value"), wraps=True),
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Depuis le", en="Since")),
        Heading(here.pick(fr="Âge", en="Age"), side="right"),
    )
    return table(headings, [row for each in found.traits for row in _rows(each, here, zone=zone)])


def _rows(each: TraitValue, here: Session, *, zone: ZoneInfo) -> Iterator[tuple[str | Text, ...]]:
    yield here.label(each.label, otherwise=each.name), *_cells(each, here, zone=zone)
    for other in each.others:
        lead = (
            here.pick(fr="  de même", en="  agrees") if other.agrees else here.pick(fr="  mais", en="  but")
        )
        cells = (lead, *_cells(other, here, zone=zone))
        yield tuple(words(cell, style="dim" if other.agrees else "yellow") for cell in cells)


def _cells(each: TraitValue | OtherValue, here: Session, *, zone: ZoneInfo) -> tuple[str, ...]:
    value, origin = each.value, each.provenance
    source = origin.source or here.pick(fr="inconnue", en="unknown")
    return written(value, here, zone=zone), source, _since(origin, here, zone=zone), _age(origin, here)


def written(value: object, here: Session, *, zone: ZoneInfo) -> str:
    """A value of a trait, as a person writes it."""
    match value:
        case bool():
            return here.pick(fr="oui", en="yes") if value else here.pick(fr="non", en="no")
        case dt.datetime():
            return value.astimezone(zone).strftime("%Y-%m-%d %H:%M")
        case Decimal() | float():
            return f"{value:.4f}".rstrip("0").rstrip(".").replace(".", here.pick(fr=",", en="."))
        case tuple():
            return ", ".join(map(str, value))
        case _:
            return str(value)


def _since(origin: Provenance, here: Session, *, zone: ZoneInfo) -> str:
    if origin.observed_at is None:
        return here.pick(fr="toujours", en="always")
    return origin.observed_at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _age(origin: Provenance, here: Session) -> str:
    if origin.age_days is None:
        return ""
    if origin.age_days < 1:
        return here.pick(fr="< 1 jour", en="< 1 day")
    return here.many(int(origin.age_days), fr=("jour", "jours"), en=("day", "days"))
