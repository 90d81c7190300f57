"""The list of segments: how each stands after the last refresh."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

import msgspec
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind, gate
from vitrail.app.cli.letters import words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import Problem

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.warehouse.standings import Standing


class Row(msgspec.Struct, frozen=True):
    """One segment or class; `size` is None until it has been evaluated.

    `share` is of all profiles, between 0 and 1; `entered` and `left` are those of the last refresh.
    `problems` are those of the data it reads.
    """

    key: str
    name: str
    size: int | None
    share: float | None
    entered: int
    left: int
    is_new: bool
    problems: tuple[Problem, ...] = ()


class Roll(msgspec.Struct, frozen=True):
    """All segments, as of the last refresh; None when there was none."""

    as_of: dt.datetime | None
    timezone: str
    profiles: int
    segments: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def roll(ws: Workspace, here: Session) -> Roll:
    """Every defined segment, in the order of the definitions."""
    catalogue = ws.catalogue.current()
    found = behind.standings(ws.store)
    profiles, health = behind.customers(ws.store.source()), gate.recent(ws)
    rows = []
    for key in catalogue.segments:
        name = here.label(catalogue.segment_labels.get(key), otherwise=key)
        row = _row(key, name, standing=found.segments.get(key), profiles=profiles)
        rows.append(msgspec.structs.replace(row, problems=health.segments.get(key, ())))
    as_of = None if found.run is None else behind.instant(found.run.as_of_us)
    return Roll(as_of, catalogue.timezone, profiles, tuple(rows), health.problems)


def only(found: Roll, start: str) -> Roll:
    """The segments whose key starts so."""
    kept = tuple(row for row in found.segments if row.key.startswith(start))
    return msgspec.structs.replace(found, segments=kept)


def drawings(found: Roll, here: Session) -> Iterator[RenderableType]:
    """The list, as a person reads it."""
    if not found.segments:
        yield here.pick(
            fr="Aucun segment n’est défini. Pour commencer : vitrail ready",
            en="No segment is defined. To begin: vitrail ready",
        )
        return
    yield _updated(found, here)
    headings = (
        Heading(here.pick(fr="Clé", en="Key"), wraps=True),
        Heading(here.pick(fr="Nom", en="Name"), wraps=True),
        Heading(here.pick(fr="Clients", en="Customers"), side="right"),
        Heading(here.pick(fr="Part", en="Share"), side="right"),
        Heading(here.pick(fr="Entrés", en="Entered"), side="right"),
        Heading(here.pick(fr="Sortis", en="Left"), side="right"),
    )
    yield table(headings, [_cells(row, here) for row in found.segments])
    if any(row.problems for row in found.segments):
        yield words(
            here.pick(
                fr="! Lit des données anciennes ou incomplètes :",
                en="! Reads data that are stale or incomplete:",
            ),
            style="yellow",
        )
        yield gate.drawn(found.problems, here)


def _row(key: str, name: str, *, standing: Standing | None, profiles: int) -> Row:
    if standing is None:
        return Row(key, name, None, None, 0, 0, is_new=False)
    share = standing.size / profiles if profiles else 0.0
    return Row(key, name, standing.size, share, standing.entered, standing.left, standing.is_new)


def _updated(found: Roll, here: Session) -> Text:
    if found.as_of is None:
        told = here.pick(
            fr="Les segments n’ont pas encore été calculés : vitrail refresh",
            en="The segments have not been evaluated yet: vitrail refresh",
        )
        return words(told, style="yellow")
    moment = here.speech.moment(found.as_of, timezone=found.timezone)
    customers = here.customers(found.profiles)
    return words(
        here.pick(fr=f"{customers}, situation au {moment}", en=f"{customers}, as of {moment}"),
        style="bold",
    )


def _cells(row: Row, here: Session) -> tuple[str | Text, ...]:
    key, *others = _figures(row, here)
    return Text.assemble(("! ", "bold yellow"), str(key)) if row.problems else key, *others


def _figures(row: Row, here: Session) -> tuple[str | Text, ...]:
    if row.size is None or row.share is None:
        return (
            row.key,
            row.name,
            "–",
            "",
            words(here.pick(fr="à calculer", en="to refresh"), style="yellow"),
            "",
        )
    count, share = here.speech.count, here.speech.share(row.share)
    if row.is_new:
        return (
            row.key,
            row.name,
            count(row.size),
            share,
            words(here.pick(fr="nouveau", en="new"), style="green"),
            "",
        )
    entered = words(f"+{count(row.entered)}", style="green") if row.entered else ""
    left = words(f"−{count(row.left)}", style="red") if row.left else ""
    return row.key, row.name, count(row.size), share, entered, left
