"""The addresses of retention: its rules, what would go, letting it go, and its journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.trail import Sought, read_trail
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.privacy.start import PAGE, SENT, framed
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.instants import instant
from vitrail.app.respect_settings import respect_of
from vitrail.app.rights.due import due_lines
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Notice
from vitrail.app.web.privacy.running import RetentionRunner, RunTold
from vitrail.app.written import whole_number
from vitrail.consent.retention.planning import RetentionPlan
from vitrail.model.errors import UserError, refuse
from vitrail.model.retention import RetentionFile

PLACE = "/privacy/retention"
MANAGES = needs("manage_purposes")
JOURNAL = 20
Sent = Mapping[str, Sequence[str]]


def retention_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """How long people and what they did are kept."""
    runner = RetentionRunner(desk.ws.store)

    def page(visit: Visit, *, plan: RetentionPlan | None = None, notices: tuple[Notice, ...] = ()) -> Html:
        sees = "view_people" in visit.can
        smallest = respect_of(desk.ws.store).smallest_group
        return visit.show(
            "retention.html",
            framed(visit, visit.speech.say("Retention"), notices=notices, address=PLACE),
            rules=desk.ws.retention.rules,
            is_on=desk.ws.retention.is_on,
            plan=plan,
            planned=None if plan is None else instant(plan.at_us),
            lines=() if plan is None else due_lines(plan, exact=sees, smallest=smallest),
            sees=sees and not visit.caller.is_masked,
            journal=journal(desk),
            status=422 if notices and notices[0].tone == "bad" else 200,
        )

    @get(PLACE, opt=MANAGES, **PAGE)
    def retention(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return page(visit, notices=(*gone(visit, runner.told), *done(visit)))

    @post(PLACE, opt=MANAGES, **SENT)
    async def sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        given = await visit.form()

        def answered() -> Response[Any]:
            try:
                return act(visit, given)
            except UserError as error:
                return page(visit, notices=wrong(visit, error))

        return await run_sync(answered)

    def act(visit: Visit, given: Sent) -> Response[Any]:
        kept, actor = desk.ws.retention, visit.caller.by.actor
        match first(given, "do"):
            case "plan":
                return page(visit, plan=kept.plan())
            case "run":
                runner.start(confirmed(desk, given), actor=actor)
                return see(PLACE)
            case "on" | "off" as wanted:
                kept.switch(wanted == "on", actor=actor)
                return see(f"{PLACE}?done={wanted}")
            case "ready":
                kept.define(actor=actor)
                return see(f"{PLACE}?done=ready")
            case "save":
                kept.define(changed(kept.rules, given), actor=actor)
                return see(f"{PLACE}?done=saved")
            case _:
                raise refuse("no_choice", path="do", fr="Dites quoi faire.", en="Say what to do.")

    return [retention, sent]


def confirmed(desk: Desk, given: Sent) -> RetentionPlan:
    """The plan that was read and confirmed, if it still says the same."""
    if first(given, "sure") != "1":
        raise refuse(
            "not_confirmed",
            path="sure",
            fr="Cochez d’abord que vous avez lu ce qui part : rien n’a été fait.",
            en="Tick first that you have read what goes: nothing was done.",
        )
    plan = desk.ws.retention.plan()
    if plan.seal != first(given, "seal"):
        raise refuse(
            "retention_moved_on",
            fr="Qui ou ce qui doit partir a changé depuis ce plan : rien n’a été fait. Refaites le plan.",
            en="Who or what has to go has changed since this plan: nothing was done. Plan again.",
        )
    return plan


def gone(visit: Visit, told: RunTold) -> tuple[Notice, ...]:
    """How the last run goes or went."""
    speech = visit.speech
    if told.state == "running":
        text = speech.say("What is past its period is going now. It may take minutes: reload to see.")
        return (Notice(text, "note"),)
    if told.error is not None:
        return wrong(visit, told.error)
    if told.state == "failed":
        text = speech.say("The run broke on its way; the next refresh finishes what was begun.")
        return (Notice(text, "bad"),)
    if told.done is None:
        return ()
    kinds = (told.done.erased, told.done.restricted, told.done.data)
    erased, frozen, data = (speech.count(sum(each.values())) for each in kinds)
    text = speech.say(
        "Done: %(erased)s people erased, %(frozen)s frozen, %(data)s events or other data taken out.",
        erased=erased,
        frozen=frozen,
        data=data,
    )
    return (Notice(text),)


def changed(rules: RetentionFile, given: Sent) -> RetentionFile:
    """The rules with the periods of the form; a rule whose period is emptied goes."""

    def period(key: str) -> dict[str, int] | None:
        number, unit = first(given, f"length.{key}"), first(given, f"unit.{key}")
        if not number:
            return None
        count = whole_number(number, digits=5)
        if count is None:
            raise refuse(
                "bad_number",
                path=key,
                fr=f"« {number[:30]} » n’est pas un nombre de mois ou de jours.",
                en=f"“{number[:30]}” is no number of months or days.",
            )
        return {"months": 0, "days": count} if unit == "days" else {"months": count, "days": 0}

    people = [msgspec.structs.replace(each, **kept) for each in rules.people if (kept := period(each.key))]
    data = [msgspec.structs.replace(each, **kept) for each in rules.data if (kept := period(each.key))]
    return msgspec.structs.replace(rules, people=tuple(people), data=tuple(data))


def journal(desk: Desk) -> tuple[Any, ...]:
    """The last runs of retention, and what changed of its rules."""
    return read_trail(desk.ws.store, Sought(act="retention.", limit=JOURNAL))
