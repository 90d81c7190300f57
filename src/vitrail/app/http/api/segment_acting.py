"""What is done to segments over the API besides their rules, and what is asked of them over time."""

from __future__ import annotations

import datetime as dt
from typing import Any

from litestar import delete, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app import segment_acts
from vitrail.app.counting import Counts
from vitrail.app.falling import Question, reach_of
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import segment_shapes as shapes
from vitrail.app.http.api.asking import may_ask, told_figure
from vitrail.app.http.api.bench import Bench
from vitrail.app.instants import microseconds
from vitrail.app.renewing import waiting
from vitrail.app.segment_acts import Naming
from vitrail.app.segment_dates import Seen, between
from vitrail.app.workspace import Workspace
from vitrail.consent.purposes import find_purpose, register_of
from vitrail.language.parse import parse
from vitrail.model.errors import UserError
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200}
EDITS = needs("edit_segments")
UNSEEN = Seen(people=False, masked=True)


def segment_acting(bench: Bench) -> list[HTTPRouteHandler]:
    """Tags, names, archive, removal; reach of an unsaved rule, two dates, and what waits to be counted."""
    return [*_changes(bench), *_questions(bench)]


def _changes(bench: Bench) -> list[HTTPRouteHandler]:
    @post("/api/segments/tags", **SENT, opt=EDITS, tags=["Segments"], operation_id="tagSegments")
    async def tag(request: Request, data: shapes.TagsAsked) -> shapes.Done:
        """Add tags to some segments and take others from them: all of them, or none."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Done:
            segment_acts.retag(ws, data.keys, add=data.add, take=data.take, by=caller.by)
            return shapes.Done(data.keys)

        return await bench.ask(done)

    @post("/api/segments/archive", **SENT, opt=EDITS, tags=["Segments"], operation_id="archiveSegments")
    async def archive(request: Request, data: shapes.ArchiveAsked) -> shapes.Done:
        """Put segments out of sight, or bring them back: they stay defined, with their history."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Done:
            segment_acts.put_aside(ws, data.keys, aside=data.archived, by=caller.by)
            return shapes.Done(data.keys)

        return await bench.ask(done)

    @post("/api/segments/{key:str}/words", **SENT, opt=EDITS, tags=["Segments"], operation_id="renameSegment")
    async def words(request: Request, key: str, *, data: shapes.WordsAsked) -> shapes.Done:
        """Call a segment otherwise; its key and its rule stay."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Done:
            naming = Naming(data.name, data.description, data.owner)
            segment_acts.rename(ws, key, naming=naming, by=caller.by)
            return shapes.Done((key,))

        return await bench.ask(done)

    @delete("/api/segments/{key:str}", **SENT, opt=EDITS, tags=["Segments"], operation_id="removeSegment")
    async def remove(request: Request, key: str) -> shapes.Done:
        """Remove a segment that nothing uses; its versions stay, and it can be restored."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Done:
            segment_acts.remove(ws, key, by=caller.by)
            return shapes.Done((key,))

        return await bench.ask(done)

    @post(
        "/api/segments/{key:str}/restore", **SENT, opt=EDITS, tags=["Segments"], operation_id="restoreSegment"
    )
    async def restore(request: Request, key: str) -> shapes.Done:
        """Define a removed segment again as it last was."""
        caller = caller_of(request)

        def done(ws: Workspace) -> shapes.Done:
            segment_acts.bring_back(ws, key, by=caller.by)
            return shapes.Done((key,))

        return await bench.ask(done)

    return [tag, archive, words, remove, restore]


def _questions(bench: Bench) -> list[HTTPRouteHandler]:
    @post("/api/reach", **SENT, opt=needs("view_segments"), tags=["Questions"], operation_id="reach")
    async def reach(request: Request, data: shapes.ReachAsked) -> shapes.ReachTold:
        """How many who meet a rule may be reached, and how many fall at each step: nothing is saved."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_reach(ws, caller, data=data))

    @get(
        "/api/segments/{key:str}/between",
        opt=needs("view_segments"),
        tags=["Segments"],
        operation_id="segmentBetween",
    )
    async def compare(request: Request, key: str, *, start: dt.date, end: dt.date) -> shapes.BetweenTold:
        """How many came into a segment and went out of it between the ends of two days."""
        caller = caller_of(request)
        return await bench.ask(lambda ws: told_between(ws, caller, key=key, days=(start, end)))

    @get("/api/refresh", opt=needs("view_segments"), tags=["Segments"], operation_id="refreshStanding")
    async def standing() -> shapes.RefreshStanding:
        """Whether definitions wait to be counted: members and sizes are those of before."""

        def told(store: Store) -> shapes.RefreshStanding:
            found = waiting(store)
            return shapes.RefreshStanding(found is not None, found.since if found else None)

        return await bench.look(told)

    return [reach, compare, standing]


def told_reach(ws: Workspace, caller: Caller, *, data: shapes.ReachAsked) -> shapes.ReachTold:
    """The way from a rule to its audience. Raises `UserError` for a rule or a purpose that is wrong."""
    may_ask(ws, caller, rule=data.rule)
    wrong = tuple(each for each in ws.check(data.rule) if each.severity == "error")
    if wrong:
        raise UserError(wrong)
    find_purpose(register_of(ws.store).document, data.purpose)
    at_us = None if data.as_of is None else microseconds(data.as_of)
    question = Question("", parse(data.rule), data.purpose, data.channel, at_us, (data.purpose,))
    found = reach_of(ws, question, counts=Counts(ws, caller.permissions), language="en")
    falls = tuple(
        shapes.FallCounted(fall.step, told_figure(fall.fell), told_figure(fall.left)) for fall in found.falls
    )
    return shapes.ReachTold(told_figure(found.segment), falls, told_figure(found.audience))


def told_between(
    ws: Workspace, caller: Caller, *, key: str, days: tuple[dt.date, dt.date]
) -> shapes.BetweenTold:
    """What changed in a segment between two days, in the figures somebody may see."""
    ws.segment(key)
    counts = Counts(ws, caller.permissions)
    found = between(ws, key, days=days, counts=counts, seen=UNSEEN)
    return shapes.BetweenTold(
        start=found.start,
        end=found.end,
        before=told_figure(found.before),
        after=told_figure(found.after),
        entered=told_figure(found.entered),
        left=told_figure(found.left),
        stayed=told_figure(found.stayed),
    )
