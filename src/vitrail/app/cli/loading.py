"""One import from its options to its report: what was taken, what was refused and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec
import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind, problems
from vitrail.app.cli.conversing import converse
from vitrail.app.cli.files import replacing
from vitrail.app.cli.letters import words
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session
from vitrail.app.cli.tables import Heading, table
from vitrail.collect.files.asking import quoted
from vitrail.model.errors import UserError, problem, refuse

if TYPE_CHECKING:
    from vitrail.app.import_recipes import Recipe
    from vitrail.app.workspace import Workspace
    from vitrail.model.catalogue import Field
    from vitrail.model.reports import LoadReport, RefusalGroup

Kind = Literal["profiles", "events", "records", "scores"]

SHOWN = 10
"""Groups of refused rows shown on the screen."""

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
    answers: dict[str, str] = {}
    save: Path | None = None
    yes: bool = False


def run(file: Path, here: Session, *, how: How, what: What) -> None:
    """Load the file, tell what became of its rows, and exit with 1 when some were refused."""
    asked = _with_options(recipe(how.mapping, what), how)
    with here.opened() as ws, place(ws, how) as target:
        asked = settled(file, asked, here=here, how=how, known=_known(ws, asked))
        with progress(here, fr="Import", en="Import") as bar:
            report = behind.run_import(target, asked, file=file, progress=bar)
        written = write_rejects(report, how.rejects, language=here.language)
    if how.save is not None:
        behind.write_recipe(asked, how.save)
    if here.json:
        here.give({"dry_run": how.dry_run, "rejects_file": written, "report": report})
    else:
        here.give(None, *drawings(report, here, how=how, written=written))
    if report.rejected:
        raise typer.Exit(REFUSED)


def _with_options(asked: Recipe, how: How) -> Recipe:
    answers = {**asked.answers, **how.answers}
    source = asked.source if how.source is None else how.source
    return msgspec.structs.replace(asked, answers=answers, source=source)


def _known(ws: Workspace, asked: Recipe) -> Mapping[str, Field]:
    """The fields that the workspace has already for what is imported."""
    catalogue = ws.store.catalogue
    if asked.kind in (None, "profiles"):
        return catalogue.traits
    collection = catalogue.collections.get(asked.name)
    return collection.properties if collection else {}


def settled(file: Path, asked: Recipe, *, here: Session, how: How, known: Mapping[str, Field]) -> Recipe:
    """The recipe once all is told: it is, or it is proposed and asked in a terminal, or accepted by --yes."""
    whole = behind.is_whole(asked)
    if whole and how.save is None:
        return asked
    if here.converses and not how.yes and not whole:
        return converse(file, asked, here=here, known=known)
    if not whole and not how.yes:
        return asked if asked.kind or how.mapping else _unaccepted(file, asked)
    found = behind.propose(file, asked.answers, kind=asked.kind)
    if found.questions:
        raise behind.Unanswered(found.questions)
    return behind.drafted(found, asked, known=known)


def _unaccepted(file: Path, asked: Recipe) -> Recipe:
    """Refuse to import as proposed, where nobody can say yes: the questions, and how to go on."""
    found = behind.propose(file, asked.answers)
    questions = behind.Unanswered(found.questions).problems if found.questions else ()
    lead = problem(
        "not_accepted",
        path=str(file),
        fr=f"Rien ne dit comment importer « {file.name} ». Voyez ce qui est proposé : vitrail inspect "
        f"{file.name} ; acceptez-le avec --yes, ou donnez une recette avec --mapping. Rien n’a été chargé.",
        en=f"Nothing says how to import “{file.name}”. See what is proposed: vitrail inspect {file.name}; "
        "accept it with --yes, or give a recipe with --mapping. Nothing was loaded.",
    )
    raise UserError((lead, *questions))


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
            here.pick(fr="Essai : rien n’a été chargé.", en="Trial: nothing was loaded."), style="bold"
        )
    yield _counts(report, here)
    if report.warnings:
        yield problems.drawing(report.warnings, here, texts={"": ""}, width=here.paper.width)
    if not report.rejected:
        return
    yield Text()
    if any(each.code == "erased" for each in report.rejects):
        yield words(
            here.pick(
                fr="Des clients effacés à leur demande\u00a0: leurs lignes ne sont gardées nulle part. Pour "
                "en laisser revenir un\u00a0: vitrail privacy readmit",
                en="Customers who were erased on request: their rows are kept nowhere. To let one come back: "
                "vitrail privacy readmit",
            )
        )
    if report.groups:
        yield _refused(report, here)
        yield _where(report, here, how=how, written=written)


def _counts(report: LoadReport, here: Session) -> Text:
    taken = here.many(
        report.accepted, fr=("ligne acceptée", "lignes acceptées"), en=("row accepted", "rows accepted")
    )
    new = here.many(report.created, fr=("nouvelle", "nouvelles"), en=("new", "new"))
    updated = here.many(report.updated, fr=("mise à jour", "mises à jour"), en=("updated", "updated"))
    same = here.many(report.unchanged, fr=("inchangée", "inchangées"), en=("unchanged", "unchanged"))
    lines = [f"{taken}{here.pick(fr=' :', en=':')} {new}, {updated}, {same}."]
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
    """The refused rows by the repair they need: one decision for hundreds of rows."""
    headings = (
        Heading(here.pick(fr="Lignes", en="Rows"), side="right"),
        Heading(here.pick(fr="Ce qui ne va pas", en="What is wrong"), wraps=True),
        Heading(here.pick(fr="Que faire", en="What to do"), wraps=True),
    )
    rows = [
        (
            here.speech.count(each.rows),
            f"{here.said(each.message)} {_places(each, here)}",
            _todo(each, here),
        )
        for each in report.groups[:SHOWN]
    ]
    return table(headings, rows)


def _places(group: RefusalGroup, here: Session) -> str:
    """Some cells of a group and their lines: `« 31/02/1985 » (line 3)`."""
    lines = ", ".join(map(str, group.lines)) + (", …" if group.rows > len(group.lines) else "")
    found = ", ".join(here.pick(fr=f"« {each} »", en=f"“{each}”") for each in group.samples[:3])
    many = here.pick(fr="lignes" if group.rows > 1 else "ligne", en="lines" if group.rows > 1 else "line")
    return f"{found} ({many} {lines})".strip()


def _todo(group: RefusalGroup, here: Session) -> str:
    flag = f" --answer {quoted(group.answer + '=…')}" if group.answer else ""
    return here.said(group.repair) + flag


def _where(report: LoadReport, here: Session, *, how: How, written: str | None) -> RenderableType:
    if written is not None:
        told = here.pick(fr=f"Toutes les lignes refusées : {written}", en=f"All refused rows: {written}")
    elif how.dry_run:
        told = here.pick(
            fr="Pour les avoir toutes dans un fichier, à corriger : --rejects FICHIER.csv",
            en="To have them all in a file, to be corrected: --rejects FILE.csv",
        )
    else:
        told = here.pick(
            fr=f"Toutes les lignes refusées : {report.rejects_path}\n"
            "(en CSV, à corriger puis à importer : la même commande avec --rejects FICHIER.csv)",
            en=f"All refused rows: {report.rejects_path}\n"
            "(as CSV, to be corrected and imported: the same command with --rejects FILE.csv)",
        )
    return words(told)
