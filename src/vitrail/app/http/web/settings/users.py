"""The addresses of users: inviting, roles, closing an account, ending sessions, the second factor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts import sessions, trail, users
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.settings.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.web.settings.roles import FOR
from vitrail.ledger.sessions import Session
from vitrail.ledger.users import User
from vitrail.model.access import GRANTED, PERMISSION_NAMES, PERMISSIONS, ROLE_NAMES, ROLES
from vitrail.model.errors import UserError, refuse

PLACE = "/settings/users"
MANAGES = needs("manage_users")
Sent = Mapping[str, Sequence[str]]


class Account(msgspec.Struct, frozen=True):
    """An account as the page shows it; `is_last` says that it is the only owner left."""

    user: User
    sessions: tuple[Session, ...]
    is_last: bool
    is_me: bool


class Shown(msgspec.Struct, frozen=True):
    """A link that is shown this once, and whose account it opens."""

    user: User
    address: str


def user_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Those who work with the workspace."""

    @get(PLACE, opt=MANAGES, **PAGE)
    def everybody(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return page(visit, notices=done(visit))

    @post(PLACE, opt=MANAGES, **SENT)
    async def invited(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(invite, visit, await visit.form()))

    @post(PLACE + "/{user:str}", opt=MANAGES, **SENT)
    async def changed(request: Asked, user: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(change, visit, user, sent=await visit.form()))

    return [everybody, invited, changed]


def page(
    visit: Visit, *, notices: tuple[Notice, ...] = (), shown: Shown | None = None, sent: Sent | None = None
) -> Html:
    """Everybody, what roles may do, and a link where one was made."""
    store, language = visit.ws.store, visit.language
    found = trail.list_users(store)
    owners = [each for each in found if each.role == "owner" and not each.is_disabled]
    accounts = tuple(
        Account(
            each,
            sessions.sessions_of(store, each),
            is_last=owners == [each],
            is_me=each.id == visit.caller.id,
        )
        for each in found
    )
    given = sent or {}
    return visit.show(
        "settings_users.html",
        framed(visit, visit.speech.say("Users"), notices=notices, address=PLACE),
        accounts=accounts,
        shown=shown,
        given={name: first(given, name) for name in ("email", "name", "role")},
        roles=[(each, ROLE_NAMES[each].in_language(language), visit.speech.say(FOR[each])) for each in ROLES],
        role_names={each: ROLE_NAMES[each].in_language(language) for each in ROLES},
        permissions=[(each, PERMISSION_NAMES[each].in_language(language)) for each in PERMISSIONS],
        granted=GRANTED,
        instant=instant,
        status=422 if notices and notices[0].tone == "bad" else 200,
    )


def invite(visit: Visit, sent: Sent) -> Response[Any]:
    """A new account, and the link with which its holder chooses a password."""
    try:
        role = users.checked_role(first(sent, "role"))
        user, token = users.add_user(
            visit.ws.store, first(sent, "email"), role=role, name=first(sent, "name"), by=visit.caller.by
        )
    except UserError as error:
        return page(visit, notices=wrong(visit, error), sent=sent)
    return page(visit, shown=link(visit, user, token=token))


def change(visit: Visit, who: str, *, sent: Sent) -> Response[Any]:
    """What is done to an account. The last owner stays one."""
    store, by = visit.ws.store, visit.caller.by
    try:
        user = trail.find_user(store, who)
        match first(sent, "do"):
            case "role":
                users.change_role(store, user.id, role=users.checked_role(first(sent, "role")), by=by)
                told = "role"
            case "close" | "open" as do:
                users.disable_user(store, user.id, by=by, enable=do == "open")
                told = "closed" if do == "close" else "opened"
            case "end":
                sessions.end_all_sessions(store, user, by=by)
                told = "ended"
            case "link" | "factor" as do:
                found, token = users.new_link(store, user.id, by=by, forget_second_factor=do == "factor")
                return page(visit, shown=link(visit, found, token=token))
            case _:
                raise refuse("no_choice", path="do", fr="Dites quoi faire.", en="Say what to do.")
    except UserError as error:
        return page(visit, notices=wrong(visit, error))
    return see(f"{PLACE}?done={told}")


def link(visit: Visit, user: User, *, token: str) -> Shown:
    """The address of a link, at the server that was asked."""
    base = str(visit.request.base_url).rstrip("/")
    return Shown(user, f"{base}{users.PLACE}{token}")
