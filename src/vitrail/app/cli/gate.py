"""The quality gate: what is stale or broken in the data, told with whatever reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from vitrail.app.cli import behind, problems
from vitrail.app.cli.asking import NO, when
from vitrail.app.cli.instants import tell
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import AsOf, Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.model.errors import Problem

if TYPE_CHECKING:
    from vitrail.app.health import Health
    from vitrail.app.workspace import Workspace

app = typer.Typer()


@app.command(rich_help_panel="Data")
def health(as_of: AsOf = None, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Say whether the data are fresh and whole.

    By what was declared (`expects` in a declaration) and by what is usual; with the segments that read
    what is not. Exit status 1 when something is wrong.

    Example: `vitrail health`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Santé", en="Health"):
        asked = when(ws, as_of)
        found = ws.health(asked.at)
    tell(asked, here)
    here.give(document(found), *drawings(found, here))
    if not found.is_good:
        raise typer.Exit(NO)


def recent(ws: Workspace) -> Health:
    """The health of a workspace for who lists segments."""
    return behind.recent_health(ws.store, ws.catalogue.current(), database=ws.database)


def document(found: Health) -> dict[str, object]:
    """Health as a program reads it."""
    return {
        "at": found.at,
        "problems": listed(found.problems),
        "segments": {key: listed(each) for key, each in found.segments.items()},
    }


def listed(found: Sequence[Problem]) -> list[dict[str, object]]:
    """Problems as a program reads them."""
    return problems.document(found)


def drawn(found: Sequence[Problem], here: Session) -> Group:
    """Problems as a person reads them."""
    return problems.drawing(found, here, texts={"": ""}, width=here.paper.width)


def drawings(found: Health, here: Session) -> Iterator[RenderableType]:
    """Health, as a person reads it."""
    if found.is_good:
        yield here.pick(
            fr="Rien d’anormal dans les données.", en="Nothing is wrong with the data, as far as is known."
        )
        return
    yield drawn(found.problems, here)
    if found.segments:
        names = ", ".join(found.segments)
        yield Text()
        yield words(
            here.pick(
                fr=f"Segments qui lisent ces données, et peuvent être faux\u00a0: {names}",
                en=f"Segments that read these data, and may be wrong: {names}",
            )
        )
