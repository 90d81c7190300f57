"""Requests of people and retention over the API."""

from __future__ import annotations

from typing import Any

from litestar import get, patch, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import privacy_shapes as shapes
from vitrail.app.http.api.asking import told_figure
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.privacy_shapes import of
from vitrail.app.instants import instant
from vitrail.app.respect_settings import respect_of
from vitrail.app.rights.due import due_lines
from vitrail.app.rights.requests import Dated, NewRequest, close, extend, list_requests, receive
from vitrail.app.workspace import Workspace
from vitrail.app.written import whole_number
from vitrail.model.errors import refuse
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200}
TAGS: dict[str, Any] = {"tags": ["Privacy"]}


def rights_api(bench: Bench) -> list[HTTPRouteHandler]:
    """The register of requests, and retention."""
    place = "/api/requests"

    @get(place, opt=needs("serve_rights"), **TAGS, operation_id="requests")
    async def requests(request: Request) -> shapes.Requests:
        """Every request, with its legal deadline (GDPR, article 12(3))."""
        return shapes.Requests(tuple(map(told_request, await bench.look(list_requests))))

    @post(place, opt=needs("serve_rights"), **TAGS, operation_id="addRequest")
    async def received(request: Request, data: shapes.RequestAsked) -> shapes.RequestTold:
        """Note a request of a person."""
        by = caller_of(request).by

        def noted(store: Store) -> shapes.RequestTold:
            made = receive(store, NewRequest(data.right, data.person, data.how, data.received), by=by)
            return one_request(store, made.number)

        return await bench.look(noted)

    @patch(place + "/{number:str}", opt=needs("serve_rights"), **TAGS, operation_id="changeRequest")
    async def changed(request: Request, number: str, *, data: shapes.RequestChange) -> shapes.RequestTold:
        """Note that a request was answered, or refuse or extend it with a reason."""
        by = caller_of(request).by
        which = whole_number(number) or 0

        def done(store: Store) -> shapes.RequestTold:
            if data.do == "extend":
                extend(store, which, why=data.why, by=by)
            else:
                close(store, which, refused=data.do == "refuse", why=data.why, by=by)
            return one_request(store, which)

        return await bench.look(done)

    return [requests, received, changed, *retention_routes(bench)]


def one_request(store: Store, number: int) -> shapes.RequestTold:
    """One request as the API tells it."""
    return next(told_request(each) for each in list_requests(store) if each.request.number == number)


def told_request(dated: Dated) -> shapes.RequestTold:
    """A request as the API tells it."""
    asked = dated.request
    return shapes.RequestTold(
        asked.number, asked.right, dated.key, asked.how, dated.received, dated.due, asked.state,
        dated.urgency, asked.extended_why, dated.closed, asked.why,
    )  # fmt: skip


def retention_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Rules of retention, what would go, letting it go."""
    place = "/api/retention"

    @get(place, opt=needs("manage_purposes"), **TAGS, operation_id="retention")
    async def retention(request: Request) -> shapes.RetentionTold:
        """The rules in force."""
        return await bench.ask(told_retention)

    @patch(place, opt=needs("manage_purposes"), **TAGS, operation_id="changeRetention")
    async def changed(request: Request, data: shapes.RetentionChange) -> shapes.RetentionTold:
        """Put other rules in force, or switch the daily run."""
        actor = caller_of(request).by.actor

        def done(ws: Workspace) -> shapes.RetentionTold:
            if data.rules is not None and data.ready:
                raise refuse(
                    "which_rules",
                    path="rules",
                    fr="Donnez des règles, ou « ready » ; l’un des deux.",
                    en="Give rules, or “ready”; one of the two.",
                )
            if data.rules is not None or data.ready:
                ws.retention.define(data.rules, actor=actor)
            if data.on is not None:
                ws.retention.switch(data.on, actor=actor)
            return told_retention(ws)

        return await bench.ask(done)

    @post(place + "/plan", **SENT, opt=needs("manage_purposes"), **TAGS, operation_id="planRetention")
    async def plan(request: Request) -> shapes.RetentionPlanTold:
        """What would go now. Nothing is changed."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_plan(ws, caller))

    @post(place + "/run", **SENT, opt=needs("manage_purposes"), **TAGS, operation_id="runRetention")
    async def run(request: Request, data: shapes.RetentionRun) -> shapes.RetentionDone:
        """Let go what a plan said, if it still says the same. It cannot be undone."""
        actor = caller_of(request).by.actor

        def done(ws: Workspace) -> shapes.RetentionDone:
            found = ws.retention.plan()
            if found.seal != data.seal:
                raise refuse(
                    "retention_moved_on",
                    fr="Qui ou ce qui doit partir a changé depuis ce plan : rien n’a été fait.",
                    en="Who or what has to go has changed since this plan: nothing was done.",
                )
            return of(shapes.RetentionDone, ws.retention.run(found, actor=actor))

        return await bench.ask(done)

    return [retention, changed, plan, run]


def told_retention(ws: Workspace) -> shapes.RetentionTold:
    """The rules as the API tells them."""
    return shapes.RetentionTold(ws.retention.rules, ws.retention.is_on)


def told_plan(ws: Workspace, caller: Caller) -> shapes.RetentionPlanTold:
    """A plan as the API tells it; small groups are not told to who may not see people."""
    plan = ws.retention.plan()
    smallest = respect_of(ws.store).smallest_group
    lines = due_lines(plan, exact="view_people" in caller.permissions, smallest=smallest)
    due = tuple(shapes.DueTold(each.rule, each.what, told_figure(each.figure)) for each in lines)
    return shapes.RetentionPlanTold(instant(plan.at_us), plan.seal, due)
