"""The addresses of the ledger of consents, and of sensitive data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.charts.marks import SERIES, Mark, Series, Tone
from vitrail.app.consent_course import Courses, consent_courses
from vitrail.app.consenting import last_said, ledger_head, verify_ledger, wordings
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.privacy_order import last_act
from vitrail.app.purposes import purposes_in_force
from vitrail.app.record.words import RecordWords
from vitrail.app.sensitive_view import Decision, ages_known, decide, sensitive_items
from vitrail.app.web import charts
from vitrail.app.web.builder.form import first
from vitrail.app.web.charts import Drawn, Sheet
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.written import INSTANT_DIGITS, whole_number
from vitrail.consent.sensitive.permitting import subject_words
from vitrail.ledger.consents import Broken, Looked
from vitrail.model.catalogue import Named
from vitrail.model.errors import UserError

PER_PAGE = 20
STATES = ("granted", "refused", "withdrawn")


def consent_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The ledger of consents."""

    @get("/privacy/consents", opt=needs("view_segments"), **PAGE)
    def consents(request: Asked) -> Html:
        return ledger_page(Visit(request, desk.ws), desk)

    @post("/privacy/consents/verify", opt=needs("view_audit"), **SENT)
    async def verify(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        broken = await run_sync(partial(verify_ledger, desk.ws, by=visit.caller.by))
        return await run_sync(partial(ledger_page, visit, desk, notices=(checked(visit, broken),)))

    return [consents, verify, *sensitive_routes(desk)]


def checked(visit: Visit, broken: Broken | None) -> Notice:
    """What the check of the seals found."""
    speech, entries = visit.speech, ledger_head(visit.ws).entries
    if broken is None:
        text = speech.many(
            "The ledger is whole: %(num)s entry was read, with its seal and that of the one before.",
            "The ledger is whole: %(num)s entries were read, each with its seal and that of the one before.",
            number=entries,
        )
        return Notice(text)
    text = speech.say(
        "Entry %(position)s no longer fits its seal: the ledger was changed outside Vitrail. "
        "Compare it with a backup.",
        position=speech.count(broken.position),
    )
    return Notice(text, "bad")


def ledger_page(visit: Visit, desk: Desk, *, notices: tuple[Notice, ...] = ()) -> Html:
    """The ledger: how many agree over time, the texts that were shown, the last entries."""
    head, last = ledger_head(desk.ws), last_act(desk.ws, "consents.verify")
    key = ("courses", desk.state(), "view_people" in visit.can)
    courses = desk.keep(key, partial(consent_courses, desk.ws, visit.can))
    texts = desk.keep(("wordings", head.seal), partial(wordings, desk.ws))
    looked = looked_of(visit)
    sees = "view_people" in visit.can
    said = last_said(desk.ws, looked, limit=PER_PAGE + 1, masked=visit.caller.is_masked) if sees else ()
    return visit.show(
        "consents.html",
        framed(visit, visit.speech.say("Consents"), notices=notices, address="/privacy/consents"),
        head=head,
        verified=None if last is None else instant(last.at_us),
        courses=courses,
        drawn=desk.keep(("drawn", visit.language, *key), partial(drawn_courses, visit, courses)),
        wordings=texts,
        looked=looked,
        said=said[:PER_PAGE],
        following=said[PER_PAGE - 1].position if len(said) > PER_PAGE else None,
        address=lambda before: "/privacy/consents?" + urlencode({**asked_of(looked), "before": before}),
        words=RecordWords(visit.language),
        purposes=labels(desk.ws.catalogue.current().purposes, visit.language),
        channels=labels(desk.ws.catalogue.current().channels, visit.language),
        states=STATES,
        sees=sees,
        masked=visit.caller.is_masked,
    )


def drawn_courses(visit: Visit, courses: Courses) -> tuple[Drawn, tuple[tuple[Tone, str], ...]] | None:
    """The course of the consents somebody gave, as lines, and what each colour is; None for none."""
    words, speech = RecordWords(visit.language), visit.speech
    given = [each for each in courses.courses if any(figure.value for figure in each.figures)]
    lines, legend = [], []
    for tone, each in zip(SERIES, given, strict=False):
        name = f"{words.text(each.purpose.name)}, {words.channel(each.channel)}"
        marks = tuple(
            Mark(
                name=f"{name}, {speech.short_day(at)}",
                value=figure.value,
                text=speech.count(figure.value),
                under=speech.short_day(at)[3:],
                at=at.timestamp(),
                tone=tone,
            )
            for at, figure in zip(courses.instants, each.figures, strict=True)
            if figure.value is not None
        )
        lines.append(Series(name, marks, tone))
        legend.append((tone, name))
    if not lines:
        return None
    drawn = charts.course(lines, Sheet(speech.say("How many agree"), visit.language))
    return drawn, tuple(legend)


def looked_of(visit: Visit) -> Looked:
    """Which entries the address asks for; what makes no sense is left aside."""
    known = visit.ws.catalogue.current()
    purpose, channel, state = (visit.asked(name) for name in ("purpose", "channel", "state"))
    before = whole_number(visit.asked("before"), digits=INSTANT_DIGITS)
    return Looked(
        purpose=purpose if purpose in known.purposes else "",
        channel=channel if channel in known.channels else None,
        state=state if state in STATES else "",
        before=before,
    )


def labels(named: Mapping[str, Named], language: str) -> dict[str, str]:
    """What purposes or channels are called, by key."""
    told = {key: each.label for key, each in named.items()}
    return {
        key: key if label is None else label.fr if language == "fr" else label.en
        for key, label in told.items()
    }


def asked_of(looked: Looked) -> dict[str, str]:
    """The same as the question of an address, without its page."""
    told = {"purpose": looked.purpose, "channel": looked.channel or "", "state": looked.state}
    return {name: value for name, value in told.items() if value}


def sensitive_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Sensitive data and minors."""

    def page(visit: Visit, notices: tuple[Notice, ...] = ()) -> Html:
        key = ("ages", desk.state(), "view_people" in visit.can)
        register = purposes_in_force(desk.ws.store).document
        return visit.show(
            "sensitive.html",
            framed(visit, visit.speech.say("Sensitive data and minors"), notices=notices),
            items=sensitive_items(desk.ws),
            subject=lambda each: subject_words(each).in_language(visit.language),
            ages=desk.keep(key, partial(ages_known, desk.ws, visit.can)),
            purposes=register.purposes,
            words=RecordWords(visit.language),
            status=422 if notices and notices[0].tone == "bad" else 200,
        )

    @get("/privacy/sensitive", opt=needs("view_segments"), **PAGE)
    def sensitive(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return page(visit, done(visit))

    @post("/privacy/sensitive", opt=needs("manage_purposes"), **SENT)
    async def sensitive_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        wanted = Decision(first(sent, "path"), first(sent, "do"), first(sent, "purpose"))

        def decided() -> Response[Any]:
            try:
                decide(desk.ws, wanted, by=visit.caller.by)
            except UserError as error:
                return page(visit, wrong(visit, error))
            return see("/privacy/sensitive?done=saved")

        return await run_sync(decided)

    return [sensitive, sensitive_sent]
