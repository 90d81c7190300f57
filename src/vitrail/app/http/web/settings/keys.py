"""The addresses of API keys, which let programs in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts import keys, trail
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.settings.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant, microseconds
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.written import written_day
from vitrail.model.access import PERMISSION_NAMES, PERMISSIONS
from vitrail.model.errors import UserError, refuse

PLACE = "/settings/keys"
Sent = Mapping[str, Sequence[str]]


class NewSecret(msgspec.Struct, frozen=True):
    """A key that is shown this once: of which name."""

    name: str
    secret: str


def key_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """API keys."""

    @get(PLACE, opt=needs("manage_keys"), **PAGE)
    def every_key(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return page(visit, notices=done(visit))

    @post(PLACE, opt=needs("manage_keys"), **SENT)
    async def sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answered, visit, await visit.form()))

    return [every_key, sent]


def answered(visit: Visit, sent: Sent) -> Response[Any]:
    """What becomes of a form; what is wrong in it is said on the same page."""
    try:
        return on_key(visit, sent)
    except UserError as error:
        return page(visit, notices=wrong(visit, error), sent=sent)


def page(
    visit: Visit, *, notices: tuple[Notice, ...] = (), made: NewSecret | None = None, sent: Sent | None = None
) -> Html:
    """Every API key, and the form of a new one."""
    given, language = sent or {}, visit.language
    emails = {each.id: each.name or each.email for each in trail.list_users(visit.ws.store)}
    return visit.show(
        "settings_keys.html",
        framed(visit, visit.speech.say("API keys"), notices=notices, address=PLACE),
        keys=keys.all_keys(visit.ws.store),
        made=made,
        names={each: PERMISSION_NAMES[each].in_language(language) for each in PERMISSIONS},
        offered=[each for each in PERMISSIONS if each in visit.can],
        chosen=tuple(given.get("permission", ())),
        given={name: first(given, name) for name in ("name", "until")},
        emails=emails,
        instant=instant,
        now_us=visit.ws.store.now_us(),
        status=422 if notices and notices[0].tone == "bad" else 200,
    )


def on_key(visit: Visit, sent: Sent) -> Response[Any]:
    """Make an API key, or revoke one. A key gives no more than its maker has."""
    store, by = visit.ws.store, visit.caller.by
    if first(sent, "do") == "revoke":
        keys.revoke_key(store, first(sent, "key"), by=by)
        return see(f"{PLACE}?done=revoked")
    wanted = tuple(sent.get("permission", ()))
    beyond = sorted(set(wanted) - set(visit.can))
    if beyond:
        raise refuse(
            "beyond_yours",
            path="permissions",
            fr=f"Vous n’avez pas vous-même : {', '.join(beyond)}.",
            en=f"You do not have yourself: {', '.join(beyond)}.",
        )
    name = first(sent, "name")
    if not name:
        raise refuse("no_name", path="name", fr="Donnez un nom à la clé.", en="Give the key a name.")
    until_us = until_of(visit, first(sent, "until"))
    key, secret = keys.add_key(store, name, permissions=wanted, until_us=until_us, by=by)
    return page(visit, made=NewSecret(key.name, secret))


def until_of(visit: Visit, text: str) -> int | None:
    """The end of the day until which a key opens; None: no end."""
    if not text:
        return None
    day = written_day(text)
    if day is None:
        raise refuse(
            "bad_day", path="until", fr=f"« {text[:20]} » n’est pas un jour.", en=f"“{text[:20]}” is no day."
        )
    return microseconds(dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=visit.speech.zone))
