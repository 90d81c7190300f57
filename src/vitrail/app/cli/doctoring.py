"""The doctor at the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from vitrail.app.cli import behind
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vitrail.app.doctor.findings import Finding

WRONG = 1
SIGNS = {"good": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}

app = typer.Typer()


@app.command(rich_help_panel="Operations")
def doctor(
    deep: Annotated[bool, typer.Option("--deep", help="Read every file through.")] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="Delete files that serve nothing; touch nothing else.")
    ] = False,
    mail_domain: Annotated[
        str, typer.Option(metavar="DOMAIN", help="Also look at SPF, DKIM, DMARC and MX of a sender domain.")
    ] = "",
    dkim_selector: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME", help="The name of a DKIM key of that domain. May be given several times."
        ),
    ] = None,
    name_server: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="The DNS server to ask; by default, that of the system.")
    ] = "",
    clock: Annotated[
        str, typer.Option(metavar="URL", help="A web server to compare the clock with, https://example.com.")
    ] = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Look at everything the workspace stands on, and say what to do. Exits with 1 when something is wrong.

    Example: `vitrail doctor --mail-domain example.com --dkim-selector 2026`
    """
    here = session(workspace, language, json=json)
    host, _, port = name_server.partition(":")
    selectors = tuple(dkim_selector or ())
    sender = behind.Sender(mail_domain, selectors, host, int(port or 53)) if mail_domain else None
    removed = 0
    try:
        with here.opened() as ws:
            removed = behind.repair(ws.store) if repair else 0
            found = behind.examine(ws.store, deep=deep, sender=sender, clock=clock)
    except Exception as error:
        found = behind.of_unopened(here.folder, error)
    here.give(
        {"good": found.is_good, "removed": removed, "findings": found.findings}, *_drawn(found.findings, here)
    )
    if removed:
        files = here.many(removed, fr=("fichier supprimé", "fichiers supprimés"), en=("file", "files"))
        here.note(fr=f"{files}.", en=f"{files} deleted.")
    if not found.is_good:
        raise typer.Exit(WRONG)


def _drawn(findings: tuple[Finding, ...], here: Session) -> Iterator[Text]:
    for each in findings:
        sign, style = SIGNS[each.severity]
        yield Text.assemble((f"{sign} ", f"bold {style}"), words(here.said(each.what)))
        if each.todo is not None:
            yield Text.assemble("  → ", words(here.said(each.todo)))
