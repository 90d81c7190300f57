"""The addresses of segmentations: their list, one of them, changing, applying ready-made ones, removing."""

from __future__ import annotations

from functools import partial
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.counting import Counts
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.overview import all_names, moves_shown, wish_of
from vitrail.app.http.web.renewing import renew
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.ready.here import choose_mapping, mapping_of, ready_here, ready_part
from vitrail.app.segment_acts import defining
from vitrail.app.segmentations.classes import users_of
from vitrail.app.segmentations.moving import Moves, find_segmentation, moves_if
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview.gathering import chosen_moves
from vitrail.app.web.overview.maps import draw_moves, matrix_of, names_in, shown_moves
from vitrail.app.web.pages import Crumb
from vitrail.app.web.segmentations.counting import class_counts
from vitrail.app.web.segmentations.form import Draft, acted, draft_of, draft_sent, segmentation_of
from vitrail.app.web.segmentations.journeys import journey_tree
from vitrail.app.web.segmentations.listing import listing
from vitrail.app.web.segmentations.mapping import asked_roles, roles_told
from vitrail.app.web.segmentations.one import draw_parts, one_segmentation, version_at
from vitrail.ledger.audit import Subject
from vitrail.model.definitions import Segmentation
from vitrail.model.errors import Problem, UserError, refuse
from vitrail.warehouse.changes import Plan
from vitrail.warehouse.refresh import defined

SEES, EDITS = needs("view_segments"), needs("edit_segments")
HERE = "/segmentations"
TAKEN: dict[str, Any] = {"opt": EDITS, "include_in_schema": False, "status_code": 200, "sync_to_thread": True}


def segmentation_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The list of segmentations, and the page of each."""

    @get(HERE, opt=SEES, include_in_schema=False, sync_to_thread=True)
    def segmentations(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        counts = Counts(desk.ws, visit.can)
        return visit.show(
            "segmentations.html",
            visit.frame(visit.speech.say("Segmentations"), section="segmentations"),
            listing=listing(desk, language=visit.language, counts=counts),
        )

    @get(HERE + "/{key:str}", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def segmentation(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        counts = Counts(desk.ws, visit.can)
        one = one_segmentation(desk, key, speech=visit.speech, counts=counts)
        wish = msgspec.structs.replace(wish_of(visit), segmentation=key)
        drawn = ("classes drawn", desk.state(), key, visit.language, counts.exact)
        names, chosen = names_in(one.definition, visit.speech), chosen_moves(desk, wish)
        return visit.show(
            "segmentation.html",
            visit.frame(one.name, section="segmentations", crumbs=crumbs(visit)),
            one=one,
            key=key,
            exact=counts.exact,
            titles=names,
            journeys=journey_tree(desk, chosen, names=names, counts=counts) if chosen else None,
            drawn=desk.keep(drawn, lambda: draw_parts(one, visit.speech)),
            names=all_names(visit),
            wish=wish,
            **moves_shown(desk, visit, counts=counts, wish=wish),
        )

    return [segmentations, segmentation, *edit_routes(desk), *step_routes(desk), *mapping_routes(desk)]


def edit_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The form of a segmentation, new or defined."""

    def start(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        present = find_segmentation(defined(desk.ws.store)[1].document, key) if key else None
        return form(visit, desk, draft=draft_of(present) if present else Draft(), key=key)

    def answer(visit: Visit, sent: dict[str, list[str]], *, key: str) -> Response[Any]:
        present = find_segmentation(defined(desk.ws.store)[1].document, key) if key else None
        do = next(iter(sent.get("do", ())), "")
        draft = acted(draft_sent(sent), do)
        if do not in ("save", "review"):
            return form(visit, desk, draft=draft, key=key)
        try:
            catalogue = desk.ws.catalogue.current()
            wanted = segmentation_of(draft, present, catalogue=catalogue, hides=visit.caller.is_masked)
            plan = desk.ws.plan(wanted)
            if do == "save":
                return done(visit, desk, plan=plan, subject=Subject("segmentation", wanted.key))
        except UserError as error:
            return form(visit, desk, draft=draft, key=key, refusals=error.problems)
        return form(visit, desk, draft=draft, key=key, **foreseen(visit, desk, plan=plan, key=wanted.key))

    @get(HERE + "/new", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def new_segmentation(request: Asked) -> Html:
        return start(request, "")

    @get(HERE + "/{key:str}/edit", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def edit_segmentation(request: Asked, key: str) -> Html:
        return start(request, key)

    @post(HERE + "/new", opt=EDITS, include_in_schema=False, status_code=200)
    async def new_segmentation_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answer, visit, await visit.form(), key=""))

    @post(HERE + "/{key:str}/edit", opt=EDITS, include_in_schema=False, status_code=200)
    async def edit_segmentation_sent(request: Asked, key: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answer, visit, await visit.form(), key=key))

    return [new_segmentation, edit_segmentation, new_segmentation_sent, edit_segmentation_sent]


