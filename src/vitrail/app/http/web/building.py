"""The addresses of the builder: a new segment, and a new version of one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.web.builder import words
from vitrail.app.web.builder.around import Overlap, overlaps, people
from vitrail.app.web.builder.controls import Maker
from vitrail.app.web.builder.counting import Settled
from vitrail.app.web.builder.form import first, parts
from vitrail.app.web.builder.offering import offers
from vitrail.app.web.builder.reading import Ground
from vitrail.app.web.builder.saving import Naming, definition, named, naming_of, naming_sent
from vitrail.app.web.builder.session import Built, Draft, build, opened, sent_back
from vitrail.app.web.builder.suggesting import suggested
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem, UserError
from vitrail.warehouse.changes import Plan

LONGEST = 4_000
SHOWS = ("people", "overlap")
EDITS = needs("edit_segments")
Sent = Mapping[str, Sequence[str]]


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of the builder: of which segment (empty: a new one), as of when, with what beside."""

    key: str
    naming: Naming
    at_us: int
    as_of: str
    shown: tuple[str, ...] = ()
    sees_people: bool = False
    plan: Plan | None = None
    refusals: tuple[Problem, ...] = ()


def builder_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The builder, for a new segment and for those that are defined."""
    settled = Settled(desk)

    def start(visit: Visit, key: str) -> Html:
        segment = definition(desk.ws, key) if key else None
        rule = visit.asked("rule") or (segment.rule if segment else "")
        bench = Bench(
            key=key,
            naming=naming_of(segment),
            at_us=at_of(desk, as_of=visit.asked("as_of"), opened_us=desk.ws.store.now_us()),
            as_of=visit.asked("as_of"),
        )
        return show(visit, opened(rule, ground_of(visit)), desk=desk, settled=settled, bench=bench)

    def answer(visit: Visit, sent: Sent, *, key: str) -> Response[Any]:
        segment = definition(desk.ws, key) if key else None
        bench = bench_of(visit, key, sent=sent, desk=desk)
        draft = sent_back(sent, ground_of(visit))
        do = first(sent, "do")
        if do not in ("save", "review"):
            return show(visit, draft, desk=desk, settled=settled, bench=bench)
        built = build(draft, ground_of(visit), settled=settled, at_us=bench.at_us)
        try:
            wanted = named(built, bench.naming, present=segment, ground=ground_of(visit))
            plan = desk.ws.plan(wanted)
            if do == "save":
                desk.ws.apply(plan)
                note(desk.ws.store, visit.caller.by.act("definitions.apply", Subject("segment", wanted.key)))
                desk.ws.refresh()
                return see(f"/segments/{wanted.key}")
            bench = msgspec.structs.replace(bench, plan=plan)
        except UserError as error:
            bench = msgspec.structs.replace(bench, refusals=error.problems)
        return show(visit, draft, desk=desk, settled=settled, bench=bench)

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


def ground_of(visit: Visit) -> Ground:
    """What the form is read and drawn with."""
    return Ground(visit.ws.catalogue.current(), visit.language, hides=visit.caller.is_masked)


def bench_of(visit: Visit, key: str, *, sent: Sent, desk: Desk) -> Bench:
    """The state around the form, as it was sent."""
    do, as_of, opened_us = first(sent, "do"), first(sent, "as_of"), first(sent, "opened")
    shown = {each for each in sent.get("show", ()) if each in SHOWS}
    what, _, which = do.partition(":")
    if which in SHOWS:
        shown = shown | {which} if what == "show" else shown - {which}
    start = int(opened_us) if opened_us.isdigit() and len(opened_us) < 18 else desk.ws.store.now_us()
    return Bench(
        key=key,
        naming=naming_sent(sent),
        at_us=at_of(desk, as_of=as_of, opened_us=start),
        as_of=as_of,
        shown=tuple(each for each in SHOWS if each in shown),
        sees_people="view_personal_data" in visit.can,
    )


def at_of(desk: Desk, *, as_of: str, opened_us: int) -> int:
    """The instant the question is asked at: the end of a day, or when the page was opened."""
    try:
        day = dt.date.fromisoformat(as_of)
    except ValueError:
        return min(opened_us, desk.ws.store.now_us())
    end = dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), tzinfo=desk.ws.store.zone)
    return min(int(end.timestamp()) * 1_000_000, desk.ws.store.now_us())


def show(visit: Visit, draft: Draft, *, desk: Desk, settled: Settled, bench: Bench) -> Html:
    """The builder, or those of its parts that changed."""
    ground = ground_of(visit)
    built = build(draft, ground, settled=settled, at_us=bench.at_us)
    speech = visit.speech
    maker = Maker(
        ground.catalogue,
        speech,
        suggest=lambda within, name: suggested(desk, within, name=name, hides=ground.hides),
    )
    path = f"/segments/{bench.key}/edit" if bench.key else "/segments/new"
    address = address_of(path, built, bench=bench)
    typing = visit.live == "type"
    frame = visit.frame(
        bench.naming.title(visit.language) or speech.say("New segment"),
        section="segments",
        crumbs=(Crumb(speech.say("Segments"), "/segments"),),
        address=address,
    )
    return visit.show(
        "builder_live.html" if visit.live else "builder.html",
        frame,
        shown_address=address if visit.live else "",
        built=built,
        whole=not typing or draft.turned,
        keeps_writing=typing and (draft.turned or bool(draft.problems)),
        all_parts=list(parts(draft.group)),
        action=path,
        key=bench.key,
        naming=bench.naming.fields(),
        at=instant(bench.at_us),
        opened=bench.at_us if not bench.as_of else desk.ws.store.now_us(),
        as_of=bench.as_of,
        today=dt.datetime.now(speech.zone).date().isoformat(),
        plan=bench.plan,
        refusals=bench.refusals,
        shown=bench.shown,
        names=names_of(visit),
        kinds=words.KINDS,
        offers=offers(ground.catalogue, speech),
        subject=lambda about: words.subject_word(about, ground.catalogue, speech=speech),
        lines=lambda row, here, wrong: maker.lines(row, here, wrong=wrong),
        titled=words.titled,
        beside=beside(visit, desk, built=built, bench=bench),
    )


class Beside(msgspec.Struct, frozen=True):
    """What is shown beside the form, where it was asked for."""

    people: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()


def beside(visit: Visit, desk: Desk, *, built: Built, bench: Bench) -> Beside:
    """What is asked to be shown beside the form, when it can be counted."""
    counted = built.counted
    if counted is None:
        return Beside()
    some = people(desk, counted) if "people" in bench.shown and bench.sees_people else ()
    if some:
        act = visit.caller.by.act("people.list", Subject("condition"), details={"rows": len(some)})
        note(desk.ws.store, act)
    compared = "overlap" in bench.shown
    return Beside(some, overlaps(desk, counted, language=visit.language, but=bench.key) if compared else ())


def address_of(path: str, built: Built, *, bench: Bench) -> str:
    """The address that holds the state of the form, where it is whole and not too long."""
    if not built.can_be_saved or len(built.rule) > LONGEST:
        return path
    asked = {"rule": built.rule, "as_of": bench.as_of}
    question = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{question}" if question else path
