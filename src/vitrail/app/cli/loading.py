"""One import from its options to its report: what was taken, what was refused and why."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind, problems
from vitrail.app.cli.files import replacing
from vitrail.app.cli.letters import words
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import refuse

if TYPE_CHECKING:
    from vitrail.app.import_recipes import Recipe
    from vitrail.app.workspace import Workspace
    from vitrail.model.reports import LoadReport

Kind = Literal["profiles", "events", "records", "scores"]

SHOWN = 10
"""Refused cells shown on the screen."""

REFUSED = 1
"""Exit status: some rows were refused."""


class What(msgspec.Struct, frozen=True):
    """What is imported: its kind and name where they are told, and which columns play which part."""

    parts: dict[str, str | None] = {}
    kind: Kind | None = None
    name: str = ""


class How(msgspec.Struct, frozen=True):
    """How a file is imported: with which recipe, where refused cells go, for good or only to see, as
    coming from which source."""

    mapping: Path | None = None
    rejects: Path | None = None
    dry_run: bool = False
    source: str | None = None


def run(file: Path, here: Session, *, how: How, what: What) -> None:
    """Load the file, tell what became of its rows, and exit with 1 when some were refused."""
    asked = recipe(how.mapping, what)
    asked = asked if how.source is None else msgspec.structs.replace(asked, source=how.source)
    with here.opened() as ws, place(ws, how) as target, progress(here, fr="Import", en="Import") as bar:
        report = behind.run_import(target, asked, file=file, progress=bar)
        written = write_rejects(report, how.rejects, language=here.language)
    if here.json:
        here.give({"dry_run": how.dry_run, "rejects_file": written, "report": report})
    else:
        here.give(None, *drawings(report, here, how=how, written=written))
    if report.rejected:
        raise typer.Exit(REFUSED)


def recipe(mapping: Path | None, what: What) -> Recipe:
    """What is asked for: the recipe of the file, and the options, which win."""
    told = behind.Recipe() if mapping is None else behind.read_recipe(mapping)
    if what.kind and told.kind and told.kind != what.kind:
        raise refuse(
            "another_kind",
            path="kind",
            fr=f"La recette est pour {told.kind}, et non pour {what.kind}. Rien n’a été chargé.",
            en=f"The recipe is for {told.kind}, not for {what.kind}. Nothing was loaded.",
        )
    return told.completed(what.kind, what.name, columns=behind.Columns(**what.parts))


@contextmanager
def place(ws: Workspace, how: How) -> Iterator[Workspace]:
    """Where the file is loaded: the workspace or, to see what would happen, a copy of it."""
    if not how.dry_run:
        yield ws
        return
    with behind.rehearse(ws.store) as copy:
        yield behind.Workspace(copy)


def write_rejects(report: LoadReport, path: Path | None, *, language: str) -> str | None:
    """Write the refused rows as CSV where the person asked for it; answers the name of the file."""
    if path is None or not report.rejects_path:
        return None
    with replacing(path) as new, new.open("wb") as file:
        behind.write_refused_rows(report.rejects_path, file, language=language)
    return str(path)


def drawings(report: LoadReport, here: Session, *, how: How, written: str | None) -> Iterator[RenderableType]:
    """The account of an import, as a person reads it."""
    if how.dry_run:
        yield words(
            here.pick(fr="Essai : rien n’a été chargé.", en="Trial: nothing was loaded."), style="bold"
        )
    yield _counts(report, here)
    if report.warnings:
        yield problems.drawing(report.warnings, here, texts={"": ""}, width=here.paper.width)
    if not report.rejected:
        return
    yield Text()
    yield _refused(report, here)
    yield _where(report, here, how=how, written=written)


def _counts(report: LoadReport, here: Session) -> Text:
    taken = here.many(
        report.accepted, fr=("ligne acceptée", "lignes acceptées"), en=("row accepted", "rows accepted")
    )
    new = here.many(report.created, fr=("nouvelle", "nouvelles"), en=("new", "new"))
    updated = here.many(report.updated, fr=("mise à jour", "mises à jour"), en=("updated", "updated"))
    same = here.many(report.unchanged, fr=("inchangée", "inchangées"), en=("unchanged", "unchanged"))
    lines = [f"{taken}{here.pick(fr=' :', en=':')} {new}, {updated}, {same}."]
    if report.new_profiles and report.kind != "profiles":
        met = here.many(
            report.new_profiles,
            fr=("client jusque-là inconnu", "clients jusque-là inconnus"),
            en=("customer not known before", "customers not known before"),
        )
        lines.append(f"{met}.")
    if report.rejected:
        refused = here.many(
            report.rejected, fr=("ligne refusée", "lignes refusées"), en=("row refused", "rows refused")
        )
        lines.append(f"{refused}.")
    return words("\n".join(lines))


def _refused(report: LoadReport, here: Session) -> RenderableType:
    headings = (
        Heading(here.pick(fr="Ligne", en="Line"), side="right"),
        Heading(here.pick(fr="Ce qui ne va pas", en="What is wrong"), wraps=True),
    )
    rows = [(str(each.line), here.said(each.message)) for each in report.rejects[:SHOWN]]
    return table(headings, rows)


def _where(report: LoadReport, here: Session, *, how: How, written: str | None) -> RenderableType:
    if written is not None:
        told = here.pick(fr=f"Toutes les cellules refusées : {written}", en=f"All refused cells: {written}")
    elif how.dry_run:
        told = here.pick(
            fr="Pour les avoir toutes dans un fichier : --rejects FICHIER.csv",
            en="To have them all in a file: --rejects FILE.csv",
        )
    else:
        told = here.pick(
            fr=f"Toutes les cellules refusées : {report.rejects_path}\n"
            "(en CSV : la même commande avec --rejects FICHIER.csv)",
            en=f"All refused cells: {report.rejects_path}\n"
            "(as CSV: the same command with --rejects FILE.csv)",
        )
    return words(told)