def step_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Steps shown before they are taken: a ready-made definition, a removal, a version brought back."""

    def planned(visit: Visit, what: str, *, key: str) -> Plan:
        if what == "remove":
            return removal(visit, desk, key=key)
        if what == "restore":
            return desk.ws.plan(version_at(desk, key, number=visit.asked("version")))
        return desk.ws.plan(ready_part(ready_here(desk.ws.store, desk.ws.catalogue.current()), (key,)))

    def see_step(request: Asked, what: str, *, key: str) -> Html:
        visit = Visit(request, desk.ws)
        return step_page(visit, desk, plan=planned(visit, what, key=key), what=what, key=key)

    def take_step(request: Asked, what: str, *, key: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return done(visit, desk, plan=planned(visit, what, key=key), subject=Subject("segmentation", key))

    @get(HERE + "/ready/{key:str}", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def ready_segmentation(request: Asked, key: str) -> Html:
        return see_step(request, "ready", key=key)

    @post(HERE + "/ready/{key:str}", **TAKEN)
    def apply_ready(request: Asked, key: str) -> Response[Any]:
        return take_step(request, "ready", key=key)

    @get(HERE + "/{key:str}/remove", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def see_remove(request: Asked, key: str) -> Html:
        return see_step(request, "remove", key=key)

    @post(HERE + "/{key:str}/remove", **TAKEN)
    def take_remove(request: Asked, key: str) -> Response[Any]:
        return take_step(request, "remove", key=key)

    @get(HERE + "/{key:str}/restore", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def see_restore(request: Asked, key: str) -> Html:
        return see_step(request, "restore", key=key)

    @post(HERE + "/{key:str}/restore", **TAKEN)
    def take_restore(request: Asked, key: str) -> Response[Any]:
        return take_step(request, "restore", key=key)

    return [ready_segmentation, apply_ready, see_remove, take_remove, see_restore, take_restore]


def mapping_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """What orders, amounts… are called in this workspace."""

    def page(visit: Visit, names: dict[str, str], *, refusals: tuple[Problem, ...] = ()) -> Html:
        title = visit.speech.say("How things are called here")
        frame = visit.frame(title, section="segmentations", crumbs=crumbs(visit))
        roles = roles_told(desk.ws.catalogue.current(), names, speech=visit.speech)
        return visit.show("mapping.html", frame, roles=roles, refusals=refusals)

    def answer(visit: Visit, sent: dict[str, list[str]]) -> Response[Any]:
        names = asked_roles(sent)
        try:
            choose_mapping(desk.ws.store, names)
        except UserError as error:
            return page(visit, names, refusals=error.problems)
        note(desk.ws.store, visit.caller.by.act("mapping.choose", Subject("mapping")))
        return see(HERE)

    @get(HERE + "/mapping", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def mapping(request: Asked) -> Html:
        return page(Visit(request, desk.ws), mapping_of(desk.ws.store))

    @post(HERE + "/mapping", opt=EDITS, include_in_schema=False, status_code=200)
    async def mapping_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answer, visit, await visit.form()))

    return [mapping, mapping_sent]


def form(
    visit: Visit, desk: Desk, *, draft: Draft, key: str, refusals: tuple[Problem, ...] = (), **shown: Any
) -> Html:
    """The form, with how many each class would hold, and what would change where that was asked."""
    say = visit.speech.say
    title = (draft.name_fr if visit.language == "fr" else draft.name_en) or draft.name_fr or draft.name_en
    frame = visit.frame(
        title or say("New segmentation"),
        section="segmentations",
        crumbs=crumbs(visit),
        address=f"{HERE}/{key}/edit" if key else f"{HERE}/new",
    )
    templates = {"type": "segmentation_counts.html", "act": "segmentation_parts.html"}
    counted = class_counts(draft, desk, counts=Counts(desk.ws, visit.can), hides=visit.caller.is_masked)
    return visit.show(
        templates.get(visit.live, "segmentation_edit.html"),
        frame,
        draft=draft,
        counted=counted,
        key=key,
        refusals=refusals,
        **{"plan": None, **shown},
    )


def foreseen(visit: Visit, desk: Desk, *, plan: Plan, key: str) -> dict[str, Any]:
    """What a plan would change: by class, and who would move from where to where."""
    counts = Counts(desk.ws, visit.can)
    after = next((each for each in plan.document.segmentations if each.key == key), None)
    before = next(
        (each for each in defined(desk.ws.store)[1].document.segmentations if each.key == key), None
    )
    shown: dict[str, Any] = {
        "plan": plan,
        "names": {**planned_names(visit, plan), **all_names(visit)},
        "exact": counts.exact,
        "moves": None,
    }
    if before is not None and after is not None:
        found = moves_if(desk.ws.store, plan.document, key=key, database=desk.ws.database)
        shown |= told_moves(visit, found, names=names_of_both(visit, before, after=after), counts=counts)
    return shown


def told_moves(visit: Visit, found: Moves, *, names: dict[str, str], counts: Counts) -> dict[str, Any]:
    """Moves that have not happened yet, drawn and as a table."""
    told = shown_moves(found, names, counts=counts)
    return {
        "moves": found,
        "moved": found.moved if counts.exact else None,
        "bands": draw_moves(told, visit.speech),
        "matrix": matrix_of(told, visit.speech),
    }


def names_of_both(visit: Visit, before: Segmentation, *, after: Segmentation) -> dict[str, str]:
    """The names of the classes of two versions."""
    return {**names_in(before, visit.speech), **names_in(after, visit.speech)}


def planned_names(visit: Visit, plan: Plan) -> dict[str, str]:
    """The names of the classes a plan brings."""
    names: dict[str, str] = {}
    for each in plan.document.segmentations:
        names |= names_in(each, visit.speech)
    return names


def step_page(visit: Visit, desk: Desk, *, plan: Plan, what: str, key: str) -> Html:
    """What a step would do, and the button that takes it."""
    say = visit.speech.say
    titles = {
        "ready": say("Use this ready-made definition?"),
        "remove": say("Remove this segmentation?"),
        "restore": say("Bring back this version?"),
    }
    frame = visit.frame(titles[what], section="segmentations", crumbs=crumbs(visit))
    removed = {each.key for each in plan.changes if each.action == "removed"}
    hurt = [each.key for each in plan.changes if each.action == "follows"]
    return visit.show(
        "segmentation_step.html",
        frame,
        what=what,
        key=key,
        version=visit.asked("version"),
        removed=removed,
        hurt=hurt,
        **foreseen(visit, desk, plan=plan, key=key),
    )


def done(visit: Visit, desk: Desk, *, plan: Plan, subject: Subject) -> Response[Any]:
    """Put a plan in force, note it, have segments counted, and show what came of it."""
    if not plan.is_empty:
        desk.ws.apply(plan, acts=defining(plan, visit.caller.by, subject=subject))
        renew(visit, desk)
    known = {each.key for each in plan.document.segmentations}
    if subject.id in known:
        return see(f"{HERE}/{subject.id}")
    segments = {each.key for each in plan.document.segments}
    return see(f"/segments/{subject.id}" if subject.id in segments else HERE)


def removal(visit: Visit, desk: Desk, *, key: str) -> Plan:
    """What removing a segmentation would change. Raises `UserError` with what still uses it."""
    compiled = defined(desk.ws.store)[1]
    used = users_of(compiled, find_segmentation(compiled.document, key))
    names = all_names(visit)
    users = ", ".join(dict.fromkeys(names.get(user, user) for each in used.values() for user in each))
    if users:
        raise refuse(
            "in_use",
            path=key,
            fr=f"On s’en sert ailleurs : {users}. Changez ou retirez d’abord ce qui s’en sert.",
            en=f"It is used elsewhere: {users}. Change or remove first what uses it.",
        )
    return desk.ws.plan_removal(key)


def crumbs(visit: Visit) -> tuple[Crumb, ...]:
    """The way back to the list."""
    return (Crumb(visit.speech.say("Segmentations"), HERE),)
