"""The secrets a workspace keeps sealed: giving one, listing them, forgetting one, a new key for all."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session, write
from vitrail.app.cli.tables import Heading, table

app = typer.Typer()
secrets = typer.Typer(no_args_is_help=True)
app.add_typer(
    secrets,
    name="secrets",
    rich_help_panel="Operations",
    help="Passwords and tokens of sources, kept sealed under a key that lies outside the workspace.",
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The name sources give it: ${NAME}.", show_default=False)
]


@secrets.command("set")
def set_command(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Keep a secret that sources name as ${NAME}. It is asked for, or read from standard input.

    Example: `vitrail secrets set CRM_TOKEN`
    """
    here = session(workspace, language, json=json)
    text = _told(name, here)
    with here.opened() as ws:
        behind.keep_for_sources(ws.store, name, text=text)
    here.give(
        {"kept": name}, here.pick(fr=f"Le secret « {name} » est gardé.", en=f"The secret “{name}” is kept.")
    )


@secrets.command("list")
def list_command(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List the secrets that are kept: their names, never what they say.

    Example: `vitrail secrets list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = behind.all_kept(ws.store), ws.store.zone
    headings = [
        Heading(here.pick(fr="Secret", en="Secret")),
        Heading(here.pick(fr="Pour", en="For")),
        Heading(here.pick(fr="Clé", en="Key")),
        Heading(here.pick(fr="Depuis", en="Since")),
    ]
    rows = [(s.name, s.use, s.key, s.since.astimezone(zone).strftime("%Y-%m-%d %H:%M")) for s in found]
    here.give({"secrets": found}, table(headings, rows))


@secrets.command()
def remove(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Forget a secret of sources.

    Example: `vitrail secrets remove CRM_TOKEN`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        behind.forget_for_sources(ws.store, name)
    here.give(
        {"removed": name},
        here.pick(fr=f"Le secret « {name} » est oublié.", en=f"The secret “{name}” is forgotten."),
    )


@secrets.command()
def rotate(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Seal every secret under a new key. The former one stays in its file for older backups.

    Example: `vitrail secrets rotate`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        number = behind.rotate(ws.store)
    counted = here.many(number, fr=("secret", "secrets"), en=("secret", "secrets"))
    here.give(
        {"sealed": number},
        here.pick(fr=f"Sous la nouvelle clé : {counted}.", en=f"Under the new key: {counted}."),
    )


@secrets.command()
def key(language: Speak = None, json: Json = False) -> None:
    """Make a key for VITRAIL_SECRET_KEY, and print it. Nothing else is done with it.

    Example: `vitrail secrets key`
    """
    made = behind.new_key()
    if json:
        session(None, language, json=True).give({"key": made})
    else:
        write(made)


def _told(name: str, here: Session) -> str:
    """The secret, typed unseen in a terminal, else the first line of standard input."""
    if here.converses:
        asked = here.pick(fr=f"Valeur de {name}", en=f"Value of {name}")
        return str(typer.prompt(asked, hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\r\n")
