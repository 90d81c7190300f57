"""Ready-made definitions over the API, what they are called here, and removing definitions."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import overview_shapes as told
from vitrail.app.http.api import shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.segments import told_plan
from vitrail.app.ready.here import choose_mapping, mapping_of, ready_here, ready_part
from vitrail.app.segment_acts import defining
from vitrail.app.workspace import Workspace
from vitrail.ledger.audit import Subject
from vitrail.warehouse.changes import Plan

SENT: dict[str, Any] = {"status_code": 200}
SEES, EDITS = needs("view_segments"), needs("edit_segments")


def ready_api(bench: Bench) -> list[HTTPRouteHandler]:
    """The ready-made definitions, and how things are called here."""

    @get("/api/ready", opt=SEES, tags=["Ready-made"], operation_id="ready")
    async def ready(request: Request) -> told.ReadyTold:
        """The ready-made definitions that fit this workspace, and why the others do not."""

        def found(ws: Workspace) -> told.ReadyTold:
            known = ready_here(ws.store, ws.catalogue.current())
            left_out = tuple(told.LeftOutTold(each.key, each.reason) for each in known.left_out)
            return told.ReadyTold(known.definitions, left_out)

        return await bench.ask(found)

    @post("/api/ready/plan", **SENT, opt=EDITS, tags=["Ready-made"], operation_id="planReady")
    async def plan_ready(request: Request, data: told.KeysAsked) -> shapes.PlanTold:
        """What using some ready-made definitions would change: nothing is changed."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_plan(planned_ready(ws, data), caller, applied=False))

    @post("/api/ready/apply", **SENT, opt=EDITS, tags=["Ready-made"], operation_id="applyReady")
    async def apply_ready(request: Request, data: told.KeysAsked) -> shapes.PlanTold:
        """Use some ready-made definitions, with those they refer to."""
        caller = caller_of(request)
        return await bench.ask(
            lambda ws: put_in_force(ws, planned_ready(ws, data), caller=caller, why=data.note)
        )

    @get("/api/mapping", opt=SEES, tags=["Ready-made"], operation_id="mapping")
    async def mapping(request: Request) -> told.MappingTold:
        """How orders, amounts and the rest are called in this workspace."""
        return told.MappingTold(await bench.look(mapping_of))

    @post("/api/mapping", **SENT, opt=EDITS, tags=["Ready-made"], operation_id="chooseMapping")
    async def choose(request: Request, data: told.MappingAsked) -> told.MappingTold:
        """Say how some things are called here; the others stay."""
        caller = caller_of(request)

        def chosen(ws: Workspace) -> told.MappingTold:
            names = choose_mapping(ws.store, data.names)
            note(ws.store, caller.by.act("mapping.choose", Subject("mapping")))
            return told.MappingTold(names)

        return await bench.ask(chosen)

    return [ready, plan_ready, apply_ready, mapping, choose, *removal_routes(bench)]


def removal_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Removing segments and segmentations, told before it is done."""

    @post("/api/definitions/removal/plan", **SENT, opt=EDITS, tags=["Segments"], operation_id="planRemoval")
    async def plan_removal(request: Request, data: told.KeysAsked) -> shapes.PlanTold:
        """What removing some segments or segmentations would change."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_plan(ws.plan_removal(*data.keys), caller, applied=False))

    @post("/api/definitions/removal/apply", **SENT, opt=EDITS, tags=["Segments"], operation_id="applyRemoval")
    async def apply_removal(request: Request, data: told.KeysAsked) -> shapes.PlanTold:
        """Remove some segments or segmentations; their history is kept."""
        caller = caller_of(request)
        return await bench.ask(
            lambda ws: put_in_force(ws, ws.plan_removal(*data.keys), caller=caller, why=data.note)
        )

    return [plan_removal, apply_removal]


def planned_ready(ws: Workspace, data: told.KeysAsked) -> Plan:
    """What using some ready-made definitions would change. Raises `UserError` for those that do not fit."""
    return ws.plan(ready_part(ready_here(ws.store, ws.catalogue.current()), data.keys))


def put_in_force(ws: Workspace, plan: Plan, *, caller: Caller, why: str) -> shapes.PlanTold:
    """Apply a plan, unless it is empty, and note it."""
    if not plan.is_empty:
        ws.apply(plan, note=why, acts=defining(plan, caller.by))
    return told_plan(plan, caller, applied=not plan.is_empty)
