"""One visit of the builder: what stands around the form, and drawing it with its form."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from vitrail.app.accounts.acting import note
from vitrail.app.counting import Counts
from vitrail.app.falling import Question, Reach, reach_of
from vitrail.app.health import troubled_inputs
from vitrail.app.http.web.segments import names_of
from vitrail.app.http.web.visiting import Html, Visit
from vitrail.app.instants import instant, microseconds
from vitrail.app.respect_settings import respect_of
from vitrail.app.web.builder import helping, words
from vitrail.app.web.builder.around import Overlap, overlaps, people
from vitrail.app.web.builder.controls import Maker
from vitrail.app.web.builder.doubting import Weighed
from vitrail.app.web.builder.form import first, parts
from vitrail.app.web.builder.offering import offers
from vitrail.app.web.builder.reading import Ground
from vitrail.app.web.builder.saving import Naming, naming_sent
from vitrail.app.web.builder.session import Built, Draft, build
from vitrail.app.web.builder.suggesting import suggested
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.app.written import INSTANT_DIGITS, end_of, whole_number, written_day
from vitrail.consent.purposes import register_of
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem
from vitrail.warehouse.changes import Plan

LONGEST = 4_000
SHOWS = ("people", "reach", "overlap")
Sent = Mapping[str, Sequence[str]]


class Bench(msgspec.Struct, frozen=True, kw_only=True):
    """One visit of the builder: of which segment (empty: a new one), as of when, with what beside."""

    key: str
    naming: Naming
    at_us: int
    as_of: str
    shown: tuple[str, ...] = ()
    reach: tuple[str, str] = ("", "")
    sees_people: bool = False
    plan: Plan | None = None
    refusals: tuple[Problem, ...] = ()


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
    start = whole_number(opened_us, digits=INSTANT_DIGITS) or desk.ws.store.now_us()
    return Bench(
        key=key,
        naming=naming_sent(sent),
        at_us=at_of(desk, as_of=as_of, opened_us=start),
        as_of=as_of,
        shown=tuple(each for each in SHOWS if each in shown),
        reach=(first(sent, "reach_purpose"), first(sent, "reach_channel")),
        sees_people="view_personal_data" in visit.can,
    )


def at_of(desk: Desk, *, as_of: str, opened_us: int) -> int:
    """The instant the question is asked at: the end of a day, or when the page was opened."""
    day, now_us = written_day(as_of), desk.ws.store.now_us()
    return min(opened_us if day is None else microseconds(end_of(day, desk.ws.store.zone)), now_us)


def crumbs_of(visit: Visit, bench: Bench) -> tuple[Crumb, ...]:
    """The way to the builder, and the page itself."""
    say, name = visit.speech.say, bench.naming.title(visit.language)
    way = (Crumb(say("Segments"), "/segments"),)
    if not bench.key:
        return (*way, Crumb(say("New segment"), ""))
    return (*way, Crumb(name, f"/segments/{bench.key}"), Crumb(say("Edit"), ""))


def built_of(visit: Visit, draft: Draft, *, desk: Desk, bench: Bench) -> Built:
    """The form with what it says and counts, and what is doubtful in it."""
    ground = ground_of(visit)
    return build(draft, ground, settled=desk.settled, at_us=bench.at_us, weighed=weighed_of(desk))


def weighed_of(desk: Desk) -> Weighed:
    """What doubts are weighed against; looked at again when something changed."""
    ws = desk.ws

    def look() -> Weighed:
        troubled = troubled_inputs(ws.store, ws.catalogue.current(), database=ws.database)
        return Weighed(troubled, respect_of(ws.store).smallest_group)

    return desk.keep(("weighed", desk.state()), look)


def show(visit: Visit, draft: Draft, *, desk: Desk, bench: Bench) -> Html:
    """The builder, or those of its parts that changed."""
    ground = ground_of(visit)
    built = built_of(visit, draft, desk=desk, bench=bench)
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
        crumbs=crumbs_of(visit, bench),
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
        purposes=purposes_of(visit),
        kinds=words.KINDS,
        means=helping.MEANS,
        help_of=lambda row: helping.help_of(row, ground.catalogue, speech=speech),
        offers=offers(ground.catalogue, speech),
        subject=lambda about: words.subject_word(about, ground.catalogue, speech=speech),
        lines=lambda row, here, wrong: maker.lines(row, here, wrong=wrong),
        titled=words.titled,
        beside=beside(visit, desk, built=built, bench=bench),
    )


def purposes_of(visit: Visit) -> tuple[tuple[str, str], ...]:
    """The purposes a segment may serve: key and name."""
    register = register_of(visit.ws.store).document
    named = ((each.key, each.name) for each in register.purposes)
    return tuple((key, name.get(visit.language) or next(iter(name.values()), key)) for key, name in named)


class Beside(msgspec.Struct, frozen=True):
    """What is shown beside the form, where it was asked for."""

    people: tuple[str, ...] = ()
    overlaps: tuple[Overlap, ...] = ()
    reach: Reach | None = None


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
    return Beside(
        some,
        overlaps(desk, counted, speech=visit.speech, but=bench.key) if compared else (),
        _reach(visit, desk, built=built, bench=bench) if "reach" in bench.shown else None,
    )


def _reach(visit: Visit, desk: Desk, *, built: Built, bench: Bench) -> Reach:
    purpose, channel = bench.reach
    question = Question(
        segment=bench.key,
        rule=built.said.condition,
        purpose=purpose,
        channel=channel,
        at_us=bench.at_us,
        named=bench.naming.purposes,
    )
    return reach_of(desk.ws, question, counts=Counts(desk.ws, visit.can), language=visit.language)


def address_of(path: str, built: Built, *, bench: Bench) -> str:
    """The address that holds the state of the form, where it is whole and not too long."""
    if not built.can_be_saved or len(built.rule) > LONGEST:
        return path
    asked = {"rule": built.rule, "as_of": bench.as_of}
    question = urlencode({name: value for name, value in asked.items() if value})
    return f"{path}?{question}" if question else path
