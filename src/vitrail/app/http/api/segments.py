"""Segments over the API: the list, one of them, its members, a refresh, definitions planned and applied."""

from __future__ import annotations

from typing import Any

from litestar import get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.counting import Counts
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of, language_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import shapes
from vitrail.app.http.api.asking import paged, told_figure
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.lists import note_list
from vitrail.app.masking import masked_keys, refuse_personal
from vitrail.app.segment_acts import defining
from vitrail.app.workspace import Workspace
from vitrail.consent.small_groups import Figure
from vitrail.language.describe import describe
from vitrail.language.format import format
from vitrail.language.parse import parse
from vitrail.ledger.audit import Subject
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import UserError
from vitrail.warehouse.changes import Change, Plan
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.people import numbers_of
from vitrail.warehouse.refresh import defined

SENT: dict[str, Any] = {"status_code": 200}


def segment_api(bench: Bench) -> list[HTTPRouteHandler]:
    """What can be asked of segments, and done to them."""

    @get("/api/segments", opt=needs("view_segments"), tags=["Segments"], operation_id="segments")
    async def segments(request: Request) -> shapes.Segments:
        """Every segment and class, with its size at the last refresh."""
        caller, language = caller_of(request), language_of(request)
        return await bench.ask(lambda ws: shapes.Segments(all_segments(ws, caller, language=language)))

    @get("/api/segments/{key:str}", opt=needs("view_segments"), tags=["Segments"], operation_id="segment")
    async def segment(request: Request, key: str) -> shapes.SegmentTold:
        """One segment or class (`activity.active`)."""
        caller, language = caller_of(request), language_of(request)
        return await bench.ask(lambda ws: one_segment(ws, caller, key=key, language=language))

    @get(
        "/api/segments/{key:str}/members",
        opt=needs("view_people"),
        tags=["Segments"],
        operation_id="segmentMembers",
    )
    async def members(
        request: Request, key: str, *, after: str = "", limit: shapes.Limit = 1_000
    ) -> shapes.Members:
        """Who is in a segment as of the last refresh, by pages."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: members_page(ws, caller, key=key, after=after, limit=limit))

    @post("/api/refresh", **SENT, opt=needs("edit_segments"), tags=["Segments"], operation_id="refresh")
    async def refresh(request: Request, data: shapes.RefreshAsked) -> shapes.Refreshed:
        """Bring every segment up to date."""
        caller = caller_of(request)

        def refreshed(ws: Workspace) -> shapes.Refreshed:
            done = ws.refresh(full=data.full)
            note(ws.store, caller.by.act("segments.refresh", Subject("run", str(done.run))))
            numbers = (done.evaluated_profiles, done.entered, done.left)
            return shapes.Refreshed(*(numbers if sees_people(caller) else (None, None, None)))

        return await bench.ask(refreshed)

    return [segments, segment, members, refresh, *definition_routes(bench)]


def definition_routes(bench: Bench) -> list[HTTPRouteHandler]:
    """Definitions: what they would change, then putting them in force."""

    @post(
        "/api/definitions/plan",
        **SENT,
        opt=needs("edit_segments"),
        tags=["Segments"],
        operation_id="planDefinitions",
    )
    async def plan(request: Request, data: shapes.DefinitionsAsked) -> shapes.PlanTold:
        """What definitions would change: nothing is changed."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_plan(planned(ws, caller, data=data), caller, applied=False))

    @post(
        "/api/definitions/apply",
        **SENT,
        opt=needs("edit_segments"),
        tags=["Segments"],
        operation_id="applyDefinitions",
    )
    async def apply(request: Request, data: shapes.DefinitionsAsked) -> shapes.PlanTold:
        """Put definitions in force; answers what changed."""
        caller = caller_of(request)

        def applied(ws: Workspace) -> shapes.PlanTold:
            found = planned(ws, caller, data=data)
            if not found.is_empty:
                ws.apply(found, note=data.note, acts=defining(found, caller.by))
            return told_plan(found, caller, applied=not found.is_empty)

        return await bench.ask(applied)

    return [plan, apply]


