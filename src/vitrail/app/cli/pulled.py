"""Sources that are pulled, and what a pull brought, as a person reads them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import problems
from vitrail.app.cli.letters import words
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.pulling import Standing
    from vitrail.collect.sources.pull import Pulled
    from vitrail.ledger.sources import Pull

SHOWN = 5
"""Refused cells shown of one pull."""

_OUTCOMES = {
    "done": ("réussie", "done"),
    "partial": ("incomplète", "partial"),
    "stopped": ("arrêtée", "stopped"),
    "failed": ("échouée", "failed"),
    "busy": ("déjà en cours", "already running"),
}
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def standings(found: Sequence[Standing], here: Session, *, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Every source with its last success and its next pull; what went wrong stands below."""
    if not found:
        return
    headings = (
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Sorte", en="Kind")),
        Heading(here.pick(fr="Dernier succès", en="Last success")),
        Heading(here.pick(fr="Prochaine lecture", en="Next pull")),
        Heading(here.pick(fr="État", en="State"), wraps=True),
    )
    rows = [
        (
            each.key,
            each.kind,
            moment(each.succeeded_at, zone),
            _next(each, here, zone=zone),
            _state(each, here),
        )
        for each in found
    ]
    yield table(headings, rows)
    for each in found:
        if each.problems:
            yield problems.drawing(each.problems, here, texts={"": ""}, width=here.paper.width)


def drawings(found: Pulled, here: Session) -> Iterator[RenderableType]:
    """The account of one pull."""
    colon = here.pick(fr=" :", en=":")
    taken = here.many(
        found.accepted, fr=("ligne acceptée", "lignes acceptées"), en=("row accepted", "rows accepted")
    )
    new = here.many(found.created, fr=("nouvelle", "nouvelles"), en=("new", "new"))
    updated = here.many(found.updated, fr=("mise à jour", "mises à jour"), en=("updated", "updated"))
    same = here.many(found.unchanged, fr=("inchangée", "inchangées"), en=("unchanged", "unchanged"))
    yield Text.assemble((found.source, "bold"), f"{colon} {taken} ({new}, {updated}, {same}).")
    if found.files:
        yield words(here.many(found.files, fr=("fichier lu", "fichiers lus"), en=("file read", "files read")))
    if found.replaced:
        gone = here.many(
            found.replaced,
            fr=("ligne remplacée par une plus récente", "lignes remplacées par de plus récentes"),
            en=("row replaced by a later one", "rows replaced by later ones"),
        )
        yield words(f"{gone}.")
    if found.waiting:
        held = here.many(
            len(found.waiting),
            fr=("fichier attend d’être complet", "fichiers attendent d’être complets"),
            en=("file waits to be complete", "files wait to be complete"),
        )
        yield words(f"{held}.")
    if found.rejected:
        refused = here.many(
            found.rejected, fr=("ligne refusée", "lignes refusées"), en=("row refused", "rows refused")
        )
        yield words(f"{refused}.")
        rejects = [reject for report in found.reports for reject in report.rejects][:SHOWN]
        yield from (words(f"  {here.said(reject.message)}") for reject in rejects)
    if found.problems:
        yield problems.drawing(found.problems, here, texts={"": ""}, width=here.paper.width)


def history(found: Sequence[Pull], here: Session, *, zone: ZoneInfo) -> RenderableType:
    """The last pulls of a source."""
    headings = (
        Heading(here.pick(fr="Lecture", en="Pull")),
        Heading(here.pick(fr="Durée", en="Took"), side="right"),
        Heading(here.pick(fr="Acceptées", en="Accepted"), side="right"),
        Heading(here.pick(fr="Refusées", en="Refused"), side="right"),
        Heading(here.pick(fr="Issue", en="Outcome")),
    )
    rows = [
        (
            moment(_EPOCH + dt.timedelta(microseconds=each.started_at_us), zone),
            f"{here.decimal(each.seconds)} s",
            here.speech.count(each.accepted),
            here.speech.count(each.rejected),
            here.pick(fr=_OUTCOMES[each.outcome][0], en=_OUTCOMES[each.outcome][1]),
        )
        for each in found
    ]
    return table(headings, rows)


def moment(at: dt.datetime | None, zone: ZoneInfo) -> str:
    """An instant in the zone of the workspace; a dash for none."""
    return "–" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _next(each: Standing, here: Session, *, zone: ZoneInfo) -> str:
    if not each.schedule:
        return here.pick(fr="à la demande", en="on demand")
    if each.next_at is None:
        return here.pick(fr="dès que possible", en="as soon as possible")
    return moment(each.next_at, zone)


def _state(each: Standing, here: Session) -> str:
    if each.failures:
        return here.pick(fr=f"en échec ({each.failures} de suite)", en=f"failing ({each.failures} in a row)")
    if each.tried_at is None:
        return here.pick(fr="jamais lue", en="never pulled")
    return here.pick(fr="bien", en="well")
