"""Questions about a condition: is it right, what does it mean, how many, who, and why."""

from __future__ import annotations

import datetime as dt
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.explaining import drawn
from vitrail.app.cli.instants import Moment, moment, tell
from vitrail.app.cli.options import AsOf, Folder, Json, Rule, Speak
from vitrail.app.cli.problems import document, drawing, quoting
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session, write, write_lines

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace

PANEL = "Ask"
SHOWN = 50
"""Members shown in a terminal unless more are asked for."""

NO = 1
"""Exit status: the answer is no."""

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def check(
    text: Rule,
    purpose: Annotated[
        str | None, typer.Option(help="The purpose the condition will serve.", show_default=False)
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say whether a condition is right.

    If not, everything that is wrong in it is told, and the exit status is 1.

    Example: `vitrail check 'count(order, last 90 days) >= 2'`
    """
    here, rule = session(workspace, language, json=json), read(text)
    with here.opened() as ws:
        found = ws.check(rule, purpose=purpose)
    errors = [each for each in found if each.severity == "error"]
    if here.json:
        here.give({"valid": not errors, "problems": document(found)})
    elif found:
        here.paper.print(drawing(found, here, texts={"": rule}, width=here.paper.width))
    if not found and not here.json:
        write(here.pick(fr="Cette condition est correcte.", en="This condition is right."))
    if errors:
        raise typer.Exit(NO)


@app.command(rich_help_panel=PANEL)
def describe(text: Rule, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Say a condition in French or in English.

    Example: `vitrail describe --language fr 'did(order, last 90 days) and country = "FR"'`
    """
    here, rule = session(workspace, language, json=json), read(text)
    with here.opened() as ws, quoting(rule):
        if here.json:
            here.give({"text": rule, **{each: ws.describe(rule, language=each) for each in ("fr", "en")}})
            return
        write(ws.describe(rule, language=here.language))


@app.command(rich_help_panel=PANEL)
def count(
    text: Rule, as_of: AsOf = None, workspace: Folder = None, language: Speak = None, json: Json = False
) -> None:
    """Count the customers who meet a condition.

    Example: `vitrail count 'sum(order.amount, last 1 year) >= 500' --as-of 2026-01-01`
    """
    here, rule = session(workspace, language, json=json), read(text)
    with here.opened() as ws, quoting(rule), progress(here, fr="Décompte", en="Counting"):
        asked = when(ws, as_of)
        found = ws.count(rule, as_of=asked.at)
        everybody = ws.count("true", as_of=asked.at) if here.json or here.watched else 0
    tell(asked, here)
    if here.json:
        here.give({"as_of": asked.at, "count": found, "population": everybody})
    else:
        write(_counted(found, everybody, here=here) if here.watched else str(found))


@app.command(rich_help_panel=PANEL)
def members(
    text: Rule,
    limit: Annotated[
        int | None,
        typer.Option(
            min=0,
            help=f"Show so many at most. By default, {SHOWN} in a terminal and everybody elsewhere.",
            show_default=False,
        ),
    ] = None,
    as_of: AsOf = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List the customers who meet a condition.

    One key per line, in order.

    Example: `vitrail members 'count(order) >= 10' > loyal.txt`
    """
    here, rule = session(workspace, language, json=json), read(text)
    with here.opened() as ws, quoting(rule), progress(here, fr="Recherche", en="Searching"):
        asked = when(ws, as_of)
        found = ws.members(rule, as_of=asked.at)["profile"]
        behind.note_list(ws.store, len(found))
    tell(asked, here)
    most = SHOWN if limit is None and here.watched else limit
    shown = found.slice(0, len(found) if most is None else most).to_pylist()
    if here.json:
        here.give({"as_of": asked.at, "count": len(found), "profiles": shown})
        return
    write_lines(shown)
    if len(shown) < len(found):
        numbers = [here.customers(len(shown)), here.speech.count(len(found))]
        here.note(
            fr=f"{numbers[0]} montrés sur {numbers[1]} ; pour davantage : --limit.",
            en=f"{numbers[0]} shown of {numbers[1]}; for more: --limit.",
        )


@app.command(rich_help_panel=PANEL)
def explain(
    text: Rule,
    profile: Annotated[
        str, typer.Option("--profile", metavar="KEY", help="The key of the customer.", show_default=False)
    ],
    as_of: AsOf = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say why one customer is in or out.

    What was found, since when, and the smallest change that would turn the answer.

    Example: `vitrail explain 'count(order, last 90 days) >= 2' --profile C0000042`
    """
    here, rule = session(workspace, language, json=json), read(text)
    with here.opened() as ws, quoting(rule), progress(here, fr="Explication", en="Explaining"):
        asked = when(ws, as_of)
        found = ws.explain(rule, profile, as_of=asked.at)
        behind.note_look(ws.store, profile)
        zone = ws.store.zone
    tell(asked, here)
    if here.json:
        here.give(found)
    else:
        here.paper.print(drawn(found, here, zone=zone))


def read(text: str) -> str:
    """The text of a condition: the argument itself, or standard input for `-`."""
    return sys.stdin.read() if text == "-" else text


def when(ws: Workspace, as_of: str | None) -> Moment:
    """The instant a question is asked at."""
    now = dt.datetime.fromtimestamp(0, dt.UTC) + dt.timedelta(microseconds=ws.store.now_us())
    return moment(as_of, ws.store.zone, now=now)


def _counted(found: int, everybody: int, *, here: Session) -> str:
    speech = here.speech
    share = speech.share(found / everybody if everybody else 0.0)
    of = speech.count(everybody)
    return here.pick(
        fr=f"{here.customers(found)} sur {of} ({share})",
        en=f"{speech.count(found)} of {of} customers ({share})",
    )
