"""Data over the API: all that the pages of data do; long work answers at once with how far it is."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from anyio.to_thread import run_sync
from litestar import Response, delete, get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.params import Parameter

from vitrail.app.http.access.callers import Asked as Request
from vitrail.app.http.access.callers import Caller, caller_of, language_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.api import data_shapes as shapes
from vitrail.app.http.refused_rows import refused_of
from vitrail.app.http.uploading import received_raw
from vitrail.app.instants import instant
from vitrail.app.load_history import past_loads
from vitrail.app.masking import HIDDEN
from vitrail.app.tasks import bringing
from vitrail.app.tasks.doing import UNDO_TASK, take_back
from vitrail.app.tasks.kept import Act, Said
from vitrail.app.tasks.mapping import ABOUT_THE_FILE, mapped
from vitrail.app.tasks.runner import Runner
from vitrail.app.written import whole_number
from vitrail.collect.proposal import Proposal
from vitrail.warehouse.store import Store

BRINGS = needs("import_data")
SENT: dict[str, Any] = {"status_code": 200, "tags": ["Data"]}
Page = Annotated[int, Parameter(ge=1, le=100_000)]


def import_api(store: Store, runner: Runner) -> list[HTTPRouteHandler]:
    """Files: brought in, said, tried, loaded."""
    place = "/api/imports"

    @post(
        place, status_code=201, opt=needs("import_data", forgery="address"), request_max_body_size=None,
        tags=["Data"], operation_id="bringFile",
    )  # fmt: skip
    async def bring(request: Request) -> shapes.ImportTold:
        """Bring a file: its bytes are the body, `name` its name. A large one may come in pieces: `size` is
        that of the whole, `at` where the piece begins, `id` what the first piece was answered."""
        caller = caller_of(request)
        task = await received_raw(request, runner, store=store, by=caller.id)
        if task.whole:
            await run_sync(lambda: bringing.looked_at(runner, store, task=task, by=caller.by))
        return await run_sync(lambda: told_import(runner, store, id=task.id, caller=caller))

    @get(place + "/{id:str}", opt=BRINGS, tags=["Data"], operation_id="import")
    async def one(request: Request, id: str) -> shapes.ImportTold:
        """How the import of a file stands."""
        caller = caller_of(request)
        return await run_sync(lambda: told_import(runner, store, id=id, caller=caller))

    @put(place + "/{id:str}", **SENT, opt=BRINGS, operation_id="sayImport")
    async def say(request: Request, id: str, *, data: Said) -> shapes.ImportTold:
        """Say how a file is imported; the whole replaces what was said before."""
        caller = caller_of(request)
        await run_sync(lambda: bringing.say(runner, id, said=data))
        return await run_sync(lambda: told_import(runner, store, id=id, caller=caller))

    @delete(place + "/{id:str}", status_code=204, opt=BRINGS, tags=["Data"], operation_id="dropImport")
    async def drop(request: Request, id: str) -> None:
        """Forget a file that was brought in; what was loaded stays."""
        by = caller_of(request).by
        await run_sync(lambda: bringing.drop(runner, store, id=id, by=by))

    @get(place + "/{id:str}/refused", opt=BRINGS, tags=["Data"], operation_id="refusedRows")
    async def refused(request: Request, id: str, *, part: int = 0) -> Response[bytes]:
        """The refused rows of the last step as CSV, with the reasons: to be corrected and brought again."""
        by, language = caller_of(request), language_of(request)
        return await run_sync(lambda: refused_of(runner, store, id=id, part=part, asked=(by, language)))

    return [bring, one, say, drop, refused, *_steps(store, runner)]


def _steps(store: Store, runner: Runner) -> list[HTTPRouteHandler]:
    place = "/api/imports/{id:str}"

    async def begun(request: Request, id: str, *, act: Act) -> shapes.ImportTold:
        caller = caller_of(request)
        await run_sync(lambda: bringing.begin(runner, store, id=id, act=act, by=caller.by))
        return await run_sync(lambda: told_import(runner, store, id=id, caller=caller))

    @post(place + "/try", **SENT, opt=BRINGS, operation_id="tryImport")
    async def attempt(request: Request, id: str) -> shapes.ImportTold:
        """Try the load on a copy: nothing is changed."""
        return await begun(request, id, act="try")

    @post(place + "/load", **SENT, opt=BRINGS, operation_id="loadImport")
    async def load(request: Request, id: str) -> shapes.ImportTold:
        """Load for good."""
        return await begun(request, id, act="load")

    @get("/api/tasks/{id:str}", opt=needs("view_segments"), tags=["Data"], operation_id="task")
    async def task(request: Request, id: str) -> shapes.TaskTold:
        """How far a piece of long work is."""
        await run_sync(lambda: runner.tasks.find(id))
        return shapes.TaskTold(id, await run_sync(lambda: _plain(runner, id)))

    @get("/api/loads", opt=needs("view_segments"), tags=["Data"], operation_id="loads")
    async def loads(request: Request, *, page: Page = 1, source: str = "") -> shapes.LoadsTold:
        """What was ever loaded, newest first, by pages."""
        found = await run_sync(lambda: past_loads(store, page=page, only=source))
        return shapes.LoadsTold(found.loads, found.page, found.pages)

    @post("/api/loads/{load:str}/undo", **SENT, opt=BRINGS, operation_id="undoLoad")
    async def undo(request: Request, load: str) -> shapes.TaskTold:
        """Take a load of events back: its rows, and the customers whom it alone made known."""
        by = caller_of(request).by
        number = whole_number(load) or 0
        await run_sync(lambda: take_back(runner, store, load=number, by=by))
        return shapes.TaskTold(UNDO_TASK, runner.tasks.step(UNDO_TASK))

    return [attempt, load, task, loads, undo]


def _plain(runner: Runner, id: str) -> Any:
    """A step without rows of people."""
    step = runner.tasks.step(id)
    return None if step is None else msgspec.structs.replace(step, reports=())


def told_import(runner: Runner, store: Store, *, id: str, caller: Caller) -> shapes.ImportTold:
    """How an import stands; sample values are hidden from who may not see personal data."""
    task, said = runner.tasks.find(id), runner.tasks.said(id)
    found, step = runner.tasks.look(id), runner.tasks.step(id)
    missing: tuple[str, ...] = ()
    if found is not None and found.columns:
        plan = mapped(found, said, catalogue=store.catalogue)
        asked = tuple(each.key for each in found.questions if each.key not in ABOUT_THE_FILE)
        missing = (*(() if plan.recipe.kind else ("kind",)), *plan.missing, *asked)
    if caller.is_masked:
        found = _masked(found)
        step = None if step is None else msgspec.structs.replace(step, reports=())
    return shapes.ImportTold(
        id, task.file, task.size, instant(task.at_us), task.whole, found, said, step, missing
    )


def _masked(found: Proposal | None) -> Proposal | None:
    if found is None:
        return None
    columns = tuple(
        msgspec.structs.replace(each, samples=tuple(HIDDEN for _ in each.samples)) for each in found.columns
    )
    questions = tuple(msgspec.structs.replace(each, samples=()) for each in found.questions)
    return msgspec.structs.replace(found, columns=columns, questions=questions)
