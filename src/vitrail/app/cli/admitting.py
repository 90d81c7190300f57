"""Who may work with the workspace: users and their links, API keys."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from vitrail.app.cli import behind
from vitrail.app.cli.instants import moment
from vitrail.app.cli.options import Folder, Json, Speak
from vitrail.app.cli.session import Session, session
from vitrail.app.cli.tables import Heading, table
from vitrail.model.access import ROLE_NAMES, Role

if TYPE_CHECKING:
    from vitrail.app.workspace import Workspace
    from vitrail.ledger.sessions import ApiKey
    from vitrail.ledger.users import User

app = typer.Typer()
users = typer.Typer(no_args_is_help=True)
keys = typer.Typer(no_args_is_help=True)
app.add_typer(users, name="users", rich_help_panel="Operations", help="Who may sign in, and as what.")
app.add_typer(keys, name="keys", rich_help_panel="Operations", help="What lets programs use the API.")

LINK = "/account/link/"

Who = Annotated[
    str, typer.Argument(metavar="EMAIL", help="The e-mail of the user, or their id.", show_default=False)
]
AsRole = Annotated[
    Role, typer.Option("--role", help="What they may do; the owner may do everything.", show_default=False)
]
At = Annotated[
    str,
    typer.Option("--address", envvar="VITRAIL_ADDRESS", metavar="URL", help="Where the server answers."),
]
HERE = "http://127.0.0.1:8110"


@users.command()
def add(
    email: Annotated[
        str, typer.Argument(metavar="EMAIL", help="With which they will sign in.", show_default=False)
    ],
    role: AsRole,
    name: Annotated[str, typer.Option(help="What they are called.")] = "",
    address: At = HERE,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Invite somebody: prints the link with which they choose a password, once, within a day.

    Example: `vitrail users add anne@example.org --role marketer --name Anne`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        user, token = behind.add_user(ws.store, email, role=role, name=name, by=behind.at_command_line())
    _give_link(here, user, address=address, token=token)


@users.command("list")
def list_users(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List who may sign in, with their roles."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found = behind.list_users(ws.store)
    headings = [
        Heading("E-mail"),
        Heading(here.pick(fr="Nom", en="Name")),
        Heading(here.pick(fr="Rôle", en="Role")),
        Heading(here.pick(fr="État", en="State")),
        Heading(here.pick(fr="Second facteur", en="Second factor")),
    ]
    rows = [
        (
            each.email,
            each.name,
            here.said(ROLE_NAMES[each.role]),
            _state(each, here),
            here.pick(fr="oui", en="yes") if each.has_totp else here.pick(fr="non", en="no"),
        )
        for each in found
    ]
    here.give({"users": [_told(each) for each in found]}, table(headings, rows))


@users.command("role")
def change_role(
    who: Who,
    role: Annotated[Role, typer.Argument(metavar="ROLE", help="Their new role.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Give a user another role; they are signed out everywhere.

    Example: `vitrail users role anne@example.org analyst`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        user = behind.change_role(ws.store, who, role=role, by=behind.at_command_line())
    name = here.said(ROLE_NAMES[user.role])
    here.give(_told(user), here.pick(fr=f"{user.email}\u00a0: {name}.", en=f"{user.email}: {name}."))


@users.command()
def disable(who: Who, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Close an account: its sessions, links and API keys open nothing any more."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        user = behind.disable_user(ws.store, who, by=behind.at_command_line())
    here.give(
        _told(user),
        here.pick(fr=f"Le compte {user.email} est fermé.", en=f"The account {user.email} is closed."),
    )


@users.command()
def enable(who: Who, workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """Open a closed account again."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        user = behind.disable_user(ws.store, who, by=behind.at_command_line(), enable=True)
    here.give(
        _told(user),
        here.pick(fr=f"Le compte {user.email} est rouvert.", en=f"The account {user.email} is open again."),
    )


