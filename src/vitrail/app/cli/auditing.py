"""The audit trail: who did what, and whether nobody changed the record of it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.instants import moment
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import json_line, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.errors import refuse

app = typer.Typer()
audit = typer.Typer(no_args_is_help=True)
app.add_typer(audit, name="audit", rich_help_panel="Operations", help="Who did what, when, from where.")

BROKEN = 1


@audit.command()
def show(
    user: Annotated[str, typer.Option(metavar="EMAIL", help="Only what this user did.")] = "",
    about: Annotated[
        str, typer.Option(metavar="KIND[:ID]", help="Only what was done to it: profile:42, segment:vip, key.")
    ] = "",
    act: Annotated[str, typer.Option(metavar="TEXT", help="Only acts that begin so: user., key.")] = "",
    since: Annotated[str | None, typer.Option(metavar="INSTANT", help="Only from then on.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many, at most.")] = 50,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show what was done, the newest first.

    Example: `vitrail audit show --about profile --since 2026-11-01`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        zone = ws.store.zone
        now = behind.instant(ws.store.now_us())
        first = None if since is None else moment(since, zone, now=now).at
        sought = behind.Sought(user=user, subject=about, act=act, since=first, limit=limit)
        found = behind.read_trail(ws.store, sought)
    headings = [
        Heading(here.pick(fr="Le", en="When")),
        Heading(here.pick(fr="Qui", en="Who")),
        Heading(here.pick(fr="Quoi", en="What")),
        Heading(here.pick(fr="Sur quoi", en="About")),
        Heading(here.pick(fr="D’où", en="From")),
        Heading(here.pick(fr="Détails", en="Details"), wraps=True),
    ]
    rows = [
        (
            f"{each.at.astimezone(zone):%Y-%m-%d %H:%M}",
            each.who,
            each.act,
            f"{each.subject.kind} {each.subject.id}".strip(),
            each.origin,
            ", ".join(f"{name}={value}" for name, value in each.details.items()),
        )
        for each in found
    ]
    here.give({"acts": found}, table(headings, rows))


@audit.command()
def verify(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Check every seal of the trail. Exit status 1 when an entry was changed, removed or moved.

    Keep the last seal elsewhere: it shows later that nothing was cut off.
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.verify_trail(ws.store)
    if found.broken is None:
        said = here.pick(fr="Le journal est intact", en="The trail is whole")
        count = here.many(found.entries, fr=("entrée", "entrées"), en=("entry", "entries"))
        here.give(
            found, f"{said} ({count}).", here.pick(fr="Dernier sceau\u00a0:", en="Last seal:"), found.seal
        )
        return
    place = found.broken.position
    here.give(
        found,
        here.pick(
            fr=f"L’entrée {place} ne correspond plus à son sceau : le journal a été modifié hors de Vitrail. "
            "Comparez avec une sauvegarde.",
            en=f"Entry {place} no longer fits its seal: the trail was changed outside Vitrail. "
            "Compare it with a backup.",
        ),
    )
    raise typer.Exit(BROKEN)


@audit.command()
def export(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="Where to write; it must not exist.", show_default=False)
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write the whole trail into a file, one JSON document per line.

    Example: `vitrail audit export trail.jsonl`
    """
    here = session(workspace, language, json=json)
    if file.exists():
        raise refuse(
            "file_exists",
            path=str(file),
            fr=f"{file} existe déjà : donnez un autre nom.",
            en=f"{file} already exists: give another name.",
        )
    count = 0
    with here.opened() as ws, file.open("xb") as target:
        for each in behind.export_trail(ws.store, by=behind.at_command_line()):
            count += target.write(json_line(each)) > 0
    lines = here.many(count, fr=("entrée", "entrées"), en=("entry", "entries"))
    here.give(
        {"file": str(file), "entries": count},
        here.pick(fr=f"{lines} dans {file}.", en=f"{lines} in {file}."),
    )
