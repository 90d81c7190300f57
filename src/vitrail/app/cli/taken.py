"""The register of what was taken away, and what is to be asked of those who have the files."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal
from zoneinfo import ZoneInfo

import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.asking import NO
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.access import Actor

if TYPE_CHECKING:
    from vitrail.consent.exports.following_up import Told
    from vitrail.ledger.exports import Export

app = typer.Typer()
exports = typer.Typer(no_args_is_help=True)
app.add_typer(
    exports,
    name="exports",
    rich_help_panel="Data",
    help="What was taken away, by whom, for whom; and what those who have it are to be asked.",
)

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="Its number.", show_default=False)]
State = Literal["open", "asked", "done", "impossible"]

KINDS = {
    "list": ("étude", "study"),
    "audience": ("audience", "audience"),
    "members": ("programme", "program"),
}
CAUSES = {
    "erasure": ("effacer", "erase"),
    "rectification": ("rectifier", "put right"),
    "restriction": ("ne plus utiliser", "use no more"),
}
STATES = {
    "open": ("à demander", "to be asked"),
    "asked": ("demandé", "asked"),
    "done": ("fait", "done"),
    "impossible": ("impossible", "impossible"),
}


@exports.command("list")
def list_command(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List every file that was taken away, the newest first.

    Example: `vitrail exports list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = ws.exports.all(), ws.store.zone
    here.give({"exports": [_plain(each) for each in found]}, *_drawn(found, here, zone=zone))


@exports.command("follow-ups")
def follow_ups_command(
    state: Annotated[
        State | None, typer.Option("--state", help="Those in one state.", show_default=False)
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List what is to be asked of those who have a file, since people in it were erased, put right, frozen.

    Example: `vitrail exports follow-ups --state open`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = ws.exports.follow_ups(state), ws.store.zone
    told = [_plain_follow_up(each) for each in found]
    here.give({"follow_ups": told}, *_asked(found, here, zone=zone))


@exports.command()
def settle(
    number: Number,
    state: Annotated[
        State,
        typer.Option("--state", help="How far it has come; for the impossible, say why.", show_default=False),
    ],
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="The receipt, or the reason.", show_default=False)
    ] = "",
    who: Annotated[
        str, typer.Option("--who", metavar="NAME", help="Who says so; by default, the user of the machine.")
    ] = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Note that who has a file was asked, that it is done, or why it is impossible.

    Example: `vitrail exports settle 3 --state done --note "mail of 5 March"`
    """
    here = session(workspace, language, json=json)
    name = who or getpass.getuser()
    with here.opened() as ws:
        done = ws.exports.settle(number, behind.Settling(state, name, note, Actor("cli", name)))
    here.give(
        {"number": done.number, "state": done.state, "by": done.by},
        here.pick(fr=f"Noté : {number}, {STATES[state][0]}.", en=f"Noted: {number}, {STATES[state][1]}."),
    )


@exports.command()
def gone(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A .csv or .parquet file taken away earlier.", show_default=False
        ),
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Tell which rows of a file that was taken away are of people who were erased since.

    To be taken out of every copy. Exit status 1 when there are any.

    Example: `vitrail exports gone vip.csv`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.exports.gone(file)
    rows = here.speech.count(found.rows)
    here.give(
        found,
        here.pick(
            fr=f"{len(found.keys)} à retirer sur {rows} lignes.",
            en=f"{len(found.keys)} to be taken out of {rows} rows.",
        ),
        *found.keys,
    )
    if found.keys:
        raise typer.Exit(NO)


def _plain(each: Export) -> dict[str, object]:
    return {
        "number": each.number,
        "at": behind.instant(each.at_us),
        "by": f"{each.actor.kind} {each.actor.id}".strip(),
        "kind": each.kind,
        "segment": each.segment,
        "definitions": each.definitions,
        "as_of": behind.instant(each.as_of_us),
        "purpose": each.purpose,
        "channel": each.channel,
        "recipient": each.recipient,
        "form": each.form,
        "columns": each.columns,
        "masked": each.masked,
        "people": each.people,
    }


def _plain_follow_up(told: Told) -> dict[str, object]:
    each = told.follow_up
    return {
        "number": each.number,
        "cause": each.cause,
        "about": each.about,
        "people": each.people,
        "since": behind.instant(each.at_us),
        "state": each.state,
        "changed": behind.instant(each.changed_at_us),
        "by": each.by,
        "note": each.note,
        "export": _plain(told.export),
    }


def _drawn(found: Sequence[Export], here: Session, *, zone: ZoneInfo) -> Iterator[RenderableType]:
    if not found:
        yield here.pick(fr="Rien n’a été emporté.", en="Nothing was taken away.")
        return
    headings = (
        Heading("N°" if here.language == "fr" else "No.", side="right"),
        Heading(here.pick(fr="Le", en="On")),
        Heading(here.pick(fr="Quoi", en="What"), wraps=True),
        Heading(here.pick(fr="Pour", en="For"), wraps=True),
        Heading(here.pick(fr="Clients", en="Customers"), side="right"),
        Heading(here.pick(fr="Remis à", en="Given to"), wraps=True),
    )
    yield table(headings, [_row(each, here, zone=zone) for each in found])


def _row(each: Export, here: Session, *, zone: ZoneInfo) -> tuple[str, ...]:
    kind = here.pick(fr=KINDS[each.kind][0], en=KINDS[each.kind][1])
    use = f"{each.purpose} ({each.channel})" if each.purpose else kind
    count, at = here.speech.count(each.people), behind.instant(each.at_us).astimezone(zone)
    inside = here.pick(fr="personne hors de l’entreprise", en="nobody outside")
    return (str(each.number), f"{at:%Y-%m-%d %H:%M}", each.segment, use, count, each.recipient or inside)


def _asked(found: Sequence[Told], here: Session, *, zone: ZoneInfo) -> Iterator[RenderableType]:
    if not found:
        yield here.pick(fr="Rien à demander à personne.", en="Nothing to be asked of anybody.")
        return
    headings = (
        Heading("N°" if here.language == "fr" else "No.", side="right"),
        Heading(here.pick(fr="Depuis", en="Since")),
        Heading(here.pick(fr="Quoi", en="What"), wraps=True),
        Heading(here.pick(fr="Clients", en="Customers"), side="right"),
        Heading(here.pick(fr="À qui", en="Of whom"), wraps=True),
        Heading(here.pick(fr="État", en="State"), wraps=True),
    )
    yield table(headings, [_asked_row(each, here, zone=zone) for each in found])


def _asked_row(told: Told, here: Session, *, zone: ZoneInfo) -> tuple[str, ...]:
    each, export = told.follow_up, told.export
    since, day = _day(each.at_us, zone), _day(export.at_us, zone)
    what = here.pick(
        fr=f"{CAUSES[each.cause][0]} dans le fichier {export.number} du {day} ({export.segment})",
        en=f"{CAUSES[each.cause][1]} in file {export.number} of {day} ({export.segment})",
    )
    inside = here.pick(fr="l’entreprise", en="the company")
    state = here.pick(fr=STATES[each.state][0], en=STATES[each.state][1])
    by = f" ({each.by}, {_day(each.changed_at_us, zone)})" if each.by else ""
    count = here.speech.count(each.people)
    return (str(each.number), since, what, count, export.recipient or inside, f"{state}{by}")


def _day(at_us: int, zone: ZoneInfo) -> str:
    return f"{behind.instant(at_us).astimezone(zone):%Y-%m-%d}"