@users.command()
def link(
    who: Annotated[
        str | None,
        typer.Argument(
            metavar="EMAIL", help="Whose account; by default, that of the first owner.", show_default=False
        ),
    ] = None,
    forget_second_factor: Annotated[
        bool, typer.Option("--forget-second-factor", help="They have lost their telephone and their codes.")
    ] = False,
    address: At = HERE,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Print a link with which a user chooses a new password, once, within a day.

    Example: `vitrail users link anne@example.org`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        if who is not None:
            user, token = behind.new_link(
                ws.store, who, by=behind.at_command_line(), forget_second_factor=forget_second_factor
            )
            _give_link(here, user, address=address, token=token)
            return
        first = behind.first_link(ws.store)
    if first is None:
        here.note(
            fr="Il y a déjà un propriétaire : dites de qui vous voulez le lien.",
            en="There is an owner already: say whose link you want.",
        )
        raise typer.Exit(2)
    _give_link(here, None, address=address, token=first)


@users.command()
def sessions(
    who: Who,
    end: Annotated[bool, typer.Option("--end", help="End them all.")] = False,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """List where a user is signed in, or sign them out everywhere."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        user = behind.find_user(ws.store, who)
        found = behind.sessions_of(ws.store, user)
        if end:
            behind.end_all_sessions(ws.store, user, by=behind.at_command_line())
        zone = ws.store.zone
    told = [
        {
            "session": each.id,
            "began": behind.instant(each.began_at_us),
            "seen": behind.instant(each.seen_at_us),
            "address": each.address,
            "agent": each.agent,
        }
        for each in found
    ]
    headings = [
        Heading(here.pick(fr="Depuis", en="Since")),
        Heading(here.pick(fr="Vu le", en="Seen")),
        Heading(here.pick(fr="Adresse", en="Address")),
        Heading(here.pick(fr="Navigateur", en="Browser"), wraps=True),
    ]
    rows = [
        (
            f"{behind.instant(each.began_at_us).astimezone(zone):%Y-%m-%d %H:%M}",
            f"{behind.instant(each.seen_at_us).astimezone(zone):%Y-%m-%d %H:%M}",
            each.address,
            each.agent,
        )
        for each in found
    ]
    here.give({"sessions": told, "ended": end}, table(headings, rows))


@keys.command("add")
def add_key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.", show_default=False)],
    allow: Annotated[
        list[str],
        typer.Option(
            metavar="PERMISSION",
            help="What it may do: view_segments, edit_segments, export… May be given several times.",
            show_default=False,
        ),
    ],
    until: Annotated[
        str | None, typer.Option(metavar="DATE", help="When it ends; by default, in a year.")
    ] = None,
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Make an API key, and print its secret: it is shown this once.

    Example: `vitrail keys add notebook --allow view_segments --allow view_people`
    """
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        until_us = _end(ws, until)
        by = behind.at_command_line()
        key, secret = behind.add_key(ws.store, name, permissions=allow, until_us=until_us, by=by)
    here.note(
        fr=f"Clé « {key.name} », qui n’est montrée que cette fois :",
        en=f"Key “{key.name}”, shown this once:",
    )
    here.give(_key(key) | {"secret": secret}, secret)


@keys.command("list")
def list_keys(workspace: Folder = None, language: Speak = None, json: Json = False) -> None:
    """List the API keys: what they may do, until when, when they were last used."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        found, zone = behind.all_keys(ws.store), ws.store.zone
    headings = [
        Heading(here.pick(fr="Clé", en="Key")),
        Heading(here.pick(fr="Nom", en="Name")),
        Heading(here.pick(fr="Permissions", en="Permissions"), wraps=True),
        Heading(here.pick(fr="Jusqu’au", en="Until")),
        Heading(here.pick(fr="Dernier usage", en="Last used")),
    ]
    rows = [
        (
            each.id,
            each.name,
            ", ".join(sorted(each.permissions)),
            _local(each.until_us, zone, shape="%Y-%m-%d"),
            _local(each.used_at_us, zone, shape="%Y-%m-%d %H:%M"),
        )
        for each in found
    ]
    here.give({"keys": [_key(each) for each in found]}, table(headings, rows))


@keys.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="The id of the key.", show_default=False)],
    workspace: Folder = None,
    language: Speak = None,
    json: Json = False,
) -> None:
    """Let an API key open nothing any more."""
    here = session(workspace, language, json=json)
    with here.opened() as ws:
        behind.revoke_key(ws.store, key, by=behind.at_command_line())
    here.give(
        {"revoked": key},
        here.pick(fr=f"La clé {key} n’ouvre plus rien.", en=f"The key {key} opens nothing any more."),
    )


def _local(at_us: int | None, zone: ZoneInfo, *, shape: str) -> str:
    return "" if at_us is None else behind.instant(at_us).astimezone(zone).strftime(shape)


def _end(ws: Workspace, until: str | None) -> int:
    now = behind.instant(ws.store.now_us())
    asked = moment(until, ws.store.zone, now=now + dt.timedelta(days=365))
    return (asked.at - behind.instant(0)) // dt.timedelta(microseconds=1)


def _give_link(here: Session, user: User | None, *, address: str, token: str) -> None:
    told = f"{address.rstrip('/')}{LINK}{token}"
    who = here.pick(fr="le premier propriétaire", en="the first owner") if user is None else user.email
    here.note(
        fr=f"Lien pour {who}, qui s’ouvre une fois, pendant 24 heures :",
        en=f"Link for {who}, which opens once, within 24 hours:",
    )
    here.give({"user": None if user is None else _told(user), "link": told}, told)


def _told(user: User) -> dict[str, object]:
    return {
        "id": user.id,
        "email": user.email,
        "name": user.name,
        "role": user.role,
        "disabled": user.is_disabled,
        "invited": not user.password,
        "second_factor": user.has_totp,
        "created": behind.instant(user.created_at_us),
    }


def _state(user: User, here: Session) -> str:
    if user.is_disabled:
        return here.pick(fr="fermé", en="closed")
    return here.pick(fr="invité", en="invited") if not user.password else here.pick(fr="ouvert", en="open")


def _key(key: ApiKey) -> dict[str, object]:
    return {
        "id": key.id,
        "name": key.name,
        "user": key.user,
        "permissions": sorted(key.permissions),
        "created": behind.instant(key.created_at_us),
        "until": None if key.until_us is None else behind.instant(key.until_us),
        "used": None if key.used_at_us is None else behind.instant(key.used_at_us),
    }
