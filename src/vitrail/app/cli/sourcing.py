"""The sources of the tracking API: who may send, and with which key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Group

from vitrail.app.cli import behind
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.pulled import standings
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.ledger.filing import PlanWarning
    from vitrail.ledger.write_keys import TrackingSource

app = typer.Typer()
sources = typer.Typer(no_args_is_help=True)
app.add_typer(
    sources,
    name="source",
    rich_help_panel="Data",
    help="Sites, apps and tills that send; databases and services that are pulled.",
)

Name = Annotated[
    str, typer.Argument(metavar="NAME", help="The name that stays with what it sends.", show_default=False)
]


@sources.command()
def add(
    name: Name,
    kind: Annotated[
        Literal["web", "app", "server", "store"], typer.Option(help="What sends: for people to read.")
    ] = "web",
    unplanned: Annotated[
        Literal["allow", "warn", "refuse"],
        typer.Option(help="What becomes of events and properties the tracking plan does not hold."),
    ] = "allow",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let a new source send, and print its write key.

    Example: `vitrail source add web-site --kind web`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.add_source(ws.store, name, kind=kind, unplanned=unplanned)
    here.note(fr=f"Clé d’écriture de la source « {name} » :", en=f"Write key of the source “{name}”:")
    here.give(source, source.key)


@sources.command("list")
def list_sources(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List every source: those that send, with their keys, and those that are pulled."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, pulled = behind.all_sources(ws.store), behind.source_standings(ws)
        zone = ws.store.zone
    document = {"sources": found, "pulled": pulled}
    here.give(
        document,
        *([sending(found, here)] if found or not pulled else []),
        *standings(pulled, here, zone=zone),
    )


def sending(found: Sequence[TrackingSource], here: Session) -> Group:
    """The sources that send, as a person reads them."""
    headings = [
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Sorte", en="Kind")),
        Heading(here.pick(fr="Clé d’écriture", en="Write key")),
        Heading(here.pick(fr="Hors plan", en="Unplanned")),
    ]
    return table(headings, [(s.name, s.kind, s.key, s.unplanned) for s in found])


@sources.command()
def change(
    name: Name,
    unplanned: Annotated[
        Literal["allow", "warn", "refuse"] | None,
        typer.Option(
            help="What becomes of events and properties the tracking plan does not hold.", show_default=False
        ),
    ] = None,
    keeps_ip: Annotated[
        bool | None,
        typer.Option(
            "--keep-ip/--drop-ip", help="Whether the network addresses it sends are kept.", show_default=False
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Change what is done with the messages of a source.

    Example: `vitrail source change web-site --unplanned warn`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.change_source(ws.store, name, unplanned=unplanned, keeps_ip=keeps_ip)
    kept = here.pick(fr="gardées", en="kept") if source.keeps_ip else here.pick(fr="écartées", en="left out")
    here.give(
        source,
        here.pick(
            fr=f"« {name} » : hors plan = {source.unplanned}, adresses IP {kept}.",
            en=f"“{name}”: unplanned = {source.unplanned}, network addresses {kept}.",
        ),
    )


@sources.command()
def warnings(
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The source; all of them if it is not said.")
    ] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Begin to count anew.")] = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what was taken but is worth a look.

    Events and properties out of the plan, numbers rounded or taken for texts, values that have no
    column of their own; how often, and since when.
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.warnings_of(ws.store, name)
        if forget:
            for source in {each.source for each in found}:
                behind.forget_warnings(ws.store, source)
    headings = [
        Heading(here.pick(fr="Source", en="Source")),
        Heading(here.pick(fr="Événement", en="Event"), wraps=True),
        Heading(here.pick(fr="À regarder", en="Worth a look"), wraps=True),
        Heading(here.pick(fr="Messages", en="Messages"), side="right"),
    ]
    rows = [(w.source, w.event, _said(w, here), here.speech.count(w.messages)) for w in found]
    nothing = here.pick(fr="Rien à signaler.", en="Nothing to report.")
    here.give({"warnings": found}, table(headings, rows) if rows else nothing)


def _said(warning: PlanWarning, here: Session) -> str:
    french, english = WARNINGS[warning.code]
    return here.pick(fr=french, en=english).format(warning.path)


WARNINGS = {
    "unplanned_event": ("hors du plan de marquage", "not in the tracking plan"),
    "unplanned_property": ("« {} » hors du plan de marquage", "“{}” not in the tracking plan"),
    "number_as_text": ("« {} » : nombre pris comme texte", "“{}”: a number taken for a text"),
    "decimals_rounded": ("« {} » : arrondi à 4 décimales", "“{}”: rounded to 4 digits after the point"),
    "unfiled": ("« {} » : gardé en JSON, sans colonne", "“{}”: kept as JSON, without a column"),
    "other_warnings": ("d’autres avertissements, trop divers", "further warnings, too diverse to be told"),
}


@sources.command()
def rotate(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Give a source another write key; the one it had is refused from now on."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        source = behind.rotate_key(ws.store, name)
    here.note(fr=f"Nouvelle clé de la source « {name} » :", en=f"New key of the source “{name}”:")
    here.give(source, source.key)


@sources.command()
def remove(name: Name, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Let a source send no more, or pull it no more; what it brought stays."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if name in behind.defined_sources(ws.store):
            behind.remove_pulled(ws.store, name)
        else:
            behind.remove_source(ws.store, name)
    here.give(
        {"removed": name},
        here.pick(
            fr=f"La source « {name} » n’apporte plus rien ; ce qu’elle a apporté reste.",
            en=f"The source “{name}” brings nothing more; what it brought stays.",
        ),
    )
