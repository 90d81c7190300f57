"""What a load tells in the end: its warnings, its report, and the row the ledger keeps of it."""

from __future__ import annotations

from collections.abc import Iterable

from vitrail.collect.day_order import doubt_of_days
from vitrail.collect.identity.claims import Refused
from vitrail.collect.refusals import Refusals
from vitrail.collect.settling import Counts
from vitrail.collect.staging import Staged
from vitrail.ledger.manifest import Load
from vitrail.model.errors import Message, Problem
from vitrail.model.identities import LABELS
from vitrail.model.reports import LoadReport


def warnings_of(staged: Staged, timezone: str) -> tuple[Problem, ...]:
    """What the person who loads should know although nothing was refused."""
    found = [*(_rounded(name, count) for name, count in staged.rounded.items())]
    found.extend(_local(name, count, timezone=timezone) for name, count in staged.local.items())
    found.extend(_emptied(name, count) for name, count in staged.emptied.items())
    doubts = [doubt_of_days(name, order) for name, order in staged.days.items()]
    found.extend(doubt for doubt in doubts if doubt is not None)
    if staged.lines == 0:
        found.append(_no_rows())
    return tuple(found)


def report(load: Load, counts: Counts, *, refusals: Refusals, warnings: tuple[Problem, ...]) -> LoadReport:
    """The report of a load, but for what is known after its commit."""
    return LoadReport(
        load=load.id,
        kind=load.kind,
        name=load.name,
        accepted=load.accepted,
        rejected=load.rejected,
        created=counts.created,
        updated=counts.updated,
        unchanged=counts.unchanged,
        warnings=warnings,
        rejects=tuple(sorted(refusals.shown, key=lambda entry: entry.line)),
        groups=refusals.groups.all(),
    )


def left_aside(refused: Iterable[Refused]) -> tuple[Problem, ...]:
    """The identities that tell nobody apart: the value is kept as a trait, and merges nobody."""
    return tuple(_forbidden(each) if each.reason == "forbidden" else _malformed(each) for each in refused)


def _forbidden(refused: Refused) -> Problem:
    label = LABELS[refused.kind]
    return _warning(
        "identity_forbidden",
        refused.kind,
        fr=f"{label.fr} : {_counted(refused.claims, 'valeur')} de remplissage (« {refused.example} »…) ; "
        "elles sont gardées, mais ne rapprochent personne.",
        en=f"{label.en}: {_counted(refused.claims, 'filler value')} (“{refused.example}”…); "
        "they are kept, and merge nobody.",
    )


def _malformed(refused: Refused) -> Problem:
    label = LABELS[refused.kind]
    return _warning(
        "identity_malformed",
        refused.kind,
        fr=f"{label.fr} : {_counted(refused.claims, 'valeur', 'mal formée')} (« {refused.example} »…) ; "
        "elles sont gardées, mais ne rapprochent personne.",
        en=f"{label.en}: {_counted(refused.claims, 'malformed value')} (“{refused.example}”…); "
        "they are kept, and merge nobody.",
    )


def _rounded(name: str, count: int) -> Problem:
    return _warning(
        "decimals_rounded",
        name,
        fr=f"« {name} » : arrondi à 4 chiffres après la virgule, pour {_counted(count, 'nombre')}.",
        en=f"“{name}”: rounded to 4 digits after the point, for {_counted(count, 'number')}.",
    )


def _local(name: str, count: int, *, timezone: str) -> Problem:
    return _warning(
        "times_without_zone",
        name,
        fr=f"« {name} » : lu à l'heure de {timezone}, faute de fuseau, pour {_counted(count, 'ligne')} "
        "(une date sans heure est prise à minuit).",
        en=f"“{name}”: read in the zone of the workspace, {timezone}, for {_counted(count, 'row')} without a "
        "zone (a date without a time is taken at midnight).",
    )


def _emptied(name: str, count: int) -> Problem:
    return _warning(
        "cells_left_empty",
        name,
        fr=f"« {name} » : {_counted(count, 'cellule', 'illisible', 'laissée')} "
        f"{'vides' if count > 1 else 'vide'}, comme demandé.",
        en=f"“{name}”: {_counted(count, 'cell')} that cannot be read, left empty as you asked.",
    )


def _counted(count: int, *words: str) -> str:
    return " ".join([str(count), *(word if count < 2 else f"{word}s" for word in words)])


def _no_rows() -> Problem:
    return _warning(
        "no_rows",
        "",
        fr="Il n'y a que l'en-tête : aucune ligne n'a été chargée.",
        en="There is only the header: no row was loaded.",
    )


def _warning(code: str, path: str, *, fr: str, en: str) -> Problem:
    return Problem(code=code, path=path, message=Message(fr=fr, en=en), severity="warning")
