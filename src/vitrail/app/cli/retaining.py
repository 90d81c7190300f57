"""Retention from the command line: its rules, what is past its period, and letting exactly that go."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import RenderableType

from vitrail.app.cli import behind
from vitrail.app.cli.defining import DECLINED, agreed
from vitrail.app.cli.options import Folder, Json, Speak, Yes
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.access import Actor

if TYPE_CHECKING:
    from vitrail.consent.retention.planning import RetentionPlan
    from vitrail.model.retention import DataRule, PeopleRule, RetentionFile

app = typer.Typer()
retention = typer.Typer(no_args_is_help=True)
app.add_typer(
    retention,
    name="retention",
    rich_help_panel="Data",
    help="How long people and what they did are kept.",
)

DUE = 1
"""Exit status: something is past its period, or the search after erasing found something."""


TAKEN_OUT: dict[str, dict[str, str]] = {
    "events": {"fr": "événements retirés", "en": "events taken out"},
    "records": {"fr": "fiches retirées", "en": "records taken out"},
    "traits": {"fr": "valeurs oubliées", "en": "values forgotten"},
    "quarantine": {"fr": "messages et lignes refusées retirés", "en": "messages and refused rows taken out"},
}
"""How data go, by kind."""


@retention.command()
def define(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="[FILE]", help="Rules in YAML; by default, the ready-made ones that fit."),
    ] = None,
    show: Annotated[bool, typer.Option("--show", help="Print the ready-made rules, to change them.")] = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Put rules of retention in force. Nothing goes yet.

    Example: `vitrail retention define retention.yaml`
    """
    here = session(workspace, language, json=json)
    if show:
        here.give({"text": behind.ready_retention_text()}, behind.ready_retention_text())
        return
    with here.opened() as ws:
        rules = ws.retention.define(file, actor=_actor())
    here.give(rules, *_rules(rules, here))


