"""Writing the report of the base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import session

app = typer.Typer()


@app.command(rich_help_panel="Data")
def report(
    to: Annotated[
        Path,
        typer.Option("--to", metavar="DIR", help="The folder to write to; it is made.", show_default=False),
    ],
    title: Annotated[
        str,
        typer.Option(metavar="TEXT", help="The title; by default, the name of the folder of the workspace."),
    ] = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write the report of the base.

    Where the data come from, how fresh and how complete they are, duplicates, addresses and numbers that
    are wrong, doubtful dates and amounts, consent. Pages in French and English, tables as CSV and XLSX.

    Example: `vitrail report --to report`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Rapport", en="Report"):
        written = behind.write_base_report(ws, to, title=title)
    page = next(path for path in written if path.name == f"base.{here.language}.html")
    here.give(
        {"files": [str(path) for path in written]},
        here.pick(
            fr=f"Écrit : {page}, avec {len(written) - 1} autres fichiers à côté.",
            en=f"Written: {page}, with {len(written) - 1} other files beside it.",
        ),
    )
