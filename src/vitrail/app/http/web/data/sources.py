"""The pages of sources: how each stands, run now, pause; quarantine; tracking plan; keys to send with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.catalogue_edits import Place, accept
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.pulling import pause, resume, source_history
from vitrail.app.quarantined import masked_samples, plan_of, waiting
from vitrail.app.source_view import all_sources
from vitrail.app.tasks.doing import pull_now, put_right
from vitrail.app.tasks.kept import Step, Tasks
from vitrail.app.tasks.runner import Runner
from vitrail.app.tracking_sources import (
    add_source,
    change_source,
    forget_warnings,
    remove_source,
    rotate_key,
)
from vitrail.app.web.data.importing import progress_of
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.collect.sources.schedule import in_words
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem, UserError

Sent = dict[str, list[str]]
VIEWS, MANAGES, BRINGS = needs("view_segments"), needs("manage_sources"), needs("import_data")
PAGE: dict[str, Any] = {"include_in_schema": False, "sync_to_thread": True}
SENT: dict[str, Any] = {"include_in_schema": False, "status_code": 200}
UNPLANNED = ("allow", "warn", "refuse")
KINDS = ("web", "app", "server", "store")


def source_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """Sources, quarantine, plan and keys."""
    return [*_pulled(desk, runner), *_waiting(desk, runner), *_planned(desk), *_keys(desk)]


def _pulled(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    @get("/data", **PAGE, opt=VIEWS)
    def sources(request: Asked) -> Html:
        return _sources_page(Visit(request, desk.ws), desk, runner=runner)

    @get("/data/sources/{key:str}", **PAGE, opt=VIEWS)
    def source(request: Asked, key: str) -> Html:
        visit = Visit(request, desk.ws)
        standing = next(
            (each for each in all_sources(desk.ws, runner.tasks).pulled if each.standing.key == key), None
        )
        crumbs = (Crumb(visit.speech.say("Data"), "/data"), Crumb(visit.speech.say("Sources"), "/data"))
        return visit.show(
            "data_source.html",
            visit.frame(key, section="data", crumbs=crumbs),
            status=200 if standing else 404,
            one=standing,
            key=key,
            history=source_history(desk.ws, key),
            in_words=in_words,
        )

    @post("/data/sources/{key:str}", **SENT, opt=MANAGES)
    async def act(request: Asked, key: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        do = (await visit.form()).get("do", [""])[0]
        store, by = desk.ws.store, visit.caller.by

        def done() -> Response[Any]:
            try:
                if do == "run":
                    pull_now(runner, store, key=key, by=by)
                elif do in ("pause", "resume"):
                    (pause if do == "pause" else resume)(store, key)
                    note(store, by.act(f"source.{do}", Subject("source", key)))
            except UserError as error:
                return _sources_page(visit, desk, runner=runner, problems=error.problems)
            return see("/data")

        return await run_sync(done)

    return [sources, source, act]


def _sources_page(visit: Visit, desk: Desk, *, runner: Runner, problems: tuple[Problem, ...] = ()) -> Html:
    return visit.show(
        "data_sources.html",
        visit.frame(visit.speech.say("Sources"), section="data", address="/data"),
        status=400 if problems else 200,
        problems=problems,
        all=all_sources(desk.ws, runner.tasks),
        in_words=in_words,
    )


def _waiting(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    def page(visit: Visit, *, problems: tuple[Problem, ...] = ()) -> Html:
        store, shown = desk.ws.store, visit.asked("show")[:20]
        step: Step | None = runner.tasks.step("quarantine")
        found = waiting(store, masked=visit.caller.is_masked)
        known = any(each.id == shown for each in found) and "import_data" in visit.can
        return visit.show(
            "data_quarantine.html",
            visit.frame(visit.speech.say("Quarantine"), section="data"),
            status=400 if problems else 200,
            problems=problems,
            groups=found,
            shown=shown if known else "",
            samples=masked_samples(store, shown) if known else (),
            discarding=visit.asked("discard")[:20],
            step=step,
            progress=None if step is None else progress_of(step),
        )

    @get("/data/quarantine", **PAGE, opt=VIEWS)
    def quarantine(request: Asked) -> Html:
        return page(Visit(request, desk.ws))

    @post("/data/quarantine", **SENT, opt=BRINGS)
    async def put(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        do, group = sent.get("do", [""])[0], sent.get("group", [""])[0]

        def done() -> Response[Any]:
            if do in ("replay", "discard"):
                try:
                    put_right(runner, desk.ws.store, act=do, group=group, by=visit.caller.by)  # type: ignore[arg-type]
                except UserError as error:
                    return page(visit, problems=error.problems)
            return see("/data/quarantine")

        return await run_sync(done)

    return [quarantine, put]


def _planned(desk: Desk) -> list[HTTPRouteHandler]:
    @get("/data/plan", **PAGE, opt=VIEWS)
    def plan(request: Asked) -> Html:
        return _plan_page(Visit(request, desk.ws), desk)

    @post("/data/plan", **SENT, opt=BRINGS)
    async def take(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        store, by = desk.ws.store, visit.caller.by

        def taken() -> None:
            for place in _places(sent):
                accept(store, place)
                note(store, by.act("plan.accept", Subject("field", f"{place.of}.{place.name}".strip("."))))

        return await _answered(visit, desk, act=taken)

    @post("/data/plan/{source:str}", **SENT, opt=MANAGES)
    async def rule(request: Asked, source: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        unplanned, store = sent.get("unplanned", [""])[0], desk.ws.store

        def changed() -> None:
            if unplanned in UNPLANNED:
                change_source(store, source, unplanned=unplanned)  # type: ignore[arg-type]
            if sent.get("do") == ["forget"]:
                forget_warnings(store, source)
            note(store, visit.caller.by.act("source.change", Subject("source", source)))

        return await _answered(visit, desk, act=changed)

    return [plan, take, rule]


def _places(sent: Sent) -> list[Place]:
    """What is to be taken into the plan: one thing, or every event with its properties."""
    found = []
    for each in sent.get("accept", ()):
        of, _, name = each.partition("\n")
        found.append(Place(of, name))
    return found


async def _answered(visit: Visit, desk: Desk, *, act: Callable[[], None]) -> Response[Any]:
    def done() -> Response[Any]:
        try:
            act()
        except UserError as error:
            return _plan_page(visit, desk, problems=error.problems)
        return see("/data/plan")

    return await run_sync(done)


def _plan_page(visit: Visit, desk: Desk, *, problems: tuple[Problem, ...] = ()) -> Html:
    return visit.show(
        "data_plan.html",
        visit.frame(visit.speech.say("Tracking plan"), section="data", address="/data/plan"),
        status=400 if problems else 200,
        problems=problems,
        plan=plan_of(desk.ws.store),
    )


def _keys(desk: Desk) -> list[HTTPRouteHandler]:
    def page(visit: Visit, *, problems: tuple[Problem, ...] = (), status: int = 200) -> Html:
        base = str(visit.request.base_url).rstrip("/")
        found = all_sources(desk.ws, Tasks(desk.ws.store.path))
        return visit.show(
            "data_sending.html",
            visit.frame(visit.speech.say("Send events"), section="data", address="/data/sending"),
            status=status,
            problems=problems,
            sending=found.sending,
            base=base,
            removing=visit.asked("remove")[:64],
        )

    @get("/data/sending", **PAGE, opt=VIEWS)
    def sending(request: Asked) -> Html:
        return page(Visit(request, desk.ws))

    @post("/data/sending", **SENT, opt=MANAGES)
    async def change(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        store = desk.ws.store
        do, name = (sent.get(each, [""])[0].strip() for each in ("do", "name"))

        def changed() -> Response[Any]:
            kind = sent.get("kind", ["web"])[0]
            try:
                if do == "add":
                    kept = kind if kind in KINDS else "web"
                    add_source(store, name, kind=kept, unplanned="allow")  # type: ignore[arg-type]
                elif do == "rotate":
                    rotate_key(store, name)
                elif do == "remove":
                    remove_source(store, name)
            except UserError as error:
                return page(visit, problems=error.problems, status=400)
            if do in ("add", "rotate", "remove"):
                note(store, visit.caller.by.act(f"source.{do}", Subject("source", name)))
            return see("/data/sending")

        return await run_sync(changed)

    return [sending, change]
