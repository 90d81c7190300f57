"""The addresses of purposes: their list, one of them, changing it, and who answers for the processing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed
from vitrail.app.http.web.segments import names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.purpose_view import (
    Changed,
    Reach,
    activity_of,
    grouped_names,
    reach_changed,
    reach_now,
    versions_of,
)
from vitrail.app.purposes import (
    propose_controller,
    propose_purpose,
    propose_purposes,
    propose_removal,
    purpose_in_force,
    purposes_in_force,
    put_in_force,
)
from vitrail.app.record.gathering import gather_record
from vitrail.app.record.words import SPECIALS, STARTS, THEN, RecordWords
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb, Notice
from vitrail.app.web.privacy import purpose_form
from vitrail.app.web.privacy.purpose_form import PurposeForm, form_of, form_sent, purpose_of
from vitrail.consent.purposes import PurposePlan
from vitrail.model.errors import UserError
from vitrail.model.purposes import Body, Controller, Purpose

CHANGES = needs("manage_purposes")
LOOKS = needs("view_segments")
LIST = "/privacy/purposes"
Sent = Mapping[str, Sequence[str]]


def purpose_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The register of purposes."""

    @get(LIST, opt=LOOKS, **PAGE)
    def purposes(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        frame = framed(visit, visit.speech.say("Purposes"), notices=done(visit))
        record = gather_record(desk.ws.store)
        proposed = propose_purposes(desk.ws.store)
        ready = [each for each in proposed.plan.changes if each.action != "unchanged"]
        words = RecordWords(visit.language)
        return visit.show("purposes.html", frame, record=record, words=words, ready=ready)

    @post(LIST + "/ready", opt=CHANGES, **SENT)
    async def ready(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)

        def apply() -> str:
            plan = propose_purposes(desk.ws.store).plan
            if plan.is_empty:
                return "nothing"
            put_in_force(desk.ws.store, plan, by=visit.caller.by)
            return "ready"

        return see(f"{LIST}?done={await run_sync(apply)}")

    @get(LIST + "/{key:str}", opt=LOOKS, **PAGE)
    def purpose(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        found = purpose_in_force(desk.ws.store, key)
        words = RecordWords(visit.language)
        work = partial(reach_now, desk.ws, found, can=visit.can)
        reach = desk.keep(("reach", key, desk.state(), visit.can), work)
        frame = framed(visit, words.text(found.name), notices=done(visit), crumbs=back(visit))
        return visit.show(
            "purpose.html",
            frame,
            purpose=found,
            activity=activity_of(desk.ws, key),
            names=names_of(visit),
            grouped=grouped_names(desk.ws, visit.language),
            words=words,
            reach=reach,
            versions=versions_of(desk.ws, key),
            told=[(words.heading(name), value) for name, value in words.told(found) if value],
        )

    return [purposes, ready, purpose, *changing_routes(desk), *controller_routes(desk)]


def changing_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """A new purpose, and changing or taking away one there is."""

    @get(LIST + "/new", opt=CHANGES, **PAGE)
    def new(request: Asked) -> Html:
        return edited(Visit(request, desk.ws), desk, state=Edited(form_of(purpose_form.EMPTY)))

    @get(LIST + "/{key:str}/edit", opt=CHANGES, **PAGE)
    def edit(request: Asked, key: str) -> Html:
        found = purpose_in_force(desk.ws.store, key)
        return edited(Visit(request, desk.ws), desk, state=Edited(form_of(found), found))

    @post(LIST + "/new", opt=CHANGES, **SENT)
    async def new_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(changed, visit, desk, sent=await visit.form(), present=None))

    @post(LIST + "/{key:str}/edit", opt=CHANGES, **SENT)
    async def edit_sent(request: Asked, key: str) -> Response[Any]:
        visit, found = Visit(request, desk.ws), purpose_in_force(desk.ws.store, key)
        return await run_sync(partial(changed, visit, desk, sent=await visit.form(), present=found))

    return [new, edit, new_sent, edit_sent]


def changed(visit: Visit, desk: Desk, *, sent: Sent, present: Purpose | None) -> Response[Any]:
    """What becomes of a form that was sent: looked at first, put in force, or taken away."""
    form, do = form_sent(sent), first(sent, "do")
    try:
        if do == "remove" and present is not None:
            put_in_force(desk.ws.store, propose_removal(desk.ws.store, present.key), by=visit.caller.by)
            return see(f"{LIST}?done=removed")
        purpose = purpose_of(form, present)
        plan = propose_purpose(desk.ws.store, purpose)
        if do == "save":
            return saved(visit, plan, key=purpose.key)
    except UserError as error:
        return edited(visit, desk, state=Edited(form, present), notices=wrong(visit, error))
    return edited(visit, desk, state=Edited(form, present, plan, purpose))


def saved(visit: Visit, plan: PurposePlan, *, key: str) -> Response[Any]:
    """Put a plan in force, and show what it is about."""
    if plan.is_empty:
        return see(f"{LIST}/{key}?done=nothing")
    put_in_force(visit.ws.store, plan, by=visit.caller.by)
    return see(f"{LIST}/{key}?done=saved")


class Edited(msgspec.Struct, frozen=True):
    """A form as it stands: of which purpose, and what it would change where that was asked."""

    form: PurposeForm
    present: Purpose | None = None
    plan: PurposePlan | None = None
    after: Purpose | None = None


def edited(visit: Visit, desk: Desk, *, state: Edited, notices: tuple[Notice, ...] = ()) -> Html:
    """The form of a purpose, with what it would change where that was asked."""
    words, say, present = RecordWords(visit.language), visit.speech.say, state.present
    title = say("New purpose") if present is None else words.text(present.name)
    crumbs = back(visit)
    if present is not None:
        crumbs = (*crumbs, Crumb(title, f"{LIST}/{present.key}"))
    reach: tuple[Reach, ...] = ()
    if state.plan is not None:
        change = Changed(present, state.after, state.plan.document)
        reach = reach_changed(desk.ws, change, can=visit.can)
    at = 0 if visit.language == "fr" else 1
    return visit.show(
        "purpose_form.html",
        framed(visit, title, crumbs=crumbs, notices=notices),
        form=state.form,
        present=present,
        plan=state.plan,
        reach=reach,
        words=words,
        choices=purpose_form,
        specials={key: pair[at] for key, pair in SPECIALS.items()},
        starts={key: pair[at] for key, pair in STARTS.items()},
        thens={key: pair[at] for key, pair in THEN.items()},
        status=422 if notices else 200,
    )


def controller_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Who answers for the processing."""

    def shown(visit: Visit, fields: Mapping[str, str], *, notices: tuple[Notice, ...] = ()) -> Html:
        title = visit.speech.say("Who answers for the processing")
        frame = framed(visit, title, crumbs=back(visit), notices=notices)
        return visit.show("controller.html", frame, fields=fields)

    def sent(visit: Visit, given: Sent) -> Response[Any]:
        fields = {
            name: first(given, name)[:300] for name in ("name", "contact", "officer", "officer_contact")
        }
        present = purposes_in_force(desk.ws.store).document.controller
        kept = Controller(name="") if present is None else present
        officer = Body(fields["officer"], fields["officer_contact"]) if fields["officer"] else None
        wanted = Controller(fields["name"], fields["contact"], kept.representative, officer, joint=kept.joint)
        if not fields["name"]:
            told = Notice(visit.speech.say("Write the name of the organisation."), "bad")
            return shown(visit, fields, notices=(told,))
        plan = propose_controller(desk.ws.store, wanted)
        if not plan.is_empty:
            put_in_force(desk.ws.store, plan, by=visit.caller.by)
        return see(f"{LIST}?done={'nothing' if plan.is_empty else 'saved'}")

    @get(LIST + "/controller", opt=CHANGES, **PAGE)
    def controller(request: Asked) -> Html:
        present = purposes_in_force(desk.ws.store).document.controller
        officer = present.data_protection_officer if present else None
        fields = {
            "name": present.name if present else "",
            "contact": present.contact if present else "",
            "officer": officer.name if officer else "",
            "officer_contact": officer.contact if officer else "",
        }
        return shown(Visit(request, desk.ws), fields)

    @post(LIST + "/controller", opt=CHANGES, **SENT)
    async def controller_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(sent, visit, await visit.form()))

    return [controller, controller_sent]


def back(visit: Visit) -> tuple[Crumb, ...]:
    """The way back to the list."""
    return (Crumb(visit.speech.say("Purposes"), LIST),)
