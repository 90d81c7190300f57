"""Bringing segments up to date."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind, gate
from vitrail.app.cli.asking import when
from vitrail.app.cli.instants import tell
from vitrail.app.cli.options import AsOf, Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.model.errors import refuse

if TYPE_CHECKING:
    from vitrail.warehouse.refresh import Refresh

app = typer.Typer()


@app.command(rich_help_panel="Segments")
def refresh(
    full: Annotated[
        bool, typer.Option("--full", help="Evaluate everybody; the members are the same.")
    ] = False,
    recut: Annotated[
        bool, typer.Option("--recut", help="Freeze new cut points for percentiles and other ranks.")
    ] = False,
    as_of: AsOf = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Bring every segment up to date.

    Only those who can have changed are evaluated.

    Example: `vitrail refresh`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Segments", en="Segments") as bar:
        asked = when(ws, as_of)
        refuse_future(asked.at, now_us=ws.store.now_us())
        done = ws.refresh(asked.at, full=full, recut=recut, progress=bar)
        zone = ws.store.catalogue.timezone
        defined, health = len(ws.catalogue.segments), ws.health(asked.at)
    tell(asked, here)
    told_problems = [gate.drawn(health.problems, here)] if health.problems else []
    here.give(
        {**document(done, defined), "problems": gate.document(health)},
        told(done, here, zone=zone, defined=defined),
        *told_problems,
    )


def refuse_future(at: dt.datetime, *, now_us: int) -> None:
    """Refuse an instant that has not come: until then no other refresh would be possible."""
    if at > behind.instant(now_us):
        raise refuse(
            "instant_in_the_future",
            path="--as-of",
            fr="Cet instant n’est pas encore venu : rien n’a été changé. Pour une question au futur : "
            "vitrail count … --as-of.",
            en="This instant has not come yet: nothing was changed. To ask about the future: "
            "vitrail count … --as-of.",
        )


def document(done: Refresh, defined: int) -> dict[str, object]:
    """A refresh as a program reads it."""
    cut = done.cut_points_us
    return {
        "run": done.run,
        "as_of": behind.instant(done.as_of_us),
        "segments": defined,
        "evaluated_profiles": done.evaluated_profiles,
        "entered": done.entered,
        "left": done.left,
        "seconds": round(done.duration, 3),
        "full": done.full,
        "cut_points": None if cut is None else behind.instant(cut),
        "recut": done.recut,
    }


def told(done: Refresh, here: Session, *, zone: str, defined: int) -> str:
    """A refresh as a person reads it."""
    count = here.speech.count
    if not defined:
        return here.pick(
            fr="Aucun segment n’est défini : vitrail apply, ou vitrail ready.",
            en="No segment is defined: vitrail apply, or vitrail ready.",
        )
    who = here.pick(
        fr="tout le monde a été évalué" if done.full else "seuls ceux qui pouvaient changer l’ont été",
        en="everybody was evaluated" if done.full else "only those who could change were evaluated",
    )
    evaluated, seconds = here.customers(done.evaluated_profiles), here.decimal(done.duration)
    lines = [
        here.pick(
            fr=f"{count(defined)} segments à jour en {seconds} s : {count(done.entered)} entrées, "
            f"{count(done.left)} sorties ({evaluated} : {who}).",
            en=f"{count(defined)} segments up to date in {seconds} s: {count(done.entered)} entered, "
            f"{count(done.left)} left ({evaluated}: {who}).",
        )
    ]
    if done.cut_points_us is not None:
        day = here.speech.moment(behind.instant(done.cut_points_us), timezone=zone)
        lines.append(
            here.pick(
                fr=f"Seuils des rangs {'refixés' if done.recut else 'fixés'} le {day}.",
                en=f"Cut points of ranks {'frozen anew' if done.recut else 'frozen'} on {day}.",
            )
        )
    return "\n".join(lines)
