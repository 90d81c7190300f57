"""The addresses of requests of people, with their legal deadline."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Protocol

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.people.searching import base_of, search
from vitrail.app.people.viewer import Viewer
from vitrail.app.rights.requests import NewRequest, close, extend, list_requests, receive
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.written import beginning_of, whole_number, written_day
from vitrail.consent.exports.following_up import Settling, Told
from vitrail.ledger.exports import State
from vitrail.model.errors import UserError, refuse
from vitrail.model.requests import ASKED_RIGHTS, RIGHT_NAMES
from vitrail.warehouse.people import number_of

SERVES = needs("serve_rights")
PLACE = "/privacy/requests"
CANDIDATES = 6
STATES: tuple[State, ...] = ("asked", "done", "impossible")
Sent = Mapping[str, Sequence[str]]


class Act(Protocol):
    """Something that is done to what has a number; answers what was done."""

    def __call__(self, visit: Visit, number: str, *, sent: Sent) -> str:
        """Do it."""


class Asking(msgspec.Struct, frozen=True):
    """What stands in the form of a new request, and whom its words may mean where they are several."""

    sent: Sent = {}
    candidates: tuple[str, ...] = ()

    def fields(self) -> dict[str, str]:
        """What stands in each field."""
        return {name: first(self.sent, name) for name in ("person", "right", "how", "received")}


def request_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The register of requests, and what those who have a file are to be asked."""

    @get(PLACE, opt=SERVES, **PAGE)
    def requests(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        asked = {name: (visit.asked(name),) for name in ("person", "right")}
        return page(visit, Asking(asked), notices=done(visit))

    @post(PLACE, opt=SERVES, **SENT)
    async def received(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(noted, visit, await visit.form())

    @post(PLACE + "/{number:str}", opt=SERVES, **SENT)
    async def acted(request: Asked, number: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(changed, visit, number, sent=await visit.form(), act=act_on))

    @post("/privacy/follow-ups/{number:str}", opt=SERVES, **SENT)
    async def settled(request: Asked, number: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(changed, visit, number, sent=await visit.form(), act=settle))

    return [requests, received, acted, settled]


def page(visit: Visit, asking: Asking, *, notices: tuple[Notice, ...] = (), status: int = 200) -> Html:
    """The register, and the form of a new request."""
    store, language = visit.ws.store, visit.language
    names = {each: RIGHT_NAMES[each].in_language(language) for each in ASKED_RIGHTS}
    return visit.show(
        "requests.html",
        framed(visit, visit.speech.say("Requests of people"), notices=notices, address=PLACE),
        requests=list_requests(store),
        names=names,
        given=asking.fields(),
        candidates=asking.candidates,
        today=dt.datetime.now(visit.speech.zone).date().isoformat(),
        places=places(visit),
        follow_ups=waiting(visit),
        status=status,
    )


def noted(visit: Visit, sent: Sent) -> Response[Any]:
    """Note a request, once it is clear whose it is."""
    found = those_meant(visit, first(sent, "person"))
    if len(found) > 1:
        told = visit.speech.say("Several customers answer to this: choose one below.")
        return page(visit, Asking(sent, found), notices=(Notice(told, "note"),), status=422)
    try:
        asked = new_request(visit, sent, person=found[0] if found else first(sent, "person"))
        receive(visit.ws.store, asked, by=visit.caller.by)
    except UserError as error:
        return page(visit, Asking(sent), notices=wrong(visit, error), status=422)
    return see(f"{PLACE}?done=noted")


def changed(visit: Visit, number: str, *, sent: Sent, act: Act) -> Response[Any]:
    """Do something to a request or a follow-up; what is wrong is said on the same page."""
    try:
        return see(f"{PLACE}?done={act(visit, number, sent=sent)}")
    except UserError as error:
        return page(visit, Asking(), notices=wrong(visit, error), status=422)


def act_on(visit: Visit, number: str, *, sent: Sent) -> str:
    """Answer, refuse or extend a request; answers what was done."""
    store, by, why = visit.ws.store, visit.caller.by, first(sent, "why")
    which = whole_number(number) or 0
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


def those_meant(visit: Visit, text: str) -> tuple[str, ...]:
    """The keys of the customers a text may mean: the one with this key, or a few it leads to."""
    ws = visit.ws
    if not text or number_of(ws.store.source(), text) is not None:
        return (text,) if text else ()
    base, viewer = base_of(ws.store, ws.database), Viewer(ws.store, visit.can)
    found = search(base, text, viewer=viewer).people[:CANDIDATES]
    return tuple(viewer.names([int(each) for each in found], base.source))


def places(visit: Visit) -> dict[int, str]:
    """Where each of those who ask is looked at, by the number of their profile."""
    viewer, source = Viewer(visit.ws.store, visit.can), visit.ws.store.source()
    asking = (each.request.profile for each in list_requests(visit.ws.store))
    known = sorted({each for each in asking if each is not None})
    return dict(zip(known, viewer.addresses(known, source), strict=True)) if known else {}


def waiting(visit: Visit) -> tuple[FollowUpLine, ...]:
    """What those who have a file are still to be asked (GDPR, article 19)."""
    found = visit.ws.exports.follow_ups()
    return tuple(
        FollowUpLine(each, instant(each.export.at_us))
        for each in found
        if each.follow_up.state in ("open", "asked")
    )


class FollowUpLine(msgspec.Struct, frozen=True):
    """What is to be asked of who has a file, and when the file was taken."""

    told: Told
    taken: dt.datetime


def settle(visit: Visit, number: str, *, sent: Sent) -> str:
    """Note how far a follow-up has come; answers what was done."""
    state = next((each for each in STATES if each == first(sent, "do")), None)
    if state is None:
        raise refuse("no_choice", path="do", fr="Dites quoi faire.", en="Say what to do.")
    by = visit.caller.by
    name = visit.caller.signed_in.user.name if visit.caller.signed_in else by.actor.id
    settling = Settling(state, by=name, note=first(sent, "why")[:2_000], actor=by.actor, origin=by.origin)
    visit.ws.exports.settle(whole_number(number) or 0, settling)
    return "saved"


def new_request(visit: Visit, sent: Sent, *, person: str) -> NewRequest:
    """A request as the form says it; the day it arrived on begins at midnight."""
    told, received = first(sent, "received"), None
    today = dt.datetime.now(visit.speech.zone).date()
    if told and told != today.isoformat():
        day = written_day(told)
        if day is None:
            raise refuse(
                "bad_day",
                path="received",
                fr=f"« {told[:20]} » n’est pas un jour.",
                en=f"“{told[:20]}” is no day.",
            )
        received = beginning_of(day, visit.speech.zone)
    return NewRequest(first(sent, "right"), person, first(sent, "how"), received)
