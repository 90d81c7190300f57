"""The addresses of the builder: a new segment, and a new version of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.bench import Bench, at_of, bench_of, built_of, ground_of, show
from vitrail.app.http.web.renewing import renew
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.segment_acts import defining
from vitrail.app.web.builder.form import first
from vitrail.app.web.builder.saving import definition, named, naming_of, to_define
from vitrail.app.web.builder.session import opened, sent_back
from vitrail.app.web.desk import Desk
from vitrail.language.format import format
from vitrail.ledger.audit import Subject
from vitrail.model.definitions import Segment
from vitrail.model.errors import UserError
from vitrail.warehouse.refresh import defined

EDITS = needs("edit_segments")
EMPTY = Segment(key="", name={}, rule="")
Sent = Mapping[str, Sequence[str]]


def builder_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The builder, for a new segment and for those that are defined."""

    def start(visit: Visit, key: str) -> Html:
        segment = definition(desk.ws, key) if key else None
        model = copied(desk, visit.asked("from")) if not key else None
        rule = visit.asked("rule") or (segment or model or EMPTY).rule
        bench = Bench(
            key=key,
            naming=naming_of(segment or model),
            at_us=at_of(desk, as_of=visit.asked("as_of"), opened_us=desk.settled.instant()),
            as_of=visit.asked("as_of"),
        )
        return show(visit, opened(rule, ground_of(visit)), desk=desk, bench=bench)

    def answer(visit: Visit, sent: Sent, *, key: str) -> Response[Any]:
        segment = definition(desk.ws, key) if key else None
        bench = bench_of(visit, key, sent=sent, desk=desk)
        draft = sent_back(sent, ground_of(visit))
        do = first(sent, "do")
        if do not in ("save", "review"):
            return show(visit, draft, desk=desk, bench=bench)
        built = built_of(visit, draft, desk=desk, bench=bench)
        try:
            wanted = named(built, bench.naming, present=segment, ground=ground_of(visit))
            plan = desk.ws.plan(to_define(desk.ws, wanted))
            if do == "save":
                subject = Subject("segment", wanted.key)
                desk.ws.apply(plan, acts=defining(plan, visit.caller.by, subject=subject))
                renew(visit, desk)
                return see(f"/segments/{wanted.key}")
            bench = msgspec.structs.replace(bench, plan=plan)
        except UserError as error:
            bench = msgspec.structs.replace(bench, refusals=error.problems)
        return show(visit, draft, desk=desk, bench=bench)

    @get("/segments/new", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def new(request: Asked) -> Html:
        return start(Visit(request, desk.ws), "")

    @get("/segments/{key:str}/edit", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def edit(request: Asked, key: str) -> Html:
        return start(Visit(request, desk.ws), key)

    @post("/segments/new", opt=EDITS, include_in_schema=False, status_code=200)
    async def new_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answer, visit, await visit.form(), key=""))

    @post("/segments/{key:str}/edit", opt=EDITS, include_in_schema=False, status_code=200)
    async def edit_sent(request: Asked, key: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        return await run_sync(partial(answer, visit, await visit.form(), key=key))

    return [new, edit, new_sent, edit_sent]


def copied(desk: Desk, key: str) -> Segment | None:
    """A new segment that begins as another one, or as a class; None where none is named."""
    if not key:
        return None
    compiled = defined(desk.ws.store)[1]
    found = next((each for each in compiled.document.segments if each.key == key), None)
    if found is None:
        condition = compiled.conditions.get(key)
        return None if condition is None else Segment(key=key, name={}, rule=format(condition))
    words = {"fr": "Copie de %s", "en": "Copy of %s"}
    name = {language: words.get(language, "%s") % each for language, each in found.name.items()}
    return msgspec.structs.replace(found, name=name, archived=False)
