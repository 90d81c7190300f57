"""Giving people their own data: all that is kept, or what they may take elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli.erasing import app
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.privacy import Person, Who, noted, privacy
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import session
from vitrail.model.errors import refuse

__all__ = ["app"]

To = Annotated[Path, typer.Option("--to", metavar="FILE.zip", help="The file to write.", show_default=False)]


@privacy.command()
def access(
    person: Person,
    to: To,
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write all that is kept of somebody into a ZIP: pages in French and English to read and print, and JSON.

    Give it to that person alone, once you are sure who asks.

    Example: `vitrail privacy access C000042 --to C000042.zip`
    """
    here = session(workspace, language, json=json)
    _check(to)
    with here.opened() as ws, progress(here, fr="Rassemblement", en="Gathering"):
        found = ws.privacy.access(person, to, **noted(who, "", proof=""))
    rows = sum(found.counts.values())
    told = {"file": str(to), "rows": found.counts, "segments": [each.key for each in found.segments]}
    here.give(
        told,
        here.pick(
            fr=f"{here.speech.count(rows)} lignes et {len(found.segments)} segments dans {to}.",
            en=f"{here.speech.count(rows)} rows and {len(found.segments)} segments in {to}.",
        ),
    )


@privacy.command()
def port(
    person: Person,
    to: To,
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write what somebody provided, or what was observed of them, in a form other systems read.

    Example: `vitrail privacy port C000042 --to C000042.zip`
    """
    here = session(workspace, language, json=json)
    _check(to)
    with here.opened() as ws, progress(here, fr="Rassemblement", en="Gathering"):
        found = ws.privacy.port(person, to, **noted(who, "", proof=""))
    rows = sum(sheet.rows for sheet in found.sheets)
    here.give(
        {"file": str(to), "key": found.key, "sheets": found.sheets},
        here.pick(
            fr=f"{here.speech.count(rows)} lignes dans {to}.",
            en=f"{here.speech.count(rows)} rows in {to}.",
        ),
    )


def _check(to: Path) -> None:
    if to.parent.is_dir() and not to.is_dir():
        return
    raise refuse(
        "no_such_folder",
        path="--to",
        fr=f"« {to} » ne peut pas être écrit : donnez un fichier dans un dossier qui existe.",
        en=f"“{to}” cannot be written: give a file in a folder that exists.",
    )
