"""Defining segments: the plan, the question, and putting it in force."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind, planned, problems
from vitrail.app.cli.options import DryRun, Folder, Json, Speak, Yes
from vitrail.app.cli.problems import quoting
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Problem, UserError, problem, refuse

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.warehouse.changes import Plan

PANEL = "Segments"

DECLINED = 1
"""Exit status: the person said no."""

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def apply(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Definitions in YAML.", show_default=False)
    ],
    prune: Annotated[bool, typer.Option("--prune", help="Also remove what the files do not define.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Define segments from YAML files.

    Shows who would enter and who would leave, asks, and applies.

    Example: `vitrail apply segments.yaml`
    """
    here = session(workspace, language, json=json)
    document = read(files)
    with here.opened() as ws:
        with quoting(rules(document)), progress(here, fr="Plan", en="Plan"):
            plan = ws.plan(document, prune=prune)
        settle(ws, plan, here=here, yes=yes, dry_run=dry_run)


@app.command(rich_help_panel=PANEL)
def remove(
    keys: Annotated[
        list[str],
        typer.Argument(metavar="KEY...", help="Segments and segmentations to remove.", show_default=False),
    ],
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Remove segments or whole segmentations.

    Their history is kept.

    Example: `vitrail remove vip activity`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        with progress(here, fr="Plan", en="Plan"):
            plan = ws.plan_removal(*keys)
        settle(ws, plan, here=here, yes=yes, dry_run=dry_run)


def settle(ws: Workspace, plan: Plan, *, here: Session, yes: bool, dry_run: bool) -> None:
    """Show a plan and, unless it is empty or only to be seen, ask and put it in force."""
    if not here.json:
        here.give(None, *planned.drawings(plan, here))
    wanted = not plan.is_empty and not dry_run
    applied = wanted and (yes or agreed(here))
    if applied:
        ws.apply(plan, acts=behind.defining(plan, behind.at_command_line()))
    if here.json:
        here.give(planned.document(plan, applied=applied))
    elif applied:
        here.give(None, planned.applied(here))
    if wanted and not applied:
        here.note(fr="Rien n’a été changé.", en="Nothing was changed.")
        raise typer.Exit(DECLINED)


def agreed(here: Session) -> bool:
    """Ask whether to go on; where nobody can answer, refuse."""
    if here.json or not sys.stdin.isatty():
        raise refuse(
            "not_confirmed",
            path="--yes",
            fr="Rien n’a été changé : ajoutez --yes pour appliquer sans question, ou --dry-run pour voir.",
            en="Nothing was changed: add --yes to apply without a question, or --dry-run to see the plan.",
        )
    here.margin.print(
        here.pick(fr="Appliquer ces changements ? [o/N] ", en="Apply these changes? [y/N] "),
        end="",
        markup=False,
    )
    answer = sys.stdin.readline().strip().lower()
    return answer in {"o", "oui", "y", "yes"}


def read(files: Sequence[Path]) -> DefinitionFile:
    """The definitions of all files as one document. Raises `UserError` with the problems of all."""
    documents: list[tuple[Path, DefinitionFile]] = []
    found: list[Problem] = []
    for file in files:
        try:
            documents.append((file, behind.read_definitions(file)))
        except UserError as error:
            found.extend(error.problems)
    found += _twice(documents)
    if found:
        raise UserError(tuple(found))
    return DefinitionFile(
        edition=2026,
        segments=tuple(each for _, document in documents for each in document.segments),
        segmentations=tuple(each for _, document in documents for each in document.segmentations),
    )


def rules(document: DefinitionFile) -> problems.Texts:
    """The text of every rule, by its place as problems tell it."""
    texts = {f"segments.{each.key}.rule": each.rule for each in document.segments}
    for each in document.segmentations:
        base = f"segmentations.{each.key}"
        texts[f"{base}.among"] = each.among
        texts |= {f"{base}.{one.key}.rule": one.rule for one in each.classes}
    return texts


def _twice(documents: Sequence[tuple[Path, DefinitionFile]]) -> list[Problem]:
    places: dict[str, list[str]] = {}
    for file, document in documents:
        keys = [each.key for each in document.segments] + [each.key for each in document.segmentations]
        for key in keys:
            places.setdefault(key, []).append(str(file))
    return [
        problem(
            "repeated_key",
            path=key,
            fr=f"La clé « {key} » est définie plusieurs fois : {', '.join(files)}.",
            en=f"The key “{key}” is defined more than once: {', '.join(files)}.",
        )
        for key, files in places.items()
        if len(files) > 1
    ]
