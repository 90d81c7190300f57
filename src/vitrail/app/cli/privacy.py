"""The rights of people: what they opposed, and what is frozen at their request."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.model.access import Actor

if TYPE_CHECKING:
    from vitrail.app.rights.privacy import Noted
    from vitrail.model.standing import Act

app = typer.Typer()
privacy = typer.Typer(no_args_is_help=True)
app.add_typer(
    privacy,
    name="privacy",
    rich_help_panel="Data",
    help="The rights of people: access, objection, restriction, erasure.",
)

Person = Annotated[str, typer.Argument(metavar="ID", help="The key of the customer.", show_default=False)]
Purpose = Annotated[
    str, typer.Option("--purpose", metavar="KEY", help="One purpose; by default, all of marketing.")
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the request.")]
Proof = Annotated[
    str, typer.Option("--proof", metavar="TEXT", help="What shows it: the reference of a letter, of a call.")
]
Who = Annotated[
    str, typer.Option("--who", metavar="NAME", help="Who notes it; by default, the user of the machine.")
]


@privacy.command("object")
def object_command(
    person: Person,
    purpose: Purpose = "",
    why: Why = "",
    proof: Proof = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Note that somebody opposes marketing, or one purpose; at once in force.

    Example: `vitrail privacy object C000042 --proof "letter of 3 March"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        made = ws.privacy.object(person, purpose, **noted(who, why, proof=proof))
    what = purpose or here.pick(fr="toute la prospection", en="all marketing")
    _told(
        made,
        here,
        fr=f"« {person} » s’oppose à : {what}. C’est en vigueur.",
        en=f"“{person}” opposes {what}. It is in force.",
    )


@privacy.command()
def restrict(
    person: Person,
    why: Why = "",
    proof: Proof = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Freeze somebody’s data: kept, and used for nothing, until it is lifted.

    Example: `vitrail privacy restrict C000042 --why "contests an order"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        made = ws.privacy.restrict(person, **noted(who, why, proof=proof))
    _told(
        made,
        here,
        fr=f"Les données de « {person} » sont gelées : conservées, et utilisées pour rien.",
        en=f"The data of “{person}” are frozen: kept, and used for nothing.",
    )


@privacy.command()
def lift(
    person: Person,
    right: Annotated[
        Literal["objection", "restriction"], typer.Option("--right", help="What ends.", show_default=False)
    ],
    purpose: Purpose = "",
    why: Why = "",
    proof: Proof = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Note that an objection or a restriction ended, because the person said so.

    Example: `vitrail privacy lift C000042 --right restriction --why "the order was put right"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        made = ws.privacy.lift(person, right, purpose=purpose, **noted(who, why, proof=proof))
    _told(
        made,
        here,
        fr=f"C’est levé pour « {person} ». Un consentement retiré reste retiré.",
        en=f"It is lifted for “{person}”. A consent that was withdrawn stays withdrawn.",
    )


def noted(who: str, why: str, *, proof: str) -> Noted:
    name = who or getpass.getuser()
    return {"by": name, "why": why, "proof": proof, "actor": Actor("cli", name)}


def _told(made: tuple[Act, ...], here: Session, *, fr: str, en: str) -> None:
    here.give({"acts": made}, here.pick(fr=fr, en=en))
