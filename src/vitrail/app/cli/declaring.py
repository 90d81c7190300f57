"""Saying what things are: types, words, choices, purposes and channels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import session

app = typer.Typer()


@app.command(rich_help_panel="Data")
def declare(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="What is declared.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Declare types, labels, choices and purposes.

    Channels too, before or after any load. What the file does not say stays as it is;
    whole numbers may become decimals, any other type that has data cannot change.

    Example: `vitrail declare catalogue.yaml`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        declaration = behind.read_declaration(file, ws.catalogue.current())
        ws.catalogue.declare(declaration)
    counts = {
        "traits": len(declaration.traits),
        "collections": len(declaration.collections),
        "scores": len(declaration.scores),
        "purposes": len(declaration.purposes),
        "channels": len(declaration.channels),
    }
    here.give(
        {"declared": counts},
        here.pick(
            fr="Déclaré (attributs : {traits}, événements ou fiches : {collections}, scores : {scores}, "
            "finalités : {purposes}, canaux : {channels}).",
            en="Declared (traits: {traits}, events or records: {collections}, scores: {scores}, "
            "purposes: {purposes}, channels: {channels}).",
        ).format(**counts),
    )
