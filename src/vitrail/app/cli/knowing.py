"""What is known: traits, collections, their types, how full and how fresh they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import msgspec
import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind, gate
from vitrail.app.cli.asking import when
from vitrail.app.cli.instants import tell
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.profiling import written
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.known import Known, KnownCollection, KnownField, KnownRange
    from vitrail.collect.quality.drift import Drift

PANEL = "Data"
SHOWN = 3
"""Values shown in a line."""

FEW = 20
"""Numbers and dates with more different values are told by their bounds."""

VISIBLE = 0.0005
"""A change of the fill rate that is worth a word."""

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def catalogue(
    since: Annotated[
        str | None,
        typer.Option(
            metavar="INSTANT",
            help="Show how values have moved since then: 2026-03-01.",
            show_default=False,
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what is known, how full and how fresh.

    Traits of customers, properties of events and records, with their types, words and main values.

    Example: `vitrail catalogue --since 2026-03-01`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Catalogue", en="Catalogue") as bar:
        then = None if since is None else when(ws, since)
        known = behind.what_is_known(ws, since=then.at if then else None, progress=bar)
        known = msgspec.structs.replace(known, problems=ws.health().problems)
    if then is not None:
        tell(then, here)
    here.give(known, *drawings(known, here))


def drawings(known: Known, here: Session) -> Iterator[RenderableType]:
    """The whole catalogue, as a person reads it."""
    if not known.profiles and not known.traits and not known.collections:
        yield here.pick(
            fr="Rien n’est encore connu. Pour commencer : vitrail import profiles FICHIER --key COLONNE",
            en="Nothing is known yet. To begin: vitrail import profiles FILE --key COLUMN",
        )
        return
    yield words(
        f"{here.customers(known.profiles)}{_loaded(known.loaded, known, here=here)}",
        style="bold",
    )
    yield Text()
    if known.traits:
        yield _fields(known.traits, known, here=here, title=here.pick(fr="Attributs", en="Traits"))
    for each in known.collections:
        yield _fields(each.properties, known, here=here, title=_title(each, known, here=here))
    yield from _others(known, here)
    if known.problems:
        yield Text()
        yield gate.drawn(known.problems, here)


def _title(each: KnownCollection, known: Known, *, here: Session) -> str:
    kind = {
        "event": here.pick(fr="événements", en="events"),
        "record": here.pick(fr="fiches", en="records"),
    }[each.kind]
    colon = here.pick(fr=" :", en=":")
    words = [f"{each.name}{colon} {here.speech.count(each.rows)} {kind}"]
    if each.inferred:
        words.append(here.pick(fr="non déclarés", en="not declared"))
    if each.kind == "event" and each.first is not None and each.last is not None:
        first, last = (_day(moment, known) for moment in (each.first, each.last))
        words.append(here.pick(fr=f"du {first} au {last}", en=f"from {first} to {last}"))
    return ", ".join(words) + _loaded(each.loaded, known, here=here)


def _loaded(at: dt.datetime | None, known: Known, *, here: Session) -> str:
    if at is None:
        return here.pick(fr=", rien n’a été chargé", en=", nothing was loaded")
    moment = at.astimezone(ZoneInfo(known.timezone)).strftime("%Y-%m-%d %H:%M")
    return here.pick(fr=f", chargés le {moment}", en=f", loaded on {moment}")


def _fields(fields: Sequence[KnownField], known: Known, *, here: Session, title: str) -> RenderableType:
    headings = [
        Heading(here.pick(fr="Nom", en="Name")),
        Heading(here.pick(fr="Type", en="Type")),
        Heading(here.pick(fr="Rempli", en="Filled"), side="right"),
        Heading(here.pick(fr="Distinctes", en="Distinct"), side="right"),
        Heading(here.pick(fr="Âge", en="Age"), side="right"),
        Heading(here.pick(fr="Valeurs", en="Values"), wraps=True),
    ]
    if known.since is not None:
        headings.append(Heading(here.pick(fr="Dérive", en="Drift"), wraps=True))
    return table(headings, [_row(each, known, here=here) for each in fields], title=title)


def _row(each: KnownField, known: Known, *, here: Session) -> tuple[str | Text, ...]:
    about = "" if each.distinct_is_exact or not each.distinct else "≈ "
    row: tuple[str | Text, ...] = (
        each.name,
        each.type,
        here.speech.share(each.share),
        f"{about}{here.speech.count(each.distinct)}",
        _ages(each, known, here=here),
        _words(each, known, here=here),
    )
    return row if each.drift is None else (*row, _drift(each.drift, here))


def _ages(each: KnownField, known: Known, *, here: Session) -> str:
    """The age of the latest observation and that of the median one, in days."""
    if each.latest is None or each.median is None:
        return ""
    latest, median = ((known.at - moment).days for moment in (each.latest, each.median))
    day = here.pick(fr="j", en="d")
    return f"{latest} {day}" if latest == median else f"{latest}–{median} {day}"


def _words(each: KnownField, known: Known, *, here: Session) -> str:
    """What a person reads of a field: its label, its unit, and what it holds."""
    parts = [] if each.label is None else [here.label(each.label, otherwise="")]
    if each.unit:
        parts.append(each.unit)
    if each.inferred:
        parts.append(here.pick(fr="vu, non déclaré", en="seen, not declared"))
    if each.sensitive:
        parts.append(here.pick(fr="donnée sensible, masquée", en="sensitive, not shown"))
    elif each.range is not None and (each.distinct > FEW or not each.values):
        parts.append(_span(each.range, here, zone=ZoneInfo(known.timezone)))
    elif each.values:
        share = here.speech.share
        shown = each.values[:SHOWN]
        parts.append(
            ", ".join(f"{_fact(value.value, each.type, here=here)} {share(value.share)}" for value in shown)
        )
    return " · ".join(parts)


def _fact(text: str, kind: str, *, here: Session) -> str:
    """A value that is at hand as text, as a person writes it: 3.0000 is 3."""
    if kind in ("decimal", "float"):
        return written(Decimal(text), here, zone=ZoneInfo("UTC"))
    return written(text == "true", here, zone=ZoneInfo("UTC")) if kind == "boolean" else text


def _span(found: KnownRange, here: Session, *, zone: ZoneInfo) -> str:
    """From what to what, and what lies in the middle."""
    low, median, high = (written(value, here, zone=zone) for value in (found.low, found.median, found.high))
    return here.pick(fr=f"de {low} à {high}, médiane {median}", en=f"{low} to {high}, median {median}")


def _drift(found: Drift, here: Session) -> Text:
    if not found.fill_before and found.index is None:
        return words(here.pick(fr="inconnu alors", en="not known then"), style="dim")
    style, told = {
        "stable": ("dim", here.pick(fr="stable", en="stable")),
        "moved": ("yellow", here.pick(fr="a bougé", en="has moved")),
        "changed": ("red", here.pick(fr="a changé", en="has changed")),
    }[found.verdict]
    parts = [told]
    if abs(found.fill_after - found.fill_before) >= VISIBLE:
        before, after = here.speech.share(found.fill_before), here.speech.share(found.fill_after)
        parts.append(here.pick(fr=f"rempli {before} → {after}", en=f"filled {before} → {after}"))
    if found.index is not None and found.verdict != "stable":
        parts.append(f"PSI {here.decimal(found.index, digits=2)}")
        parts += [
            f"{each.value} {here.speech.share(each.before)} → {here.speech.share(each.after)}"
            for each in found.shifts[:1]
        ]
    return words(" · ".join(parts), style=style)


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