def sees_people(caller: Caller) -> bool:
    """Whether exact numbers of few people may be told."""
    return "view_people" in caller.permissions


def all_segments(ws: Workspace, caller: Caller, *, language: str) -> tuple[shapes.SegmentTold, ...]:
    """Every segment and class."""
    sizes = Counts(ws, caller.permissions).segments()
    catalogue = ws.catalogue.current()
    names = names_of(defined(ws.store)[1].document)
    return tuple(
        told_segment(key, catalogue, names=names, size=sizes.get(key), language=language)
        for key in catalogue.segments
    )


def one_segment(ws: Workspace, caller: Caller, *, key: str, language: str) -> shapes.SegmentTold:
    """One segment or class. Raises `UserError` for one nobody defined."""
    catalogue = ws.catalogue.current()
    if key not in catalogue.segments:
        raise UserError((unknown_segment(key, catalogue.segments),))
    size = Counts(ws, caller.permissions).segments().get(key)
    names = names_of(defined(ws.store)[1].document)
    return told_segment(key, catalogue, names=names, size=size, language=language)


def told_segment(
    key: str,
    catalogue: Catalogue,
    *,
    names: dict[str, dict[str, str]],
    size: Figure | None,
    language: str,
) -> shapes.SegmentTold:
    """A segment as the API tells it: its rule and its sentence are those of its whole condition."""
    condition = catalogue.segments[key]
    return shapes.SegmentTold(
        key=key,
        name=names.get(key, {}),
        rule=format(condition),
        sentence=describe(condition, catalogue, language=language),
        size=None if size is None else told_figure(size),
    )


def names_of(document: DefinitionFile) -> dict[str, dict[str, str]]:
    """The names of segments and classes, by key."""
    names = {each.key: each.name for each in document.segments}
    for grouped in document.segmentations:
        names |= {f"{grouped.key}.{part.key}": part.name for part in grouped.classes}
        names[f"{grouped.key}.{grouped.otherwise.key}"] = grouped.otherwise.name
    return names


def members_page(ws: Workspace, caller: Caller, *, key: str, after: str, limit: int) -> shapes.Members:
    """A page of the members of a segment; that it was looked at is in the trail."""
    keys = ws.segment(key).members()["profile"]
    if caller.is_masked:
        keys = masked_keys(ws.store, numbers_of(ws.store.source(), keys.to_pylist()))
    page = paged(keys.to_pylist(), after=after, limit=limit, masked=caller.is_masked)
    note_list(ws, caller, keys=page.profiles, segment=key)
    return page


def planned(ws: Workspace, caller: Caller, *, data: shapes.DefinitionsAsked) -> Plan:
    """What definitions would change. Raises `UserError` where a rule asks for what is hidden."""
    if caller.is_masked:
        catalogue = ws.catalogue.current()
        for rule in rules_of(data.definitions):
            if not any(each.severity == "error" for each in ws.check(rule)):
                refuse_personal(parse(rule), catalogue)
    return ws.plan(data.definitions, prune=data.prune)


def rules_of(document: DefinitionFile) -> list[str]:
    """The text of every rule."""
    rules = [each.rule for each in document.segments]
    for grouped in document.segmentations:
        rules += [each.rule for each in grouped.classes]
        rules += [grouped.among] if grouped.among else []
    return rules


def told_plan(plan: Plan, caller: Caller, *, applied: bool) -> shapes.PlanTold:
    """A plan as the API tells it: without the people of its samples."""
    exact = sees_people(caller)
    changes = tuple(told_change(each, exact=exact) for each in plan.changes if each.action != "unchanged")
    return shapes.PlanTold(applied, changes, plan.count("unchanged"))


def told_change(change: Change, *, exact: bool) -> shapes.ChangeTold:
    """What happens to one segment."""
    return shapes.ChangeTold(
        change.key,
        change.action,
        change.rule_before,
        change.rule_after,
        change.entering if exact else None,
        change.leaving if exact else None,
    )
