"""Probable duplicates: finding them, looking at them side by side, merging them or keeping them apart."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import RenderableType

from vitrail.app.cli.letters import words
from vitrail.app.cli.merging import Who, Why
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table

if TYPE_CHECKING:
    from vitrail.app.duplicates import Beside, Duplicate, Told
    from vitrail.ledger.duplicates import State

SHOWN = 50
LIKELY = 0.9
"""Pairs that are less probable are not proposed, unless it is asked."""

app = typer.Typer()
duplicates = typer.Typer(no_args_is_help=True, help="Find profiles that are one person, and decide.")
app.add_typer(duplicates, name="duplicates", rich_help_panel="Data")

One = Annotated[str, typer.Argument(metavar="KEY", help="One profile.", show_default=False)]
Other = Annotated[str, typer.Argument(metavar="KEY", help="The other profile.", show_default=False)]


@duplicates.command()
def find(
    least: Annotated[
        float, typer.Option(min=0.5, max=1, help="Propose pairs at least so probable.")
    ] = LIKELY,
    merge_above: Annotated[
        float | None,
        typer.Option(
            min=0.9,
            max=1,
            help="Merge at once the pairs at least so probable; by default, none.",
            show_default=False,
        ),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Look for probable duplicates; they wait for a verdict.

    Pairs that were kept apart are not proposed again, unless their data have changed.

    Example: `vitrail duplicates find`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Comparaison", en="Comparing"):
        found = ws.duplicates.find(least=least)
        merged = () if merge_above is None else ws.duplicates.merge_probable(merge_above)
    here.give(
        {
            "traits": found.traits,
            "compared": found.compared,
            "proposed": found.proposed,
            "new": found.new,
            "kept_apart": found.kept_apart,
            "crowded": found.crowded,
            "merged": merged,
        },
        here.pick(
            fr=f"{here.speech.count(found.compared)} paires comparées, {here.speech.count(found.proposed)} "
            f"proposées, dont {here.speech.count(found.new)} nouvelles ; "
            f"{here.speech.count(len(merged))} fusionnées.",
            en=f"{here.speech.count(found.compared)} pairs compared, {here.speech.count(found.proposed)} "
            f"proposed, {here.speech.count(found.new)} of them new; {here.speech.count(len(merged))} merged.",
        ),
    )
    for each in found.crowded:
        here.note(
            fr=f"Non comparés, car trop nombreux à partager la même valeur ({each.name}) : "
            f"{here.speech.count(each.people)} profils.",
            en=f"Not compared, since too many share the same value ({each.name}): "
            f"{here.speech.count(each.people)} profiles.",
        )


@duplicates.command("list")
def list_pairs(
    state: Annotated[str, typer.Option(help="proposed, merged or apart.")] = "proposed",
    limit: Annotated[int, typer.Option(min=1, help="Show so many at most.")] = SHOWN,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List the pairs, the most probable first.

    Example: `vitrail duplicates list`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.duplicates.list(_state(state))
    headings = (
        Heading(here.pick(fr="Profils", en="Profiles")),
        Heading(here.pick(fr="Probabilité", en="Probability"), side="right"),
        Heading(here.pick(fr="Pourquoi", en="Why"), wraps=True, style="dim"),
    )
    rows = [_row(each, here) for each in found[:limit]]
    drawn = table(headings, rows) if rows else here.pick(fr="Aucune paire.", en="No pair.")
    here.give({"count": len(found), "pairs": found[:limit]}, drawn)


@duplicates.command()
def show(
    one: One, other: Other, workspace: Folder = None, language: Speak = None, json: Json = False
) -> None:
    """Show a pair side by side, with what each part weighs.

    A bit doubles the odds that it is one person; a negative one halves them.

    Example: `vitrail duplicates show C0000042 C0009001`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.duplicates.show(one, other)
    here.give(found, *_beside(found, here))


@duplicates.command()
def merge(
    one: One,
    other: Other,
    why: Why = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say that a pair is one customer; `vitrail undo` takes it back.

    Example: `vitrail duplicates merge C0000042 C0009001 --why "she told us"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        told = ws.duplicates.merge(one, other, by=who or getpass.getuser(), why=why)
    here.give(
        told,
        here.pick(
            fr=f"« {one} » et « {other} » sont un seul client (décision {told.decision}).",
            en=f"“{one}” and “{other}” are one customer (decision {told.decision}).",
        ),
    )


@duplicates.command()
def apart(
    one: One,
    other: Other,
    why: Why = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say that a pair are two customers: it is not proposed again, unless their data change.

    Example: `vitrail duplicates apart C0000042 C0009001 --why "mother and daughter"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        said = ws.duplicates.keep_apart(one, other, by=who or getpass.getuser(), why=why)
    here.give(
        said,
        here.pick(
            fr=f"« {one} » et « {other} » restent deux clients.",
            en=f"“{one}” and “{other}” stay two customers.",
        ),
    )


def _state(said: str) -> State | None:
    match said:
        case "proposed" | "merged" | "apart":
            return said
        case _:
            raise typer.BadParameter("proposed, merged, apart")


def _row(each: Duplicate, here: Session) -> tuple[str, str, str]:
    return (
        " · ".join(each.keys),
        _percent(each.probability, here),
        ", ".join(_reason(reason, here) for reason in each.reasons[:4] if reason.bits > 0),
    )


def _beside(found: Beside, here: Session) -> list[RenderableType]:
    one, other = found.pair.keys
    values = [Heading(here.pick(fr="Attribut", en="Trait")), Heading(one), Heading(other)]
    rows = [(name, left or "", right or "") for name, (left, right) in found.values.items()]
    reasons = [
        Heading(here.pick(fr="Ce qui compte", en="What counts")),
        Heading(here.pick(fr="Poids (bits)", en="Weight (bits)"), side="right"),
    ]
    weights = [(_reason(each, here), here.decimal(each.bits)) for each in found.pair.reasons]
    said = [f"{each.verdict} · {each.by} · {each.why}" for each in found.verdicts]
    title = f"{here.pick(fr='Probabilité', en='Probability')} {_percent(found.pair.probability, here)}"
    return [table(values, rows, title=title), table(reasons, weights), *map(words, said)]


def _reason(reason: Told, here: Session) -> str:
    label = here.label(reason.label, otherwise=reason.part)
    level = here.label(reason.level, otherwise="")
    column = reason.part.partition(":")[2]
    named = f"{label} {column}" if column else label
    return f"{named} {level}".strip()


def _percent(probability: float, here: Session) -> str:
    """Rounded down, so that nothing is shown as certain."""
    return here.decimal(int(probability * 1000) / 10) + here.pick(fr=" %", en="%")
