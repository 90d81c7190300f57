"""The ready-made segments: which fit this workspace, and their definitions to keep and change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.files import new_file
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.definitions import Segment, Segmentation

if TYPE_CHECKING:
    from vitrail.app.ready import Ready

app = typer.Typer()


@app.command(rich_help_panel="Segments")
def ready(
    listed: Annotated[bool, typer.Option("--list", help="List them; this is also the default.")] = False,
    to: Annotated[
        Path | None,
        typer.Option(
            "--to",
            metavar="FILE.yaml",
            help="Write the definitions that fit, to be applied.",
            show_default=False,
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping",
            metavar="FILE.yaml",
            help="What orders, amounts… are called here; by default, as in the sample shop.",
            show_default=False,
        ),
    ] = None,
    mapping_to: Annotated[
        Path | None,
        typer.Option(
            "--mapping-to", metavar="FILE.yaml", help="Write a mapping to fill in.", show_default=False
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List or write the ready-made segments.

    Those that fit this workspace, and why the others do not.

    Example: `vitrail ready --to ready.yaml`, then `vitrail apply ready.yaml`
    """
    here = session(workspace, language, json=json)
    if mapping_to is not None:
        new_file(mapping_to).write_text(behind.mapping_text(), "utf-8")
    with here.opened() as ws:
        fitted = behind.ready(read(mapping), ws.catalogue.current())
    if to is not None:
        new_file(to).write_text(behind.yaml_text(fitted.definitions), "utf-8")
    files = [str(path) for path in (mapping_to, to) if path is not None]
    if here.json:
        here.give({"definitions": fitted.definitions, "left_out": fitted.left_out, "files": files})
        return
    here.give(None, *([] if files and not listed else drawings(fitted, here)))
    for path in files:
        here.note(fr=f"Écrit : {path}", en=f"Written: {path}")


def read(mapping: Path | None) -> dict[str, str]:
    """The mapping of a file, or the one of the sample shop. Raises `UserError`."""
    if mapping is None:
        return behind.read_mapping()
    content = behind.read_yaml(mapping, fr="une correspondance", en="a mapping")
    return {role: str(name) for role, name in content.items()}


def drawings(fitted: Ready, here: Session) -> Iterator[RenderableType]:
    """What fits, then what does not, with the reason."""
    headings = (
        Heading(here.pick(fr="Clé", en="Key")),
        Heading(here.pick(fr="Nom", en="Name"), wraps=True),
        Heading(here.pick(fr="Ce que c’est", en="What it is"), wraps=True, style="dim"),
    )
    document = fitted.definitions
    yield table(
        headings,
        [_row(each, here) for each in document.segmentations],
        title=here.pick(fr="Segmentations", en="Segmentations"),
    )
    yield table(
        headings,
        [_row(each, here) for each in document.segments],
        title=here.pick(fr="Segments", en="Segments"),
    )
    if fitted.left_out:
        yield words(here.pick(fr="Laissés de côté", en="Left out"), style="bold")
        for each in fitted.left_out:
            yield words(f"  {here.said(each.reason)}")


def _row(each: Segment | Segmentation, here: Session) -> tuple[str, str, str]:
    return each.key, here.of(each.name), here.of(each.description)
