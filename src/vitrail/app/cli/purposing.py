"""Purposes: the register in force, and putting purposes in force."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from vitrail.app.cli import behind
from vitrail.app.cli.defining import DECLINED, agreed
from vitrail.app.cli.files import new_file, replacing
from vitrail.app.cli.options import DryRun, Folder, Json, Speak, Yes
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import refuse
from vitrail.model.purposes import Purpose

if TYPE_CHECKING:
    from vitrail.consent.purposes import Action, PurposePlan

app = typer.Typer()
purposes = typer.Typer(no_args_is_help=True)
app.add_typer(
    purposes,
    name="purposes",
    rich_help_panel="Data",
    help="Why data are used, on which legal basis; without a purpose, nobody is reached.",
)

SIGNS: dict[Action, tuple[str, str]] = {
    "added": ("+", "green"),
    "changed": ("~", "yellow"),
    "removed": ("-", "red"),
}


@purposes.command("list")
def list_command(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List the purposes in force, each with its legal basis and its channels.

    Example: `vitrail purposes list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.purposes_in_force(ws.store)
    if not found.document.purposes and not here.json:
        here.note(
            fr="Aucune finalité, donc personne à joindre. Commencez par : vitrail purposes apply --ready",
            en="No purpose yet: nobody can be reached. To begin: vitrail purposes apply --ready",
        )
        return
    here.give({"version": found.version, "register": found.document}, _listed(found.document.purposes, here))


@purposes.command()
def show(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The key of a purpose.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show all that is declared of one purpose.

    Example: `vitrail purposes show prospecting_email`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.purpose_in_force(ws.store, key)
    here.give(found, _shown(found, here))


@purposes.command()
def apply(
    files: Annotated[
        list[Path] | None, typer.Argument(metavar="FILE...", help="Registers in YAML.", show_default=False)
    ] = None,
    ready: Annotated[
        bool, typer.Option("--ready", help="Apply the ready-made register of a French shop.")
    ] = False,
    ready_to: Annotated[
        Path | None,
        typer.Option(
            "--ready-to",
            metavar="FILE.yaml",
            help="Write the ready-made register, to keep and to change.",
            show_default=False,
        ),
    ] = None,
    prune: Annotated[bool, typer.Option("--prune", help="Also remove what the file does not hold.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Put purposes in force: shows what changes, asks, and applies.

    Example: `vitrail purposes apply --ready`
    """
    here = session(workspace, language, json=json)
    if ready_to is not None:
        new_file(ready_to).write_text(behind.ready_purposes_text(), "utf-8")
        here.give({"file": str(ready_to)}, here.pick(fr=f"Écrit : {ready_to}", en=f"Written: {ready_to}"))
        return
    given = list(files or ())
    if ready == bool(given) or len(given) > 1:
        raise _which()
    with here.opened() as ws:
        proposed = behind.propose_purposes(ws.store, given[0] if given else None, prune=prune)
        plan = proposed.plan
        if not here.json:
            here.give(None, *_planned(plan, here))
            _tell_left_out(proposed.left_out, here)
        wanted = not plan.is_empty and not dry_run
        applied = wanted and (yes or agreed(here))
        version = behind.put_in_force(ws.store, plan) if applied else plan.version
    if here.json:
        changes = [each for each in plan.changes if each.action != "unchanged"]
        told = {"applied": applied, "version": version, "changes": changes, "left_out": proposed.left_out}
        here.give(told)
    elif applied:
        here.give(None, here.pick(fr=f"Appliqué (version {version}).", en=f"Applied (version {version})."))
    if wanted and not applied:
        raise typer.Exit(DECLINED)


@purposes.command()
def record(
    to: Annotated[
        Path,
        typer.Option(
            "--to",
            metavar="FILE",
            help="A name that ends with .html, .csv, .xlsx or .json.",
            show_default=False,
        ),
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write the record of processing activities (GDPR, article 30).

    Every purpose with what article 30(1) asks for, every source, trait and segment; those without a purpose
    are listed as such.

    Example: `vitrail purposes record --to record.html --language fr`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, replacing(to) as path:
        found = behind.gather_record(ws.store)
        behind.write_record(found, path, language=here.language, zone=ws.store.zone)
    alone = len(found.without_purpose)
    here.give(
        {"file": str(to), "activities": len(found.activities), "without_purpose": found.without_purpose},
        here.pick(
            fr=f"Écrit : {to} (finalités : {len(found.activities)}, sans finalité : {alone})",
            en=f"Written: {to} (purposes: {len(found.activities)}, without a purpose: {alone})",
        ),
    )


def _planned(plan: PurposePlan, here: Session) -> Iterator[RenderableType]:
    parts = {
        "purpose": here.pick(fr="finalité", en="purpose"),
        "controller": here.pick(fr="responsable", en="controller"),
        "relation": here.pick(fr="relation", en="relation"),
        "source": here.pick(fr="source", en="source"),
        "signal": here.pick(fr="signal", en="signal"),
    }
    moved = [each for each in plan.changes if each.action != "unchanged"]
    if not moved:
        yield here.pick(
            fr="Rien à changer : tout est déjà ainsi.", en="Nothing to change: all is so already."
        )
        return
    for each in moved:
        sign, style = SIGNS[each.action]
        yield Text.assemble((f"{sign} ", f"bold {style}"), f"{parts[each.part]} ", (each.key, style))


def _tell_left_out(keys: tuple[str, ...], here: Session) -> None:
    for key in keys:
        here.note(
            fr=f"La relation « {key} » ne se dit pas avec ce catalogue : personne ne la remplit. "
            "Écrivez sa condition dans votre registre.",
            en=f"The relation “{key}” cannot be told with this catalogue: nobody meets it. "
            "Write its condition in your register.",
        )


def _listed(found: tuple[Purpose, ...], here: Session) -> RenderableType:
    headings = [
        Heading(here.pick(fr="Clé", en="Key")),
        Heading(here.pick(fr="Finalité", en="Purpose"), wraps=True),
        Heading(here.pick(fr="Base légale", en="Legal basis")),
        Heading(here.pick(fr="Canaux", en="Channels"), wraps=True),
        Heading(here.pick(fr="Conservation", en="Kept for"), wraps=True),
    ]
    words = behind.RecordWords(here.language)
    rows = [
        (
            each.key,
            here.of(each.name),
            words.basis(each.basis),
            ", ".join(words.channel(channel) for channel in each.channels) or "–",
            words.retention(each.retention) or "–",
        )
        for each in found
    ]
    return table(headings, rows)


def _shown(found: Purpose, here: Session) -> RenderableType:
    words = behind.RecordWords(here.language)
    rows = [(words.heading(name), value) for name, value in words.told(found) if value]
    return table([Heading(found.key), Heading(here.of(found.name), wraps=True)], rows)


def _which() -> Exception:
    return refuse(
        "which_register",
        path="FILE",
        fr="Donnez un fichier de finalités, ou --ready pour le registre tout prêt ; l’un des deux.",
        en="Give one file of purposes, or --ready for the ready-made register; one of the two.",
    )
