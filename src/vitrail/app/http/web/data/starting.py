"""The first run: the welcome of an empty workspace, the sample shop made in the page, the first segments."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.counting import Counts
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.ready import ready
from vitrail.app.ready.fitting import Fit, fit
from vitrail.app.starting import SEGMENTS, SHOP, begin_segments, begin_shop
from vitrail.app.tasks import bringing
from vitrail.app.tasks.kept import Step
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.data.importing import progress_of
from vitrail.app.web.data.starting import offered
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.model.errors import Problem, UserError

BRINGS, EDITS = needs("import_data"), needs("edit_segments")
SENT: dict[str, Any] = {"include_in_schema": False, "status_code": 200}


def start_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """From an empty workspace to its first segments."""

    @get("/welcome", opt=BRINGS, include_in_schema=False, sync_to_thread=True)
    def welcome(request: Asked) -> Html:
        return welcome_page(Visit(request, desk.ws), runner)

    @post("/welcome", **SENT, opt=BRINGS)
    async def make_shop(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()

        def made() -> Response[Any]:
            try:
                if sent.get("do") == ["shop"]:
                    begin_shop(runner, desk.ws.store, by=visit.caller.by)
            except UserError as error:
                return welcome_page(visit, runner, problems=error.problems)
            return see("/welcome")

        return await run_sync(made)

    @get("/data/segments", opt=EDITS, include_in_schema=False, sync_to_thread=True)
    def first(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return first_page(visit, desk, runner=runner, fitted=fit(desk.ws.catalogue.current()))

    @post("/data/segments", **SENT, opt=EDITS)
    async def apply_first(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        chosen = {
            name.removeprefix("role:"): each[0] for name, each in sent.items() if name.startswith("role:")
        }

        def applied() -> Response[Any]:
            fitted = fit(desk.ws.catalogue.current(), chosen)
            if sent.get("do", [""])[0] != "apply":
                return first_page(visit, desk, runner=runner, fitted=fitted)
            try:
                begin_segments(runner, desk.ws.store, mapping=fitted.names, by=visit.caller.by)
            except UserError as error:
                return first_page(visit, desk, runner=runner, fitted=fitted, problems=error.problems)
            return see("/data/segments")

        return await run_sync(applied)

    return [welcome, make_shop, first, apply_first]


def welcome_page(visit: Visit, runner: Runner, *, problems: tuple[Problem, ...] = ()) -> Html:
    """Two ways to begin, or how far the sample shop is."""
    step = runner.tasks.step(SHOP)
    return visit.show(
        "welcome.html",
        visit.frame(visit.speech.say("Welcome"), address="/welcome"),
        status=400 if problems else 200,
        problems=problems,
        step=step,
        progress=None if step is None else progress_of(step),
        is_empty=bringing.is_empty(visit.ws.store),
    )


def first_page(
    visit: Visit, desk: Desk, *, runner: Runner, fitted: Fit, problems: tuple[Problem, ...] = ()
) -> Html:
    """Which ready-made segments fit, what plays which role, and how far applying them is."""
    catalogue = desk.ws.catalogue.current()
    step: Step | None = runner.tasks.step(SEGMENTS)
    sizes = Counts(desk.ws, visit.can).segments() if step is not None and step.state == "done" else {}
    say = visit.speech.say
    return visit.show(
        "data_segments.html",
        visit.frame(
            say("First segments"),
            section="data",
            crumbs=(Crumb(say("Data"), "/data"),),
            address="/data/segments",
        ),
        status=400 if problems else 200,
        problems=problems,
        step=step,
        progress=None if step is None else progress_of(step),
        fitted=fitted,
        offer=offered(ready(fitted.mapping, catalogue), catalogue, sizes=sizes, language=visit.language),
    )
