"""The rights of people: what they opposed, and what is frozen at their request."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.model.access import Actor
from vitrail.model.errors import refuse

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
        fr=f"« {person} » s’oppose à : {what}. C’est en vigueur.",
        en=f"“{person}” opposes {what}. It is in force.",
    )


@privacy.command()
def rectify(
    person: Person,
    right: Annotated[
        list[str],
        typer.Option(
            "--set",
            metavar="TRAIT=VALUE",
            help="What is right. May be given several times.",
            show_default=False,
        ),
    ],
    why: Why = "",
    proof: Proof = "",
    who: Who = "",
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Put right what is wrong of somebody: it holds whatever other sources say, now and later.

    Segments follow at the next refresh. `vitrail privacy rectified` lists what was put right.

    Example: `vitrail privacy rectify C000042 --set city=Lyon --proof "mail of 3 March"`
    """
    here = session(workspace, language, json=json)
    values = _values(right)
    with here.opened() as ws:
        ws.privacy.rectify(person, values, **noted(who, why, proof=proof))
    here.give(
        {"rectified": values},
        here.pick(
            fr=f"Rectifié pour « {person} » : {', '.join(values)}. Les segments suivront au prochain "
            "rafraîchissement.",
            en=f"Put right for “{person}”: {', '.join(values)}. Segments follow at the next refresh.",
        ),
    )


@privacy.command()
def rectified(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List what was put right: whoever was given the wrong values is to be told.

    Example: `vitrail privacy rectified`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        made = ws.privacy.rectifications()
    lines = [f"{each.profile}  {each.trait}  {each.by}  {each.why}".rstrip() for each in made]
    drawn = "\n".join(lines) or here.pick(fr="Rien n’a été rectifié.", en="Nothing was put right.")
    here.give({"rectifications": made}, drawn)


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
        fr=f"Les données de « {person} » sont gelées : conservées, et utilisées pour rien.",
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
        fr=f"C’est levé pour « {person} ». Un consentement retiré reste retiré.",
        en=f"It is lifted for “{person}”. A consent that was withdrawn stays withdrawn.",
    )


def _values(told: list[str]) -> dict[str, str]:
    values = {}
    for each in told:
        trait, equals, value = each.partition("=")
        if not equals or not trait.strip() or not value.strip():
            raise refuse(
                "bad_value",
                path="--set",
                fr=f"« {each} » n’est pas de la forme attribut=valeur, par exemple city=Lyon.",
                en=f"“{each}” is not of the form trait=value, for example city=Lyon.",
            )
        values[trait.strip()] = value.strip()
    return values


def noted(who: str, why: str, *, proof: str) -> Noted:
    name = who or getpass.getuser()
    return {"by": name, "why": why, "proof": proof, "actor": Actor("cli", name)}


def _told(made: tuple[Act, ...], here: Session, *, fr: str, en: str) -> None:
    here.give({"acts": made}, here.pick(fr=fr, en=en))
