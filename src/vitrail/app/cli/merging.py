"""Who is who: what is merged and why, what waits for review, splitting, confirming and taking back."""

from __future__ import annotations

import getpass
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Annotated, get_args

import typer
from rich.console import RenderableType

from vitrail.app.cli.defining import DECLINED, agreed
from vitrail.app.cli.options import DryRun, Folder, Json, Speak, Yes
from vitrail.app.cli.progress import progress
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.app.instants import instant
from vitrail.model.errors import UserError, refuse
from vitrail.model.identities import (
    LABELS,
    DeclaredKind,
    HeldPeople,
    KnownIdentity,
    Link,
    Merges,
    Person,
    Regrouping,
    SharedDevice,
)

if TYPE_CHECKING:
    from vitrail.app.identities import Said

app = typer.Typer()

FEW = 20
"""How many of each a person is shown, unless more are asked for."""

Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="The reason, kept with the decision.")]
Who = Annotated[
    str, typer.Option("--who", metavar="NAME", help="Who decides; by default, the user of the machine.")
]


@app.command(rich_help_panel="Data")
def merges(
    key: Annotated[
        str | None,
        typer.Argument(metavar="[KEY]", help="One customer, with every identity.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, help="How many of each to show.")] = FEW,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Show which profiles are one customer and why, what is held for review, and shared devices.

    Example: `vitrail merges`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if key is not None:
            person = ws.identities(key)
            here.give(person, *_of_one(person, here))
            return
        with progress(here, fr="Rapprochements", en="Merges"):
            found = ws.merges(limit)
    here.give(found, *_of_all(found, here))


@app.command(rich_help_panel="Data")
def split(
    key: Annotated[
        str | None, typer.Argument(metavar="[KEY]", help="The profile to set apart.", show_default=False)
    ] = None,
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            metavar="KIND=VALUE",
            help="Instead of a profile: an identity that shall link nobody (email=family@example.org).",
            show_default=False,
        ),
    ] = None,
    why: Why = "",
    who: Who = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Set a profile apart from the others of its customer; each gets back what was its own.

    Example: `vitrail split C0000042 --why "two sisters"`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if (key is None) == (identity is None):
            raise _one_of_two()
        if identity is None:
            act = partial(ws.split, str(key))
        else:
            act = partial(ws.split_identity, *_identity(identity))
        _decide(partial(act, **_said(who, why)), here, yes=yes, dry_run=dry_run)


@app.command(rich_help_panel="Data")
def confirm(
    keys: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY...",
            help="The profiles that are one customer; or one profile that is held for review.",
            show_default=False,
        ),
    ],
    why: Why = "",
    who: Who = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Say that profiles are one customer, or that what is held for review may merge.

    Example: `vitrail confirm C0000042 W0000007`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        _decide(partial(ws.confirm, *keys, **_said(who, why)), here, yes=yes, dry_run=dry_run)


@app.command(rich_help_panel="Data")
def undo(
    decision: Annotated[
        int, typer.Argument(metavar="NUMBER", help="The number of the decision.", show_default=False)
    ],
    why: Why = "",
    who: Who = "",
    yes: Yes = False,
    dry_run: DryRun = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Take back a split or a confirmation, exactly; both stay on record.

    Example: `vitrail undo 3`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        _decide(partial(ws.undo, decision, **_said(who, why)), here, yes=yes, dry_run=dry_run)


def _said(who: str, why: str) -> Said:
    return {"who": who or getpass.getuser(), "why": why}


def _decide(act: Callable[..., Regrouping], here: Session, *, yes: bool, dry_run: bool) -> None:
    """Show what a decision would change and, unless it is only to be seen, ask and decide."""
    told = act(preview=True)
    if not here.json:
        here.give(None, *_change(told, here))
    applied = not dry_run and (yes or agreed(here))
    if applied:
        told = act()
    if here.json:
        here.give(told)
    elif applied:
        number = told.decision
        here.give(None, here.pick(fr=f"Décision {number} enregistrée.", en=f"Decision {number} kept."))
    if not dry_run and not applied:
        here.note(fr="Rien n’a été changé.", en="Nothing was changed.")
        raise typer.Exit(DECLINED)


def _identity(text: str) -> tuple[DeclaredKind, str]:
    kind, equals, value = text.partition("=")
    for known in get_args(DeclaredKind):
        if kind.strip() == known and equals and value.strip():
            return known, value.strip()
    raise refuse(
        "bad_identity",
        path="--identity",
        fr=f"« {text} » n’est pas de la forme sorte=valeur, par exemple email=famille@exemple.fr.",
        en=f"“{text}” is not of the form kind=value, for example email=family@exemple.fr.",
        hint=get_args(DeclaredKind)[:3],
    )


def _one_of_two() -> UserError:
    return refuse(
        "one_of_two",
        path="KEY",
        fr="Donnez soit la clé d’un profil, soit --identity : rien n’a été changé.",
        en="Give either the key of a profile or --identity: nothing was changed.",
    )


# --- drawings ---------------------------------------------------------------------------------


def _change(told: Regrouping, here: Session) -> Iterator[RenderableType]:
    """The customers of several profiles that are not the same before and after."""
    if not told.before and not told.after:
        yield here.pick(fr="Personne ne change.", en="Nobody changes.")
        return
    before, after = here.pick(fr="Avant", en="Before"), here.pick(fr="Après", en="After")
    rows = [(before, _together(each)) for each in told.before]
    rows += [(after, _together(each)) for each in told.after]
    stay = {key for group in told.after for key in group}
    alone = sorted({key for group in told.before for key in group} - stay)
    rows += [(after, key) for key in alone]
    yield table((Heading(""), Heading(here.pick(fr="Client", en="Customer"), wraps=True)), rows)


def _together(keys: tuple[str, ...]) -> str:
    return " = ".join(keys[:FEW]) + (f" … ({len(keys)})" if len(keys) > FEW else "")


def _of_one(person: Person, here: Session) -> Iterator[RenderableType]:
    yield table(
        (
            Heading(here.pick(fr="Profil", en="Profile")),
            Heading(here.pick(fr="Identifiant", en="Identity")),
            Heading(here.pick(fr="Valeur", en="Value"), wraps=True),
            Heading(here.pick(fr="Depuis le", en="Since")),
            Heading(here.pick(fr="Source", en="Source")),
        ),
        [_identity_row(each, here) for each in person.identities],
        title=_together(person.profiles),
    )
    if person.links:
        yield _links([(person, each) for each in person.links], here)


def _identity_row(each: KnownIdentity, here: Session) -> tuple[str, ...]:
    severed = "" if each.counts else here.pick(fr=" (séparé)", en=" (severed)")
    return each.profile, here.said(LABELS[each.kind]), each.value + severed, _day(each), each.source


def _links(links: list[tuple[Person, Link]], here: Session) -> RenderableType:
    rows = [
        (
            _together(each.profiles),
            here.said(LABELS[each.kind]),
            each.value,
            _day(each),
            each.source,
        )
        for _, each in links
    ]
    headings = (
        Heading(here.pick(fr="Profils", en="Profiles"), wraps=True),
        Heading(here.pick(fr="Rapprochés par", en="Linked by")),
        Heading(here.pick(fr="Valeur", en="Value"), wraps=True),
        Heading(here.pick(fr="Depuis le", en="Since")),
        Heading(here.pick(fr="Source", en="Source")),
    )
    return table(headings, rows, title=here.pick(fr="Pourquoi", en="Why"))


def _day(each: Link | KnownIdentity) -> str:
    return f"{each.since:%Y-%m-%d}"


def _of_all(found: Merges, here: Session) -> Iterator[RenderableType]:
    profiles = here.many(found.profiles, fr=("profil", "profils"), en=("profile", "profiles"))
    yield here.pick(
        fr=f"Rapprochés : {here.customers(found.people)} pour {profiles}.",
        en=f"Merged: {here.customers(found.people)} of {profiles}.",
    )
    if found.merged:
        yield _links([(person, each) for person in found.merged for each in person.links], here)
    if found.for_review:
        yield _for_review(found.for_review, here, count=found.held)
    if found.devices:
        yield _devices(found.devices, here, count=found.shared)
    if found.decisions:
        yield _decisions(found, here)


def _for_review(held: tuple[HeldPeople, ...], here: Session, *, count: int) -> RenderableType:
    reasons = {
        "profiles": here.pick(fr="trop de profils", en="too many profiles"),
        "emails": here.pick(fr="trop d’e-mails", en="too many e-mails"),
        "devices": here.pick(fr="trop d’appareils", en="too many devices"),
    }
    rows = [(str(len(each.profiles)), reasons[each.reason], ", ".join(each.profiles[:5])) for each in held]
    headings = (
        Heading(here.pick(fr="Profils", en="Profiles"), side="right"),
        Heading(here.pick(fr="Raison", en="Reason")),
        Heading(here.pick(fr="Dont", en="Among them"), wraps=True),
    )
    return table(headings, rows, title=here.pick(fr=f"À examiner ({count})", en=f"For review ({count})"))


def _devices(devices: tuple[SharedDevice, ...], here: Session, *, count: int) -> RenderableType:
    rows = [
        (", ".join(value for _, value in each.identities[:3]), str(each.people), ", ".join(each.profiles[:5]))
        for each in devices
    ]
    headings = (
        Heading(here.pick(fr="Appareil", en="Device"), wraps=True),
        Heading(here.pick(fr="Clients", en="Customers"), side="right"),
        Heading(here.pick(fr="Dont", en="Among them"), wraps=True),
    )
    title = here.pick(fr=f"Appareils partagés ({count})", en=f"Shared devices ({count})")
    return table(headings, rows, title=title)


def _decisions(found: Merges, here: Session) -> RenderableType:
    effects = {
        "sever": here.pick(fr="sépare", en="splits"),
        "restore": here.pick(fr="rapproche", en="merges"),
        "join": here.pick(fr="rapproche", en="merges"),
        "review": here.pick(fr="examiné", en="reviewed"),
        "unreview": here.pick(fr="à réexaminer", en="to review again"),
    }
    rows = [
        (str(each.id), f"{instant(each.at_us):%Y-%m-%d}", effects[each.rulings[0].effect], each.who, each.why)
        for each in found.decisions
    ]
    headings = (
        Heading(here.pick(fr="N°", en="No."), side="right"),
        Heading(here.pick(fr="Le", en="On")),
        Heading(here.pick(fr="Décision", en="Decision")),
        Heading(here.pick(fr="Par", en="By")),
        Heading(here.pick(fr="Raison", en="Reason"), wraps=True),
    )
    return table(headings, rows, title=here.pick(fr="Décisions", en="Decisions"))
