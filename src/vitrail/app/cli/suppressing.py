"""The suppression list at the command line: adding, taking off, looking up, importing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.asking import NO
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.access import Actor
from vitrail.model.errors import refuse

app = typer.Typer()
suppression = typer.Typer(no_args_is_help=True)
app.add_typer(
    suppression,
    name="suppression",
    rich_help_panel="Data",
    help="Addresses that are never reached: bounces, complaints, unsubscribed. Kept as keyed hashes alone.",
)

CLI = Actor("cli")
REFUSED = 1

Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="An e-mail address or a number.", show_default=False)
]
Why = Annotated[
    Literal["bounce", "complaint", "unsubscribe", "manual"],
    typer.Option("--reason", help="Why; who unsubscribed still gets what is no marketing."),
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What is worth remembering; no address.")]


@suppression.command()
def add(
    addresses: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS...", help="E-mail addresses and numbers.", show_default=False),
    ],
    reason: Why = "manual",
    note: Note = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Never reach some addresses again. Adding one again changes nothing.

    Example: `vitrail suppression add anne@example.com --reason complaint`
    """
    here = session(workspace, language, json=json)
    _add(addresses, here, why=behind.Suppressing(reason, note, CLI))


@suppression.command("import")
def import_command(
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A text file, one address on each line.", show_default=False),
    ],
    reason: Why = "manual",
    note: Note = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Add the addresses of a file, one on each line.

    Exit status 1 when some lines are no address; the others are added.

    Example: `vitrail suppression import bounces.txt --reason bounce`
    """
    here = session(workspace, language, json=json)
    try:
        lines = [line.strip().strip('"') for line in file.read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(
            "file_unreadable",
            path=str(file),
            fr=f"« {file} » ne se lit pas comme du texte UTF-8 ({error}). Rien n’a été changé.",
            en=f"“{file}” cannot be read as UTF-8 text ({error}). Nothing was changed.",
        ) from error
    _add([line for line in lines if line], here, why=behind.Suppressing(reason, note, CLI))


@suppression.command()
def remove(
    address: Address,
    note: Note = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Take an address off the list. Exit status 1 when it was not on it.

    Example: `vitrail suppression remove anne@example.com --note "asked for it, letter 12"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        gone = behind.unsuppress(ws.store, address, why=behind.Suppressing(note=note, actor=CLI))
    here.give(
        {"removed": gone},
        here.pick(fr="Retirée de la liste.", en="Taken off the list.")
        if gone
        else here.pick(fr="Elle n’était pas sur la liste.", en="It was not on the list."),
    )
    if not gone:
        raise typer.Exit(NO)


@suppression.command()
def find(address: Address, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Say whether an address is on the list, since when and why. Exit status 1 when it is not.

    Example: `vitrail suppression find anne@example.com`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = behind.find_suppression(ws.store, address), ws.store.zone
    if found is None:
        here.give({"found": None}, here.pick(fr="Elle n’est pas sur la liste.", en="It is not on the list."))
        raise typer.Exit(NO)
    reasons = {
        "bounce": here.pick(fr="les messages reviennent", en="messages bounce"),
        "complaint": here.pick(fr="plainte", en="complaint"),
        "unsubscribe": here.pick(fr="désabonnement", en="unsubscribed"),
        "manual": here.pick(fr="ajoutée à la main", en="added by hand"),
    }
    day = f"{behind.instant(found.at_us).astimezone(zone):%Y-%m-%d}"
    here.give(
        {"found": found},
        here.pick(
            fr=f"Sur la liste depuis le {day} : {reasons[found.reason]}.",
            en=f"On the list since {day}: {reasons[found.reason]}.",
        ),
    )


@suppression.command("list")
def list_command(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Count what is on the list by kind and reason; the addresses themselves are not kept.

    Example: `vitrail suppression list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.all_suppressed(ws.store)
    counts: dict[tuple[str, str], int] = {}
    for each in found:
        counts[each.kind, each.reason] = counts.get((each.kind, each.reason), 0) + 1
    headings = (
        Heading(here.pick(fr="Sorte", en="Kind")),
        Heading(here.pick(fr="Raison", en="Reason")),
        Heading(here.pick(fr="Adresses", en="Addresses"), side="right"),
    )
    rows = [(kind, reason, here.speech.count(number)) for (kind, reason), number in sorted(counts.items())]
    here.give(
        {"suppressions": found},
        table(headings, rows) if rows else here.pick(fr="La liste est vide.", en="The list is empty."),
    )


def _add(addresses: list[str], here: Session, *, why: behind.Suppressing) -> None:
    with here.opened() as ws:
        done = behind.suppress(ws.store, addresses, why=why)
    here.give(
        done,
        here.pick(
            fr=f"Ajoutées : {done.added}. Déjà là : {done.known}.",
            en=f"Added: {done.added}. There already: {done.known}.",
        ),
    )
    for text in done.refused[:10]:
        here.note(fr=f"« {text} » n’est pas une adresse.", en=f"“{text}” is no address.")
    if done.refused:
        raise typer.Exit(REFUSED)
