"""Taking a segment away: those who may be reached for a purpose, or its members for a study, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitrail.app.cli import behind, gate
from vitrail.app.cli.files import replacing
from vitrail.app.cli.options import Folder, Json, Recipient, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.reaching import waterfall_drawn
from vitrail.app.cli.session import session
from vitrail.model.errors import refuse
from vitrail.model.purposes import Channel

app = typer.Typer()


@app.command(rich_help_panel="Segments")
def export(
    key: Annotated[
        str,
        typer.Argument(metavar="KEY", help="A segment, or a class (activity.active).", show_default=False),
    ],
    to: Annotated[
        Path,
        typer.Option(
            "--to", metavar="FILE", help="A name that ends with .csv, .xlsx or .parquet.", show_default=False
        ),
    ],
    traits: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,…",
            help="The traits to write. By default all of them; of an audience, the address alone.",
            show_default=False,
        ),
    ] = None,
    purpose: Annotated[
        str | None,
        typer.Option("--purpose", metavar="PURPOSE", help="What they are reached for.", show_default=False),
    ] = None,
    channel: Annotated[
        Channel | None, typer.Option("--channel", help="How they are reached.", show_default=False)
    ] = None,
    recipient: Recipient = "",
    masked: Annotated[
        bool, typer.Option("--masked", help="Pseudonyms for keys; nothing that says who somebody is.")
    ] = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Write a segment to a file: who of it may be reached for a purpose, or its members for a study.

    With --purpose and --channel, the audience: the segment less those the law or they themselves keep from
    being reached. Without, its members as of the last refresh, for a study: no list to write to. Every file
    is in `vitrail exports list`. In .csv and .xlsx no text is taken for a formula; --language chooses the
    headers. Stale or broken data are told in .xlsx and .parquet files, and on the screen.

    Example: `vitrail export value.vip --to vip.xlsx --purpose prospecting_email --channel email`
    """
    here = session(workspace, language, json=json)
    _check(purpose, channel, masked=masked)
    wanted = None if traits is None else tuple(name.strip() for name in traits.split(",") if name.strip())
    layout = behind.Layout(wanted, here.language)
    taking = behind.Taking(behind.at_command_line().actor, recipient=recipient, masked=masked)
    with here.opened() as ws:
        audience = None
        if purpose is not None and channel is not None:
            audience = ws.audience(key, purpose=purpose, channel=channel)
        with progress(here, fr="Export", en="Export"), replacing(to) as path:
            if audience is None:
                rows = behind.export_segment(ws, key, path=path, layout=layout, taking=taking)
            else:
                rows = behind.export_audience(ws, audience, path=path, layout=layout, taking=taking)
        found = gate.recent(ws).segments.get(key, ())
    if found:
        here.margin.print(gate.drawn(found, here))
    told = {"segment": key, "rows": rows, "file": str(to), "problems": gate.listed(found)}
    written = here.pick(
        fr=f"Écrit : {to} ({here.customers(rows)})", en=f"Written: {to} ({here.customers(rows)})"
    )
    if audience is None:
        here.give(told, written)
        here.note(fr=STUDY_FR, en=STUDY_EN)
    else:
        about = {"purpose": purpose, "channel": channel, "waterfall": audience.waterfall}
        here.give(told | about, *waterfall_drawn(audience, here), written)


def _check(purpose: str | None, channel: Channel | None, *, masked: bool) -> None:
    if (purpose is None) != (channel is None):
        raise refuse(
            "purpose_and_channel",
            path="--channel" if channel is None else "--purpose",
            fr="Une audience a une finalité et un canal : donnez --purpose et --channel, ou aucun des deux.",
            en="An audience has a purpose and a channel: give --purpose and --channel together, or neither.",
        )
    if masked and purpose is not None:
        raise refuse(
            "masked_audience",
            path="--masked",
            fr="Sous pseudonymes on ne joint personne : --masked va aux listes pour une étude.",
            en="Nobody is reached under a pseudonym: --masked is for lists for a study.",
        )


STUDY_FR = (
    "Liste pour une étude, pas pour écrire : personne n’y a été retiré faute d’accord. "
    "Pour joindre : --purpose et --channel."
)
STUDY_EN = (
    "A list for a study, not to write to: nobody was left out for want of consent. "
    "To reach people: --purpose and --channel."
)
