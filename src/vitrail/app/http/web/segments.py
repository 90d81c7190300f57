"""The addresses of segments: their list, and one of them."""

from __future__ import annotations

from litestar import get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.charts.marks import Mark, Series
from vitrail.app.counting import Counts
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.renewing import renewal_of
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.people.viewer import Viewer
from vitrail.app.web import charts
from vitrail.app.web.builder.words import segment_word, titled
from vitrail.app.web.charts import Drawn, Sheet
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb, Frame
from vitrail.app.web.people import listing as people
from vitrail.app.web.people.words import Words
from vitrail.app.web.segments.figures import Point, all_figures
from vitrail.app.web.segments.listing import ONLY, SORTS, Wish, listing
from vitrail.app.web.segments.one import One, one_segment
from vitrail.app.web.speech import Speech
from vitrail.app.written import page_number
from vitrail.consent.small_groups import Figure
from vitrail.ledger.audit import Detail, Subject
from vitrail.warehouse.refresh import bitmap

SAMPLE = 10
"""So many customers are shown on the page of a segment."""

WIDE = (900, 240)
"""The drawing of the course, as wide as its card."""


def segment_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The list of segments, and the page of each."""

    @get("/segments", opt=needs("view_segments"), include_in_schema=False, sync_to_thread=True)
    def segments(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        sizes = sizes_for(visit)
        wish = wish_of(visit, by_figures=sizes is None)
        found = listing(desk, wish, language=visit.language)
        return visit.show(
            "segments.html",
            visit.frame(visit.speech.say("Segments"), section="segments"),
            listing=found,
            wish=wish,
            sizes=sizes,
            removed=visit.asked("removed")[:100],
            customers=all_figures(desk).customers,
            course_label=lambda line: course_label(visit.speech, line.course),
        )

    @get("/segments/{key:str}", opt=needs("view_segments"), include_in_schema=False, sync_to_thread=True)
    def segment(request: Asked, key: str) -> Html:
        return show_segment(Visit(request, desk.ws), desk, key=key)

    return [segments, segment]


def show_segment(visit: Visit, desk: Desk, *, key: str) -> Html:
    """One segment: its rule in words, its size and course, some of its customers, what it is used for.

    What waits to be counted is asked first: figures that are read after it, and nothing waited, are counted.
    """
    renewal = renewal_of(visit, desk)
    one = one_segment(desk, key, language=visit.language)
    return visit.show(
        "segment.html",
        framed(visit, one),
        one=one,
        tab="",
        course=course_of(visit.speech, one.figures.course),
        sizes=sizes_for(visit),
        renewal=renewal,
        size_now=None if renewal is None else size_now(visit, desk, key=key),
        sample=sample_of(visit, desk, key=key),
        names=names_of(visit),
        titled=titled,
        course_label=lambda: course_label(visit.speech, one.figures.course),
    )


def sample_of(visit: Visit, desk: Desk, *, key: str) -> people.Listing | None:
    """Some customers of a segment, as the person may see them; None for who may see none. It is noted."""
    if "view_people" not in visit.can:
        return None
    viewer, words = Viewer(visit.ws.store, visit.can), Words(visit.speech, visit.ws.catalogue.current())
    found = people.listing(desk, viewer, wish=people.Wish("", key), words=words, most=SAMPLE)
    if found.lines:
        details: dict[str, Detail] = {"rows": len(found.lines), "masked": visit.caller.is_masked}
        act = visit.caller.by.act("people.list", Subject("segment", key), details=details)
        note(visit.ws.store, act)
    return found


def framed(visit: Visit, one: One, *, page: str = "") -> Frame:
    """The frame of a page of a segment, with the way to it; `page` is the name of one below the first."""
    crumbs = [Crumb(visit.speech.say("Segments"), "/segments")]
    crumbs += [Crumb(one.name, f"/segments/{one.key}")] if page else []
    title = f"{page} – {one.name}" if page else one.name
    return visit.frame(title, section="segments", crumbs=(*crumbs, Crumb(page or one.name, "")))


def course_of(speech: Speech, course: tuple[Point, ...]) -> Drawn | None:
    """The size of a segment over time, drawn by its last count of each day; None for fewer than two days."""
    course = tuple({speech.short_day(each.at): each for each in course}.values())
    if len(course) < 2:
        return None
    marks = tuple(
        Mark(
            name=speech.short_day(each.at),
            value=each.members,
            text=speech.count(each.members),
            under=speech.short_day(each.at)[:5],
            at=each.at.timestamp(),
        )
        for each in course
    )
    label = course_label(speech, course)
    return charts.course((Series("", marks),), Sheet(label, speech.language, wide=WIDE), area=True)


def size_now(visit: Visit, desk: Desk, *, key: str) -> Figure:
    """How many are in a segment this very moment, by the rule that is in force."""
    condition = desk.ws.catalogue.current().segments[key]
    counted = desk.settled.counted({key: condition}, desk.settled.instant())
    return Counts(desk.ws, visit.can).people(bitmap(counted.members[key], counted.size))


def names_of(visit: Visit) -> dict[str, str]:
    """The name of every segment in the language of the person."""
    labels = visit.ws.catalogue.current().segment_labels
    return {key: each.fr if visit.language == "fr" else each.en for key, each in labels.items()}


def whole_names_of(visit: Visit) -> dict[str, str]:
    """The name of every segment, that of a class after its segmentation, to be told apart in one list."""
    catalogue = visit.ws.catalogue.current()
    return {key: segment_word(key, catalogue, speech=visit.speech) for key in catalogue.segment_labels}


def sizes_for(visit: Visit) -> dict[str, Figure] | None:
    """The sizes of segments for somebody who may not see people; None for those who may see every figure."""
    counts = Counts(visit.ws, visit.can)
    return None if counts.exact else counts.segments()


def wish_of(visit: Visit, *, by_figures: bool = True) -> Wish:
    """What the address asks of the list; what makes no sense is left aside.

    Without `by_figures` the order is that of names, since another would tell who is larger.
    """
    sorts = SORTS if by_figures else ("name",)
    page = visit.asked("page", "1")
    return Wish(
        q=visit.asked("q")[:200],
        kind="classes" if visit.asked("kind") == "classes" else "segments",
        tag=visit.asked("tag"),
        owner=visit.asked("owner"),
        only=visit.asked("only") if visit.asked("only") in ONLY else "",
        sort=visit.asked("sort") if visit.asked("sort") in sorts else "name",
        down=visit.asked("down") == "1",
        page=page_number(page),
    )


def course_label(speech: Speech, course: tuple[Point, ...]) -> str:
    """What a drawing of the course of a segment says."""
    first, last = course[0], course[-1]
    return speech.say(
        "From %(before)s on %(first)s to %(now)s on %(last)s",
        before=speech.count(first.members),
        first=speech.short_day(first.at),
        now=speech.count(last.members),
        last=speech.short_day(last.at),
    )