@retention.command()
def rules(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Show the rules in force, and whether what is past its period goes by itself.

    Example: `vitrail retention rules`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, on = ws.retention.rules, ws.retention.is_on
    here.give({"by_itself": on, "rules": found}, *_rules(found, here), _switched(here, on=on))


@retention.command()
def plan(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Show exactly who and what would go now. Nothing is changed.

    The exit status is 1 when something is past its period.

    Example: `vitrail retention plan`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws, progress(here, fr="Durées de conservation", en="Retention"):
        found = ws.retention.plan()
    here.give(_document(found), *_plan(found, here))
    if not found.is_empty:
        raise typer.Exit(DUE)


@retention.command()
def run(
    seal: Annotated[
        str,
        typer.Option(
            "--seal", metavar="SEAL", help="Only if the plan still has this seal.", show_default=False
        ),
    ] = "",
    wait: Annotated[
        float,
        typer.Option("--wait", min=0, metavar="SECONDS", help="How long replaced files stay for readers."),
    ] = 60,
    yes: Yes = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let exactly what the plan shows go, for ever. It cannot be undone.

    Shows the plan and asks first. With --seal, who or what goes must still be what that plan showed.

    Example: `vitrail retention run`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.retention.plan()
        if seal and found.seal != seal:
            ws.retention.run(msgspec.structs.replace(found, seal=seal))
        if not here.json:
            here.give(None, *_plan(found, here))
        if found.is_empty:
            if here.json:
                here.give(_document(found))
            return
        if not yes and not agreed(here):
            raise typer.Exit(DECLINED)
        with progress(here, fr="Effacement", en="Erasing"):
            done = ws.retention.run(found, patience=behind.Patience(wait), actor=_actor())
    gone = sum(done.erased.values()), sum(done.restricted.values()), sum(done.data.values())
    here.give(
        done,
        here.pick(
            fr=f"{gone[0]} effacés, {gone[1]} gelés, {gone[2]} données retirées.",
            en=f"{gone[0]} erased, {gone[1]} frozen, {gone[2]} data taken out.",
        ),
    )
    if done.traces:
        raise typer.Exit(DUE)


@retention.command()
def switch(
    on: Annotated[bool, typer.Option("--on/--off", help="By itself every day, or only told.")],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let what is past its period go by itself every day while `vitrail serve` runs, or only tell it.

    Example: `vitrail retention switch --on`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        ws.retention.switch(on, actor=_actor())
    here.give({"by_itself": on}, _switched(here, on=on))


def _actor() -> Actor:
    return Actor("cli", getpass.getuser())


def _switched(here: Session, *, on: bool) -> str:
    if on:
        return here.pick(
            fr="Ce qui dépasse sa durée part de lui-même, chaque jour.",
            en="What is past its period goes by itself, every day.",
        )
    return here.pick(
        fr="Ce qui dépasse sa durée est seulement signalé. Pour que cela parte de soi-même\u00a0: "
        "vitrail retention switch --on",
        en="What is past its period is only told. To let it go by itself: vitrail retention switch --on",
    )


def _rules(rules: RetentionFile, here: Session) -> Iterator[RenderableType]:
    headings = [
        Heading(here.pick(fr="Règle", en="Rule")),
        Heading(here.pick(fr="Ce qu’elle fait", en="What it does"), wraps=True),
        Heading(here.pick(fr="Durée", en="Period"), side="right"),
        Heading(here.pick(fr="Source", en="Source"), wraps=True, style="dim"),
    ]
    rows = [_row(each, here) for each in rules.people] + [_row(each, here) for each in rules.data]
    if rows:
        yield table(headings, rows)
    else:
        yield here.pick(fr="Aucune règle n’est en vigueur.", en="No rule is in force.")


def _row(rule: PeopleRule | DataRule, here: Session) -> tuple[str, str, str, str]:
    return rule.key, here.of(rule.name), _period(rule.months, rule.days, here=here), rule.source


def _period(months: int, days: int, *, here: Session) -> str:
    if months:
        return here.pick(fr=f"{months} mois", en=f"{months} months")
    return here.pick(fr=f"{days} jours", en=f"{days} days")


def _document(found: RetentionPlan) -> dict[str, object]:
    """The plan as a program reads it: people by their number, and a sample of keys."""
    people = [
        {
            "rule": each.rule,
            "then": each.then,
            "count": len(each.profiles),
            "sample": each.sample,
            "holders": each.holders,
        }
        for each in found.people
    ]
    return {
        "seal": found.seal,
        "at_us": found.at_us,
        "people": people,
        "data": found.data,
        "proofs": found.proofs,
    }


def _plan(found: RetentionPlan, here: Session) -> Iterator[RenderableType]:
    if found.is_empty:
        yield here.pick(
            fr="Rien ne dépasse sa durée de conservation.", en="Nothing is past its retention period."
        )
        return
    headings = [
        Heading(here.pick(fr="Règle", en="Rule"), wraps=True),
        Heading(here.pick(fr="Part", en="Goes"), side="right"),
        Heading(here.pick(fr="Comment", en="How")),
        Heading(here.pick(fr="Par exemple", en="For example"), wraps=True),
    ]
    how = {
        "erase": here.pick(fr="effacés", en="erased"),
        "restrict": here.pick(fr="gelés", en="frozen"),
    }
    rows = [
        (here.of(each.name), here.customers(len(each.profiles)), how[each.then], ", ".join(each.sample))
        for each in found.people
        if each.profiles
    ]
    rows += [
        (
            here.of(each.name),
            here.speech.count(sum(each.rows.values())),
            here.of(TAKEN_OUT[each.kind]),
            ", ".join(each.rows),
        )
        for each in found.data
        if each.rows
    ]
    if found.proofs:
        name = here.pick(fr="Preuves et registres", en="Proofs and registers")
        rows.append((name, here.speech.count(found.proofs), here.pick(fr="oubliés", en="forgotten"), ""))
    yield table(headings, rows)
    yield here.pick(fr=f"Sceau\u00a0: {found.seal}", en=f"Seal: {found.seal}")
