"""Forms that people answer willingly: putting them in force, and giving each person a link."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.files import replacing
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session, write
from vitrail.app.cli.tables import Heading, table
from vitrail.model.forms import Form

app = typer.Typer()
form = typer.Typer(no_args_is_help=True, help="Surveys and preference centres, behind personal links.")
app.add_typer(form, name="form", rich_help_panel="Data")

Key = Annotated[str, typer.Argument(metavar="FORM", help="The key of a form.", show_default=False)]
Base = Annotated[
    str,
    typer.Option(
        "--base-url",
        envvar="VITRAIL_BASE_URL",
        metavar="URL",
        help="Where `vitrail serve` is reached from outside.",
    ),
]
LOCAL = "http://127.0.0.1:8000"


@form.command("apply")
def apply_command(
    file: Annotated[Path, typer.Argument(metavar="FILE.yaml", help="The forms.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Put the forms of a file in force.

    The event that holds the answers and the traits they fill become known at once.

    Example: `vitrail form apply forms.yaml`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        changed = behind.apply_forms(ws, file)
    told = {True: here.pick(fr="en vigueur", en="in force"), False: here.pick(fr="inchangé", en="unchanged")}
    lines = [f"{key}{here.pick(fr=' : ', en=': ')}{told[each]}" for key, each in changed.items()]
    here.give({"forms": changed}, *lines)


@form.command("list")
def list_command(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List the forms in force.

    Example: `vitrail form list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.forms_in_force(ws)
    if not found and not here.json:
        here.note(
            fr="Aucun formulaire. Pour en déclarer : vitrail form apply FICHIER.yaml",
            en="No form yet. To declare one: vitrail form apply FILE.yaml",
        )
        return
    here.give({"forms": found}, _drawn(found, here))


@form.command("link")
def link_command(
    key: Key,
    profile: Annotated[
        str, typer.Option("--profile", metavar="ID", help="The customer.", show_default=False)
    ],
    base: Base = LOCAL,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Give one customer a personal link to a form.

    Example: `vitrail form link nps --profile C001`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        link = behind.link_for(ws, key, profile=profile, base=base)
    if here.json:
        here.give({"form": key, "profile": profile, "link": link})
    else:
        write(link)


@form.command("links")
def links_command(
    key: Key,
    segment: Annotated[
        str, typer.Option("--segment", metavar="KEY", help="A segment or a class.", show_default=False)
    ],
    to: Annotated[
        Path, typer.Option("--to", metavar="FILE.csv", help="The file to write.", show_default=False)
    ],
    base: Base = LOCAL,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write the personal links of a segment to a file.

    As of its last refresh; columns profile and link.

    Example: `vitrail form links nps --segment lifecycle.loyal --to links.csv`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, replacing(to) as path:
        links = behind.links_for(ws, key, segment=segment, base=base)
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(links.column_names)
            keys, addresses = (column.to_pylist() for column in links.columns)
            rows.writerows((behind.harmless(key), link) for key, link in zip(keys, addresses, strict=True))
    customers = here.customers(links.num_rows)
    here.give(
        {"form": key, "segment": segment, "rows": links.num_rows, "file": str(to)},
        here.pick(fr=f"Écrit : {to} ({customers})", en=f"Written: {to} ({customers})"),
    )


def _drawn(forms: tuple[Form, ...], here: Session) -> RenderableType:
    kinds = {
        "survey": here.pick(fr="enquête", en="survey"),
        "preferences": here.pick(fr="centre de préférences", en="preference centre"),
    }
    rows = [
        (each.key, here.of(each.name), kinds[each.kind], here.speech.count(len(each.questions)), each.event)
        for each in forms
    ]
    headings = [
        Heading(here.pick(fr="Clé", en="Key")),
        Heading(here.pick(fr="Nom", en="Name")),
        Heading(here.pick(fr="Genre", en="Kind")),
        Heading(here.pick(fr="Questions", en="Questions"), side="right"),
        Heading(here.pick(fr="Événement", en="Event")),
    ]
    return table(headings, rows)
