"""Sources, quarantine, plan, catalogue and first segments over the API."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import get, patch, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app import starting
from vitrail.app.accounts.acting import note
from vitrail.app.catalogue_edits import FieldEdit, Place, accept, edit
from vitrail.app.health import recent_health
from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import data_shapes as shapes
from vitrail.app.http.api.bench import Bench
from vitrail.app.pulling import pause, resume
from vitrail.app.quarantined import plan_of, waiting
from vitrail.app.ready import ready
from vitrail.app.ready.fitting import fit
from vitrail.app.report.base.figures import BaseFigures
from vitrail.app.report.base.gather import gather_base
from vitrail.app.source_view import AllSources, Sending, all_sources
from vitrail.app.tasks.doing import QUARANTINE, pull_now, put_right
from vitrail.app.tasks.runner import Runner
from vitrail.app.workspace import Workspace
from vitrail.ledger.audit import Subject
from vitrail.warehouse.store import Store

SENT: dict[str, Any] = {"status_code": 200, "tags": ["Data"]}
VIEWS, BRINGS, MANAGES = needs("view_segments"), needs("import_data"), needs("manage_sources")


def data_api(bench: Bench, runner: Runner) -> list[HTTPRouteHandler]:
    """What can be asked of data, and done to it."""
    return [
        *_pulled(bench, runner),
        *_waiting(bench, runner),
        *_known(bench),
        *_first(bench, runner),
    ]


def _pulled(bench: Bench, runner: Runner) -> list[HTTPRouteHandler]:
    @get("/api/sources", opt=VIEWS, tags=["Data"], operation_id="sources")
    async def sources(request: Request) -> shapes.SourcesTold:
        """Every source and how it stands."""
        return await bench.ask(lambda ws: told_sources(all_sources(ws, runner.tasks)))

    @post("/api/sources/{key:str}/run", **SENT, opt=MANAGES, operation_id="runSource")
    async def run(request: Request, key: str) -> shapes.TaskTold:
        """Read a source now."""
        by, store = caller_of(request).by, bench.store
        task = await run_sync(lambda: pull_now(runner, store, key=key, by=by))
        return shapes.TaskTold(task, runner.tasks.step(task))

    @post("/api/sources/{key:str}/pause", **SENT, opt=MANAGES, operation_id="pauseSource")
    async def hold(request: Request, key: str) -> None:
        """Read a source no more until it is resumed."""
        by = caller_of(request).by
        await bench.look(lambda store: pause(store, key))
        await bench.look(lambda store: note(store, by.act("source.pause", Subject("source", key))))

    @post("/api/sources/{key:str}/resume", **SENT, opt=MANAGES, operation_id="resumeSource")
    async def go_on(request: Request, key: str) -> None:
        """Read a source in time again."""
        by = caller_of(request).by
        await bench.look(lambda store: resume(store, key))
        await bench.look(lambda store: note(store, by.act("source.resume", Subject("source", key))))

    return [sources, run, hold, go_on]


def _waiting(bench: Bench, runner: Runner) -> list[HTTPRouteHandler]:
    @get("/api/quarantine", opt=VIEWS, tags=["Data"], operation_id="quarantine")
    async def quarantine(request: Request) -> shapes.QuarantineTold:
        """What waits for a correction, by reason."""
        masked = caller_of(request).is_masked
        found = await bench.look(lambda store: waiting(store, masked=masked))
        return shapes.QuarantineTold(
            tuple(
                shapes.WaitingTold(
                    each.id,
                    each.source,
                    each.event,
                    each.messages,
                    {"fr": each.reason.fr, "en": each.reason.en},
                )
                for each in found
            )
        )

    @post("/api/quarantine/replay", **SENT, opt=BRINGS, operation_id="replay")
    async def replay(request: Request, data: shapes.GroupAsked) -> shapes.TaskTold:
        """File again what waits in a group, or in all; each message counts once."""
        by, store = caller_of(request).by, bench.store
        await run_sync(lambda: put_right(runner, store, act="replay", group=data.group, by=by))
        return shapes.TaskTold(QUARANTINE, runner.tasks.step(QUARANTINE))

    @post("/api/quarantine/discard", **SENT, opt=BRINGS, operation_id="discard")
    async def discard(request: Request, data: shapes.GroupAsked) -> shapes.TaskTold:
        """Forget what waits in a group, or in all, for good."""
        by, store = caller_of(request).by, bench.store
        await run_sync(lambda: put_right(runner, store, act="discard", group=data.group, by=by))
        return shapes.TaskTold(QUARANTINE, runner.tasks.step(QUARANTINE))

    return [quarantine, replay, discard]


def _known(bench: Bench) -> list[HTTPRouteHandler]:
    @get("/api/plan", opt=VIEWS, tags=["Data"], operation_id="trackingPlan")
    async def plan(request: Request) -> shapes.PlanTold:
        """What sites and apps sent beyond the tracking plan."""
        found = await bench.look(plan_of)
        return shapes.PlanTold(
            tuple(each.name for each in found.events),
            tuple((of, each.name) for of, each in found.properties),
            tuple(each.name for each in found.traits),
        )

    @post("/api/plan/accept", **SENT, opt=BRINGS, operation_id="acceptIntoPlan")
    async def take(request: Request, data: shapes.PlaceAsked) -> None:
        """Take something into the tracking plan."""
        by = caller_of(request).by

        def taken(store: Store) -> None:
            accept(store, Place(data.of, data.name))
            subject = Subject("field", f"{data.of}.{data.name}".strip("."))
            note(store, by.act("plan.accept", subject))

        await bench.look(taken)

    @patch("/api/catalogue/field", **SENT, opt=BRINGS, operation_id="editField")
    async def change(request: Request, data: shapes.FieldAsked) -> None:
        """Change what is said of a field: its words, its unit, what it reveals, what it may serve."""
        by = caller_of(request).by
        said = FieldEdit(data.fr, data.en, data.unit, data.sensitive, data.purposes)

        def changed(store: Store) -> None:
            edit(store, Place(data.of, data.name), said=said)
            subject = Subject("field", f"{data.of}.{data.name}".strip("."))
            note(store, by.act("catalogue.edit", subject))

        await bench.look(changed)

    @get("/api/quality", opt=VIEWS, tags=["Data"], operation_id="quality")
    async def quality(request: Request) -> shapes.QualityTold:
        """What is stale or broken in the data, and which segments may be wrong because of it."""

        def judged(ws: Workspace) -> shapes.QualityTold:
            found = recent_health(ws.store, ws.catalogue.current(), database=ws.database)
            told = tuple(
                {"code": each.code, "path": each.path, "fr": each.message.fr, "en": each.message.en}
                for each in found.problems
            )
            return shapes.QualityTold(found.at, told, tuple(found.segments))

        return await bench.ask(judged)

    @get("/api/base-report", opt=needs("view_people"), tags=["Data"], operation_id="baseReport")
    async def report(request: Request) -> BaseFigures:
        """The figures of the base report."""
        return await bench.ask(gather_base)

    return [plan, take, change, quality, report]


def _first(bench: Bench, runner: Runner) -> list[HTTPRouteHandler]:
    @post("/api/shop", **SENT, opt=BRINGS, operation_id="makeShop")
    async def shop(request: Request, data: shapes.ShopAsked) -> shapes.TaskTold:
        """Make the sample shop in an empty workspace."""
        by, store = caller_of(request).by, bench.store
        await run_sync(lambda: starting.begin_shop(runner, store, by=by))
        return shapes.TaskTold(starting.SHOP, runner.tasks.step(starting.SHOP))

    @get("/api/ready/guess", opt=needs("edit_segments"), tags=["Ready-made"], operation_id="guessReady")
    async def guessed(request: Request) -> shapes.ReadyGuess:
        """Which names would play which roles, guessed from their words, and what would fit then."""

        def told(ws: Workspace) -> shapes.ReadyGuess:
            fitted = fit(ws.catalogue.current())
            found = ready(fitted.mapping, ws.catalogue.current())
            return shapes.ReadyGuess(
                fitted.mapping,
                tuple(each.key for each in found.definitions.segmentations),
                tuple(each.key for each in found.definitions.segments),
                tuple(each.reason.en for each in found.left_out),
            )

        return await bench.ask(told)

    @post(
        "/api/ready/begin",
        status_code=200,
        tags=["Ready-made"],
        opt=needs("edit_segments"),
        operation_id="beginReady",
    )
    async def begun(request: Request, data: shapes.ReadyAsked) -> shapes.TaskTold:
        """Choose the names, then define and evaluate every ready-made segment that fits."""
        by, store = caller_of(request).by, bench.store

        def begin(ws: Workspace) -> None:
            guess = fit(ws.catalogue.current()).mapping
            starting.begin_segments(runner, store, mapping={**guess, **data.mapping}, by=by)

        await bench.ask(begin)
        return shapes.TaskTold(starting.SEGMENTS, runner.tasks.step(starting.SEGMENTS))

    return [shop, guessed, begun]


def told_sources(found: AllSources) -> shapes.SourcesTold:
    """Every source as the API tells it."""
    pulled = tuple(
        shapes.PulledTold(
            each.standing.key,
            each.standing.kind,
            each.standing.schedule,
            each.standing.succeeded_at,
            each.standing.next_at,
            each.standing.is_paused,
            each.running,
            each.standing.failures,
            tuple(problem.code for problem in each.standing.problems),
        )
        for each in found.pulled
    )
    sending = tuple(_sender(each) for each in found.sending)
    return shapes.SourcesTold(pulled, sending, tuple(each.name for each in found.brought))


def _sender(each: Sending) -> shapes.SenderTold:
    return shapes.SenderTold(
        each.source.name,
        each.source.kind,
        each.source.unplanned,
        each.today,
        each.refused,
        each.last,
        each.waiting,
    )
