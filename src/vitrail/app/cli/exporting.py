"""Taking a segment away: its members with their traits, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind, gate
from vitrail.app.cli.files import replacing
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import session

app = typer.Typer()


@app.command(rich_help_panel="Segments")
def export(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="A segment, or a class (activity.active).", show_default=False),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="FILE", help="A name that ends with .csv, .xlsx or .parquet.", show_default=False
        ),
    ],
    traits: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…", help="The traits to write; by default, all of them.", show_default=False
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write the members of a segment to a file.

    As of the last refresh, with their traits. In .csv and .xlsx no text is taken for a formula;
    --language chooses the headers. When the segment reads stale or broken data, the files .xlsx and
    .parquet say so, and so does the command.

    Example: `vitrail export value.vip --to vip.xlsx --traits first_name,email`
    """
    here = session(workspace, language, json=json)
    wanted = None if traits is None else [name.strip() for name in traits.split(",") if name.strip()]
    with here.opened() as ws, progress(here, fr="Export", en="Export"), replacing(to) as path:
        rows = behind.export_segment(ws, key, path=path, traits=wanted, language=here.language)
        behind.note_export(ws.store, key, rows=rows)
        found = gate.recent(ws).segments.get(key, ())
    customers = here.customers(rows)
    if found:
        here.margin.print(gate.drawn(found, here))
    here.give(
        {"segment": key, "rows": rows, "file": str(to), "problems": gate.listed(found)},
        here.pick(fr=f"Écrit : {to} ({customers})", en=f"Written: {to} ({customers})"),
    )
