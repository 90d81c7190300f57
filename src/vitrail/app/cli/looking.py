"""Looking at segments: all of them, or one with its history."""

from __future__ import annotations

from typing import Annotated

import typer

from vitrail.app.cli import behind, portrait, roll
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import session

PANEL = "Segments"

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def segments(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List the segments and their sizes.

    With the share of all customers, and who came and went at the last refresh.

    Example: `vitrail segments`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = roll.roll(ws, here)
    here.give(found, *roll.drawings(found, here))


@app.command(rich_help_panel=PANEL)
def segment(
    key: Annotated[
        str,
        typer.Argument(
            metavar="KEY", help="A segment, a class (activity.active) or a segmentation.", show_default=False
        ),
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show one segment and its history.

    Its words, its size over time, and who came in lately.

    Example: `vitrail segment lifecycle.loyal`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        document = behind.defined(ws.store)[1].document
        if all(each.key != key for each in document.segmentations):
            drawn = portrait.portrait(ws, key, here=here)
            here.give(drawn, *portrait.drawings(drawn, here))
            return
        found = roll.roll(ws, here)
    kept = roll.only(found, f"{key}.")
    here.give(kept, *roll.drawings(kept, here))
