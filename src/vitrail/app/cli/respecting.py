"""Looking at segments with the eyes of those who are in them: what would be intrusive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding

from vitrail.app.cli import behind
from vitrail.app.cli.letters import words
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session

if TYPE_CHECKING:
    from vitrail.app.respecting import Linted
    from vitrail.consent.lint.rules import Remark

PANEL = "Segments"

SERIOUS = 1
"""Exit status: something should not be done."""

NO = 1
"""Exit status: the customer is not in the segment."""

STYLES = {"serious": "bold red", "uneasy": "yellow", "note": "dim"}

app = typer.Typer()


@app.command(rich_help_panel=PANEL)
def lint(
    segments: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SEGMENT]...", help="Segments and segmentations; by default, all."),
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say what customers would find intrusive in segments, why, and what to do instead.

    The exit status is 1 when something serious is found.

    Example: `vitrail lint vip`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.lint(*(segments or ()))
    here.give({"segments": found}, *_drawn(found, here))
    if any(each.severity == "serious" for linted in found for each in linted.remarks):
        raise typer.Exit(SERIOUS)


@app.command(rich_help_panel="Ask")
def why(
    profile: Annotated[
        str, typer.Argument(metavar="PROFILE", help="The key of the customer.", show_default=False)
    ],
    segment: Annotated[
        str, typer.Argument(metavar="SEGMENT", help="The key of the segment.", show_default=False)
    ],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say to a customer why they are met by a segment: the true rule, what of theirs met it, their rights.

    The exit status is 1 when they are not in it.

    Example: `vitrail why C000042 vip --language fr`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = ws.why_seen(profile, segment, language=here.language)
        behind.note_look(ws.store, profile)
    here.give(found, found.text())
    if not found.inside:
        raise typer.Exit(NO)


@app.command("small-groups", rich_help_panel="Data")
def small_groups(
    people: Annotated[
        int | None, typer.Argument(metavar="[PEOPLE]", help="The fewest people of whom a number is told.")
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show or choose how small a group may be for its number to be told to those who may not see people.

    Example: `vitrail small-groups 50`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if people is not None:
            behind.choose_smallest_group(ws.store, people)
        k = behind.respect_of(ws.store).smallest_group
    here.give(
        {"smallest_group": k},
        here.pick(
            fr=f"Sous {k} personnes, le nombre n’est pas montré à qui ne peut pas voir les clients.",
            en=f"Under {k} people, the number is not shown to those who may not see customers.",
        ),
    )


def _drawn(found: tuple[Linted, ...], here: Session) -> list[RenderableType]:
    told = [each for each in found if each.remarks]
    if not told:
        return [
            here.pick(
                fr="Rien de gênant dans ces segments, d’après les règles connues.",
                en="Nothing intrusive in these segments, by the rules known.",
            )
        ]
    return [
        Group(words(each.key, style="bold"), *(_remark(one, here) for one in each.remarks)) for each in told
    ]


def _remark(remark: Remark, here: Session) -> RenderableType:
    severity = {
        "serious": here.pick(fr="à ne pas faire", en="do not"),
        "uneasy": here.pick(fr="à peser", en="think twice"),
        "note": here.pick(fr="à savoir", en="know it"),
    }[remark.severity]
    lines = [
        words(f"{severity} · {here.said(remark.message)}", style=STYLES[remark.severity]),
        words(f"→ {here.said(remark.suggestion)}"),
        words(remark.source, style="dim"),
    ]
    return Padding(Group(*lines), (0, 0, 1, 2))
