"""Pulling sources: telling which there are, pulling them, looking at one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind, pulled
from vitrail.app.cli.options import DryRun, Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session, write
from vitrail.app.cli.sourcing import sources

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.collect.sources.pull import Pulled

WRONG = 1
"""Exit status: a source failed, or some rows were refused."""

app = typer.Typer()

Key = Annotated[str, typer.Argument(metavar="KEY", help="The key of the source.", show_default=False)]


@sources.command()
def apply(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The sources.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say from where data are pulled: databases, folders, services.

    Example: `vitrail source apply sources.yaml`
    """
    here = session(workspace, language, json=json)
    found = behind.read_sources(file)
    with here.opened() as ws:
        changes = behind.apply_sources(ws.store, found)
    told = {
        "added": here.pick(fr="ajoutée", en="added"),
        "changed": here.pick(fr="modifiée", en="changed"),
        "unchanged": here.pick(fr="inchangée", en="unchanged"),
    }
    colon = here.pick(fr=" :", en=":")
    here.give({"sources": changes}, *(f"{key}{colon} {told[change]}" for key, change in changes.items()))


@sources.command()
def show(key: Key, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Show one source that is pulled: what it says, and its last pulls."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.find_source(ws.store, key)
        standing = next(each for each in behind.source_standings(ws) if each.key == key)
        history = behind.source_history(ws, key)
        zone = ws.store.zone
    drawn = [behind.source_text(source), *pulled.standings([standing], here, zone=zone)]
    if history:
        drawn.append(pulled.history(history, here, zone=zone))
    here.give({"source": source, "standing": standing, "pulls": history}, *drawn)


@sources.command()
def recipe(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A ready recipe; all names when it is left out.")
    ] = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Print a ready recipe: HubSpot, Salesforce, Shopify, Stripe, Brevo, Axonaut.

    Keep it in a file, change what differs at yours, then apply it.

    Example: `vitrail source recipe hubspot-contacts > hubspot.yaml`
    """
    here = session(None, language, json=json)
    if name is None:
        names = behind.recipe_names()
        here.give({"recipes": names}, *names)
        return
    text = behind.recipe_text(name)
    if json:
        here.give({"recipe": name, "text": text})
    else:
        write(text.rstrip("\n"))


@app.command("pull", rich_help_panel="Data")
def pull_command(
    key: Annotated[
        str | None, typer.Argument(metavar="KEY", help="The source; all when it is left out.")
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Read everything again, not only what is new.")
    ] = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Pull what is new from the sources.

    Exit status 1 when a source failed or some rows were refused.

    Example: `vitrail pull shop-orders`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        keys = [key] if key is not None else list(behind.defined_sources(ws.store))
        found = [_pull(ws, each, here=here, full=full, dry_run=dry_run) for each in keys]
    if dry_run:
        here.note(fr="Essai : rien n’a été chargé.", en="Trial: nothing was loaded.")
    if not found:
        here.note(fr="Aucune source à lire.", en="There is no source to pull.")
    here.give(
        {"dry_run": dry_run, "pulls": found}, *(each for one in found for each in pulled.drawings(one, here))
    )
    if any(one.outcome != "done" or one.rejected for one in found):
        raise typer.Exit(WRONG)


def _pull(ws: Workspace, key: str, *, here: Session, full: bool, dry_run: bool) -> Pulled:
    with progress(here, fr=key, en=key) as bar:
        return behind.pull_one(ws, key, full=full, dry_run=dry_run, progress=bar)
