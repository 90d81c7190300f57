"""The addresses of people: finding them, and one of them, page by page."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.segments import names_of, sizes_for
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.people.belonging import Belonging, belonging, closed_reasons, document_of, why
from vitrail.app.people.contacting import contact
from vitrail.app.people.merging import merged, preview_split
from vitrail.app.people.scoring import scores_of
from vitrail.app.people.sight import Sight, head_of, sight
from vitrail.app.people.timeline import Wish as Wanted
from vitrail.app.people.timeline import timeline
from vitrail.app.people.traits import traits_of
from vitrail.app.people.viewer import Viewer
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb, Notice, later
from vitrail.app.web.people import one
from vitrail.app.web.people.listing import Line, Wish, listing
from vitrail.app.web.people.starting import looked_at_last, ways_in
from vitrail.app.web.people.words import Words
from vitrail.app.web.segments.listing import said
from vitrail.app.written import end_of, page_number, whole_number, written_day
from vitrail.ledger.audit import Detail, Subject
from vitrail.model.errors import Problem, UserError
from vitrail.model.explanation import Explanation, as_read
from vitrail.model.identities import LABELS

SEES = needs("view_people")
LATEST = 6


def people_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The search, and the pages of one customer that only look."""

    @get("/people", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def people(request: Asked) -> Html | Response[None]:
        return found(Visit(request, desk.ws), desk)

    @get("/people/{key:str}", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def person(request: Asked, key: str) -> Html:
        return overview(Visit(request, desk.ws), key)

    @get("/people/{key:str}/timeline", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def person_timeline(request: Asked, key: str) -> Html:
        return course(Visit(request, desk.ws), key)

    @get("/people/{key:str}/segments", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def person_segments(request: Asked, key: str) -> Html:
        return reasons(Visit(request, desk.ws), key)

    @get("/people/{key:str}/consents", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def person_consents(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        seen = looked_at(visit, key)
        return show(
            visit,
            "person_consents.html",
            seen=seen,
            tab="consents",
            contact=contact(seen),
            scores=scores_of(seen),
        )

    @get("/people/{key:str}/profiles", opt=SEES, include_in_schema=False, sync_to_thread=True)
    def person_profiles(request: Asked, key: str) -> Html:
        return parts(Visit(request, desk.ws), key)

    return [people, person, person_timeline, person_segments, person_consents, person_profiles]


def found(visit: Visit, desk: Desk) -> Html | Response[None]:
    """Whom the address asks for; straight to them where a whole identity tells who it is."""
    wish, speech = wish_of(visit), visit.speech
    listed = listing(desk, viewer_of(visit), wish=wish, words=words_for(visit))
    if wish.q or wish.segment:
        details: dict[str, Detail] = {"rows": listed.found, "masked": visit.caller.is_masked}
        subject = Subject("segment", wish.segment) if wish.segment else Subject("people")
        note(desk.ws.store, visit.caller.by.act("people.search", subject, details=details))
    if listed.straight:
        return see(listed.straight)
    frame = visit.frame(speech.say("People"), section="people", notices=done_of(visit))
    begins = not wish.q and not wish.segment
    return visit.show(
        "people.html",
        frame,
        listing=listed,
        wish=wish,
        masked=visit.caller.is_masked,
        names=names_of(visit),
        ways=ways_in(desk, language=visit.language) if begins and sizes_for(visit) is None else (),
        latest=lately_seen(visit, desk) if begins else (),
    )


def lately_seen(visit: Visit, desk: Desk) -> tuple[Line, ...]:
    """The customers the person looked at last."""
    return looked_at_last(desk, viewer_of(visit), actor=visit.caller.by.actor, words=words_for(visit))


def overview(visit: Visit, key: str) -> Html:
    """Who somebody is: traits with their provenance, segments, what happened last."""
    seen, words = looked_at(visit, key), words_for(visit)
    days = one.told_days(timeline(seen, Wanted(), language=visit.language).days, words)
    return show(
        visit,
        "person.html",
        seen=seen,
        tab="",
        belongs=belonging(seen, explained=False),
        traits=traits_of(seen),
        latest=[(day, each) for day, some in days for each in some][:LATEST],
        names=names_of(visit),
    )


def course(visit: Visit, key: str) -> Html:
    """What happened, the newest first."""
    seen, words, wish = looked_at(visit, key), words_for(visit), timeline_wish(visit)
    told = timeline(seen, wish, language=visit.language)
    return show(
        visit,
        "person_timeline.html",
        seen=seen,
        tab="timeline",
        wish=wish,
        found=told,
        days=one.told_days(told.days, words),
        kinds=one.kinds(told.kinds, words),
        page_at=lambda page: one.timeline_address(seen, wish, at=visit.asked("at"), page=page),
    )


def reasons(visit: Visit, key: str) -> Html:
    """Which segments, and why; why not for the one that is asked for."""
    seen, chosen = looked_at(visit, key), visit.asked("segment")
    explanation: Explanation | None = None
    closed: tuple[Problem, ...] = ()
    if chosen:
        try:
            explanation = why(seen, chosen)
        except UserError as error:
            closed = closed_reasons(error)
    return show(
        visit,
        "person_segments.html",
        seen=seen,
        tab="segments",
        belongs=belonging(seen),
        chosen=chosen,
        explanation=explanation,
        as_read=as_read,
        closed=closed,
        names=names_of(visit),
        titles=titles_of(visit),
    )


def parts(visit: Visit, key: str) -> Html:
    """Which profiles make the customer, and what a split would change."""
    seen, asked = looked_at(visit, key), whole_number(visit.asked("split"))
    return show(
        visit,
        "person_profiles.html",
        seen=seen,
        tab="profiles",
        merged=merged(seen),
        split=None if asked is None or "import_data" not in visit.can else preview_split(seen, asked),
        labels=LABELS,
    )


def viewer_of(visit: Visit) -> Viewer:
    """Who looks."""
    return Viewer(visit.ws.store, visit.can)


def looked_at(visit: Visit, key: str) -> Sight:
    """The customer of the address as of the day that is asked for; the look is in the audit trail."""
    seen = sight(visit.ws, key, viewer=viewer_of(visit), at=end_asked(visit, "at"))
    note(visit.ws.store, visit.caller.by.act("profile.view", Subject("profile", str(seen.profile))))
    return seen


def show(
    visit: Visit, template: str, *, seen: Sight, tab: str, belongs: Belonging | None = None, **values: Any
) -> Html:
    """A page of one customer: the head and the tabs around what it is about."""
    where = belonging(seen, explained=False) if belongs is None else belongs
    head, day, words = head_of(seen), visit.asked("at") if seen.past else "", words_for(visit)
    back = (Crumb(visit.speech.say("People"), "/people"),)
    return visit.show(
        template,
        visit.frame(head.name, section="people", crumbs=back, notices=done_of(visit)),
        seen=seen,
        head=head,
        sentence=one.sentence(head, words),
        facts=one.facts(head, seen.at, words=words, stage=stage_of(visit, where)),
        tab=tab,
        at=day,
        here=partial(one.tab_address, seen, at=day),
        last_day=(seen.at - dt.timedelta(microseconds=1)).astimezone(visit.speech.zone),
        today=dt.datetime.now(visit.speech.zone).date(),
        words=words,
        instant=instant,
        masked=seen.viewer.is_masked,
        belongs=where,
        **values,
    )


def words_for(visit: Visit) -> Words:
    """The words of the workspace in the language of the person."""
    return Words(visit.speech, visit.ws.catalogue.current())


DONE = {
    "split": later("The profile is set apart. Segments follow at the next refresh."),
    "undone": later("The decision is taken back."),
    "merged": later("They are one customer now. Segments follow at the next refresh."),
    "apart": later("They are kept apart, and not asked again while their data stay the same."),
    "rectified": later("It is put right, whatever other sources say. Segments follow at the next refresh."),
    "objection": later("The objection is in force."),
    "restriction": later("The data are frozen: kept, and used for nothing."),
    "lifted": later("It is lifted. A consent that was withdrawn stays withdrawn."),
    "noted": later("The request is noted, with its deadline."),
}
"""What is said once after something was done."""


def done_of(visit: Visit) -> tuple[Notice, ...]:
    """What was done before this page was shown."""
    told = DONE.get(visit.asked("done"))
    return (Notice(visit.speech.say(told)),) if told else ()


def stage_of(visit: Visit, where: Belonging) -> tuple[str, str] | None:
    """What the stage of a customer is called, and which it is."""
    classes = [(each.key, each.klass) for each in where.classes]
    return one.named_stage(classes, names_of(visit), titles=titles_of(visit))


def titles_of(visit: Visit) -> dict[str, str]:
    """The names of the segmentations in the language of the person."""
    document = document_of(visit.ws.store)
    return {each.key: said(each.name, visit.language) or each.key for each in document.segmentations}


def wish_of(visit: Visit) -> Wish:
    """Whom the address asks for; what makes no sense is left aside."""
    return Wish(visit.asked("q")[:200].strip(), visit.asked("segment"), page_number(visit.asked("page")))


def timeline_wish(visit: Visit) -> Wanted:
    """What of a timeline the address asks for."""
    return Wanted(
        kinds=tuple(each for each in visit.request.query_params.getall("kind", []) if each),
        since=written_day(visit.asked("since")),
        until=written_day(visit.asked("until")),
        text=visit.asked("q")[:200],
        page=page_number(visit.asked("page")),
    )


def end_asked(visit: Visit, name: str) -> dt.datetime | None:
    """The end of a day of the address, in the time zone of the workspace; None for what is no day."""
    day = written_day(visit.asked(name))
    return None if day is None else end_of(day, visit.speech.zone)
