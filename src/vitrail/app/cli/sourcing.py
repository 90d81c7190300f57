"""The sources of the tracking API: who may send, and with which key."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import session
from vitrail.app.cli.tables import Heading, table

app = typer.Typer()
sources = typer.Typer(no_args_is_help=True)
app.add_typer(
    sources, name="source", rich_help_panel="Data", help="Let sites, apps and tills send, each with its key."
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
    """List the sources that may send, with their keys."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.all_sources(ws.store)
    headings = [
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Sorte", en="Kind")),
        Heading(here.pick(fr="Clé d’écriture", en="Write key")),
        Heading(here.pick(fr="Hors plan", en="Unplanned")),
    ]
    here.give({"sources": found}, table(headings, [(s.name, s.kind, s.key, s.unplanned) for s in found]))


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
    """Let a source send no more; what it sent stays."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        behind.remove_source(ws.store, name)
    here.give(
        {"removed": name},
        here.pick(
            fr=f"La source « {name} » ne peut plus rien envoyer ; ce qu’elle a envoyé reste.",
            en=f"The source “{name}” can send no more; what it sent stays.",
        ),
    )
