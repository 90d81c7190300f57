"""The addresses of the audit trail: who did what, when, on what; checking and taking it away."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlencode

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.accounts.trail import Checked, Sought, export_trail, list_users, read_trail, verify_trail
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed, taken_away
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.purpose_view import purpose_names, segment_names
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.web.privacy.acts import ACTS, SUBJECTS, act_words, subject_words
from vitrail.app.web.privacy.details import details_words
from vitrail.app.written import INSTANT_DIGITS, beginning_of, end_of, whole_number, written_day
from vitrail.ledger.audit import Subject

PLACE = "/privacy/audit"
PER_PAGE = 50
VIEWS = needs("view_audit")


def audit_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """The audit trail."""

    @get(PLACE, opt=VIEWS, **PAGE)
    def audit(request: Asked) -> Html:
        return page(Visit(request, desk.ws))

    @post(PLACE + "/verify", opt=VIEWS, **SENT)
    async def verify(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        found = await run_sync(verify_trail, desk.ws.store)
        details = {"whole": found.broken is None, "entries": found.entries}
        note(desk.ws.store, visit.caller.by.act("audit.verify", Subject("audit"), details=details))
        return await run_sync(partial(page, visit, (checked(visit, found),)))

    @post(PLACE + "/download", opt=VIEWS, **SENT)
    async def download(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)

        def written() -> bytes:
            acts = export_trail(desk.ws.store, by=visit.caller.by)
            return b"".join(msgspec.json.encode(each) + b"\n" for each in acts)

        return taken_away(await run_sync(written), "application/jsonl", name="audit.jsonl")

    return [audit, verify, download]


def page(visit: Visit, notices: tuple[Notice, ...] = ()) -> Html:
    """The page of the trail, as the address asks for it."""
    ws = visit.ws
    wish = {name: visit.asked(name)[:200] for name in ("user", "act", "subject", "since", "until")}
    users = list_users(ws.store)
    found = read_trail(ws.store, sought(visit, wish, known={each.email for each in users}))
    names = {each.id: each.name or each.email for each in users}
    segments = segment_names(ws, visit.language)
    known = {**names, **segments, **purpose_names(ws, visit.language)}
    say = partial(act_words, speech=visit.speech)
    return visit.show(
        "audit.html",
        framed(visit, visit.speech.say("Audit trail"), notices=notices, address=PLACE),
        wish=wish,
        acts=found[:PER_PAGE],
        following=found[PER_PAGE - 1].position if len(found) > PER_PAGE else None,
        address=lambda before: f"{PLACE}?" + urlencode({**wish, "before": before}),
        users=users,
        names=names,
        segments=segments,
        details_words=partial(details_words, names=known, speech=visit.speech),
        act_words=say,
        subject_words=partial(subject_words, speech=visit.speech),
        every_act=sorted(((name, say(name)) for name in ACTS), key=lambda pair: pair[1]),
        every_subject=tuple(SUBJECTS),
    )


def sought(visit: Visit, wish: dict[str, str], *, known: set[str]) -> Sought:
    """What the address asks of the trail; what makes no sense is left aside."""
    before = visit.asked("before")
    since, until, zone = written_day(wish["since"]), written_day(wish["until"]), visit.speech.zone
    return Sought(
        user=wish["user"] if wish["user"] in known else "",
        subject=wish["subject"],
        act=wish["act"],
        since=None if since is None else beginning_of(since, zone),
        until=None if until is None else end_of(until, zone),
        before=whole_number(before, digits=INSTANT_DIGITS),
        limit=PER_PAGE + 1,
    )


def checked(visit: Visit, found: Checked) -> Notice:
    """What the check of the trail found."""
    speech = visit.speech
    if found.broken is None:
        text = speech.many(
            "The trail is whole: %(num)s entry was read. Last seal, to note elsewhere: %(seal)s",
            "The trail is whole: %(num)s entries were read. Last seal, to note elsewhere: %(seal)s",
            number=found.entries,
            seal=found.seal,
        )
        return Notice(text)
    position = speech.count(found.broken.position)
    text = speech.say(
        "Entry %(position)s no longer fits its seal: the trail was changed outside Vitrail.",
        position=position,
    )
    return Notice(text, "bad")
