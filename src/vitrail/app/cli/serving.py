"""Running the server."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.admitting import LINK
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session

app = typer.Typer()


@app.command(rich_help_panel="Start")
def serve(
    host: Annotated[
        str, typer.Option(help="The address to answer at; 0.0.0.0 for every network.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="The port to answer at; 0 takes any that is free.")
    ] = 8110,
    role: Annotated[
        Literal["all", "collect"],
        typer.Option(help="What to do: all, or only collect what comes in, for another server to file."),
    ] = "all",
    most_waiting: Annotated[
        int,
        typer.Option(
            min=1, metavar="MB", help="How much may wait to be filed before senders are slowed down."
        ),
    ] = 16_384,
    requests_a_second: Annotated[
        float,
        typer.Option(min=0, help="How often one user, key or address may ask; 0 for no limit."),
    ] = 20,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Receive what sites, apps and tills send, until Ctrl-C or a signal to end.

    What is acknowledged is on disk. `GET /health` tells how it goes.

    Example: `vitrail serve --workspace shop --port 8110`
    """
    here = session(workspace, language, json=json)
    duties = behind.Duties(
        role, behind.Bounds(inbox_bytes=most_waiting * 1024**2), behind.Rate(requests_a_second)
    )
    answer(here, behind.Address(host, port), duties=duties)


def answer(here: Session, at: behind.Address, *, duties: behind.Duties) -> None:
    """Answer until told to end; says where, and how the first owner comes in."""

    def ready(address: str, first: str | None) -> None:
        link = None if first is None else f"{address}{LINK}{first}"
        here.give({"address": address, "first_link": link})
        sys.stdout.flush()  # whoever started the server waits for this line
        here.note(
            fr=f"Vitrail répond à {address} (Ctrl-C pour arrêter).",
            en=f"Vitrail answers at {address} (Ctrl-C to stop).",
        )
        if link is not None:
            here.note(
                fr=f"Personne n’a encore de compte. Pour devenir propriétaire, dans les 24 heures :\n{link}",
                en=f"Nobody has an account yet. To become the owner, once, within 24 hours:\n{link}",
            )

    behind.serve(here.folder, at, ready=ready, duties=duties)
    here.note(
        fr="Arrêté ; tout ce qui a été reçu et confirmé est gardé.",
        en="Stopped; all that was received and acknowledged is kept.",
    )
