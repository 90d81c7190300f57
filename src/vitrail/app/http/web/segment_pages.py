"""The pages below that of a segment: who came and went, who may be reached, what it shares with others."""

from __future__ import annotations

import datetime as dt
from urllib.parse import urlencode

from litestar import get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.counting import Counts
from vitrail.app.falling import Question, fallen, reach_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import framed, sizes_for, whole_names_of
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.segment_dates import Between, People, Seen, between, first_day, some
from vitrail.app.web.builder.words import titled
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import FIND
from vitrail.app.web.segments.changed import changes_of
from vitrail.app.web.segments.one import one_segment
from vitrail.app.web.segments.sharing import Eyes, shared
from vitrail.app.written import written_day
from vitrail.consent.gate import Instead, purposes_of
from vitrail.consent.waterfall import STEP_NAMES, STEPS, Wanted
from vitrail.ledger.audit import Subject
from vitrail.model.errors import UserError
from vitrail.warehouse.refresh import defined

WEEK = dt.timedelta(days=7)
VIEWS = needs("view_segments")


def segment_pages(desk: Desk) -> list[HTTPRouteHandler]:
    """Who came and went, who may be reached, what is shared with other segments."""

    @get("/segments/{key:str}/history", opt=VIEWS, include_in_schema=False, sync_to_thread=True)
    def history(request: Asked, key: str) -> Html:
        return show_history(Visit(request, desk.ws), desk, key=key)

    @get("/segments/{key:str}/reach", opt=VIEWS, include_in_schema=False, sync_to_thread=True)
    def reach(request: Asked, key: str) -> Html:
        return show_reach(Visit(request, desk.ws), desk, key=key)

    @get("/segments/{key:str}/overlap", opt=VIEWS, include_in_schema=False, sync_to_thread=True)
    def overlap(request: Asked, key: str) -> Html:
        return show_overlap(Visit(request, desk.ws), desk, key=key)

    return [history, reach, overlap]


def show_history(visit: Visit, desk: Desk, *, key: str) -> Html:
    """Who was in on two days, and who came and went between them."""
    one = one_segment(desk, key, language=visit.language)
    today, first = dt.datetime.now(visit.speech.zone).date(), first_day(desk.ws, key)
    start = written_day(visit.asked("start")) or max(today - WEEK, first or today)
    end = written_day(visit.asked("end")) or today
    found: Between | None = None
    refusals: tuple[str, ...] = ()
    try:
        if first is not None:
            found = between(
                desk.ws, key, days=(start, end), counts=Counts(desk.ws, visit.can), seen=seen_by(visit)
            )
            if found.people:
                _noted(visit, desk, key=key, rows=sum(len(each.keys) for each in found.people))
    except UserError as error:
        refusals = tuple(each.message.in_language(visit.language) for each in error.problems)
    return visit.show(
        "segment_history.html",
        framed(visit, one, page=visit.speech.say("Who came and went")),
        one=one,
        tab="history",
        sizes=sizes_for(visit),
        start=start.isoformat(),
        end=end.isoformat(),
        today=today.isoformat(),
        first=first.isoformat() if first else "",
        between=found,
        refusals=refusals,
        changes=changes_of(desk.ws.store, key, speech=visit.speech),
        person=FIND and "/people/",
    )


def show_reach(visit: Visit, desk: Desk, *, key: str) -> Html:
    """Who of a segment may be reached; and who falls at a step, for those who may see people."""
    one = one_segment(desk, key, language=visit.language)
    named = purposes_of(defined(desk.ws.store)[1].document, key)
    purpose, channel = visit.asked("reach_purpose"), visit.asked("reach_channel")
    question = Question(key, None, purpose, channel, None, named)
    found = reach_of(desk.ws, question, counts=Counts(desk.ws, visit.can), language=visit.language)
    step = next((each for each in STEPS if each == visit.asked("step")), None)
    sees = "view_people" in visit.can
    lists: list[tuple[str, People]] = []
    if step is not None and sees and found.falls:
        wanted = Wanted(key, found.purpose, found.channel)  # type: ignore[arg-type]
        supposed = Instead(None, (found.purpose,)) if found.supposed else None
        for cut, people in fallen(desk.ws.foresee(wanted, supposed), step):
            lists.append(
                (cut.message.in_language(visit.language), some(desk.ws, people, seen=seen_by(visit)))
            )
        _noted(visit, desk, key=key, rows=sum(len(people.keys) for _, people in lists))
    asked = urlencode({"reach_purpose": found.purpose, "reach_channel": found.channel})
    return visit.show(
        "segment_reach.html",
        framed(visit, one, page=visit.speech.say("Who may be reached")),
        one=one,
        tab="reach",
        reach=found,
        who=f"/segments/{key}/reach?{asked}" if sees else "",
        step=STEP_NAMES[step].in_language(visit.language) if step and sees else "",
        fallen=lists,
        titled=titled,
        person=FIND and "/people/",
    )


def show_overlap(visit: Visit, desk: Desk, *, key: str) -> Html:
    """What a segment shares with others."""
    one, names = one_segment(desk, key, language=visit.language), whole_names_of(visit)
    eyes = Eyes(Counts(desk.ws, visit.can), visit.speech, names)
    found = shared(desk, key, others=visit.request.query_params.getall("with", []), eyes=eyes)
    return visit.show(
        "segment_overlap.html",
        framed(visit, one, page=visit.speech.say("Shared with others")),
        one=one,
        tab="overlap",
        shared=found,
        names=names,
        chosen=[names.get(each, each) for each in found.keys],
    )


def seen_by(visit: Visit) -> Seen:
    """Whether the person may see people, and under pseudonyms."""
    return Seen("view_people" in visit.can, visit.caller.is_masked)


def _noted(visit: Visit, desk: Desk, *, key: str, rows: int) -> None:
    if rows:
        details = {"rows": rows, "masked": visit.caller.is_masked}
        note(desk.ws.store, visit.caller.by.act("people.list", Subject("segment", key), details=details))
