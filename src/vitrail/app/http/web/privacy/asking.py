"""The addresses of requests of people, with their legal deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.rights.requests import NewRequest, close, extend, list_requests, receive
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.model.errors import UserError, refuse
from vitrail.model.requests import ASKED_RIGHTS, RIGHT_NAMES

SERVES = needs("serve_rights")
PLACE = "/privacy/requests"
Sent = Mapping[str, Sequence[str]]


def request_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The register of requests."""

    def page(visit: Visit, *, sent: Sent | None = None, notices: tuple[Notice, ...] = ()) -> Html:
        given = sent or {"person": (visit.asked("person"),), "right": (visit.asked("right"),)}
        return visit.show(
            "requests.html",
            framed(visit, visit.speech.say("Requests of people"), notices=notices, address=PLACE),
            requests=list_requests(desk.ws.store),
            rights=[(each, RIGHT_NAMES[each].in_language(visit.language)) for each in ASKED_RIGHTS],
            names={each: RIGHT_NAMES[each].in_language(visit.language) for each in ASKED_RIGHTS},
            given={name: first(given, name) for name in ("person", "right", "how", "received")},
            today=dt.datetime.now(visit.speech.zone).date().isoformat(),
            status=422 if sent is not None else 200,
        )

    @get(PLACE, opt=SERVES, **PAGE)
    def requests(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return page(visit, notices=done(visit))

    @post(PLACE, opt=SERVES, **SENT)
    async def received(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()

        def noted() -> Response[Any]:
            try:
                receive(desk.ws.store, new_request(visit, sent), by=visit.caller.by)
            except UserError as error:
                return page(visit, sent=sent, notices=wrong(visit, error))
            return see(f"{PLACE}?done=noted")

        return await run_sync(noted)

    @post(PLACE + "/{number:str}", opt=SERVES, **SENT)
    async def acted(request: Asked, number: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()

        def changed() -> Response[Any]:
            try:
                return see(f"{PLACE}?done={act_on(visit, number, sent=sent)}")
            except UserError as error:
                return page(visit, notices=wrong(visit, error))

        return await run_sync(partial(changed))

    return [requests, received, acted]


def act_on(visit: Visit, number: str, *, sent: Sent) -> str:
    """Answer, refuse or extend a request; answers what was done."""
    store, by, why = visit.ws.store, visit.caller.by, first(sent, "why")
    which = int(number) if number.isdecimal() and len(number) < 9 else 0
    match first(sent, "do"):
        case "answer":
            close(store, which, why=why, by=by)
            return "answered"
        case "refuse":
            close(store, which, refused=True, why=why, by=by)
            return "refused"
        case "extend":
            extend(store, which, why=why, by=by)
            return "extended"
        case _:
            raise refuse("no_choice", path="do", fr="Dites quoi faire.", en="Say what to do.")


def new_request(visit: Visit, sent: Sent) -> NewRequest:
    """A request as the form says it; the day it arrived on begins at midnight."""
    told, received = first(sent, "received"), None
    today = dt.datetime.now(visit.speech.zone).date()
    if told and told != today.isoformat():
        try:
            day = dt.date.fromisoformat(told)
        except ValueError:
            raise refuse(
                "bad_day",
                path="received",
                fr=f"« {told[:20]} » n’est pas un jour.",
                en=f"“{told[:20]}” is no day.",
            ) from None
        received = dt.datetime.combine(day, dt.time(), tzinfo=visit.speech.zone)
    return NewRequest(first(sent, "right"), first(sent, "person"), first(sent, "how"), received)
