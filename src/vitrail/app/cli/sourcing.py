"""The sources of the tracking API: who may send, and with which key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Group

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.pulled import standings
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.ledger.write_keys import TrackingSource

app = typer.Typer()
sources = typer.Typer(no_args_is_help=True)
app.add_typer(
    sources,
    name="source",
    rich_help_panel="Data",
    help="Sites, apps and tills that send; databases and services that are pulled.",
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The name that stays with what it sends.", show_default=False)
]


@sources.command()
def add(
    name: Name,
    kind: Annotated[
        Literal["web", "app", "server", "store"], typer.Option(help="What sends: for people to read.")
    ] = "web",
    unplanned: Annotated[
        Literal["allow", "warn", "refuse"],
        typer.Option(help="What becomes of events and properties the tracking plan does not hold."),
    ] = "allow",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let a new source send, and print its write key.

    Example: `vitrail source add web-site --kind web`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.add_source(ws.store, name, kind=kind, unplanned=unplanned)
    here.note(fr=f"Clé d’écriture de la source « {name} » :", en=f"Write key of the source “{name}”:")
    here.give(source, source.key)


@sources.command("list")
def list_sources(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List every source: those that send, with their keys, and those that are pulled."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, pulled = behind.all_sources(ws.store), behind.source_standings(ws)
        zone = ws.store.zone
    document = {"sources": found, "pulled": pulled}
    here.give(
        document,
        *([sending(found, here)] if found or not pulled else []),
        *standings(pulled, here, zone=zone),
    )


def sending(found: Sequence[TrackingSource], here: Session) -> Group:
    """The sources that send, as a person reads them."""
    headings = [
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Sorte", en="Kind")),
        Heading(here.pick(fr="Clé d’écriture", en="Write key")),
        Heading(here.pick(fr="Hors plan", en="Unplanned")),
    ]
    return table(headings, [(s.name, s.kind, s.key, s.unplanned) for s in found])


@sources.command()
def rotate(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Give a source another write key; the one it had is refused from now on."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.rotate_key(ws.store, name)
    here.note(fr=f"Nouvelle clé de la source « {name} » :", en=f"New key of the source “{name}”:")
    here.give(source, source.key)


@sources.command()
def remove(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Let a source send no more, or pull it no more; what it brought stays."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if name in behind.defined_sources(ws.store):
            behind.remove_pulled(ws.store, name)
        else:
            behind.remove_source(ws.store, name)
    here.give(
        {"removed": name},
        here.pick(
            fr=f"La source « {name} » n’apporte plus rien ; ce qu’elle a apporté reste.",
            en=f"The source “{name}” brings nothing more; what it brought stays.",
        ),
    )
