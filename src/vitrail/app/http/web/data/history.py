"""The history of loads: what came, from where, by whom, what was refused."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.refused_rows import csv_of
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.load_history import check_has_refused, find_load, past_loads
from vitrail.app.tasks.doing import UNDO_TASK, take_back
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.data.catalogue import called
from vitrail.app.web.data.importing import lately
from vitrail.app.web.desk import Desk
from vitrail.app.written import page_number, whole_number
from vitrail.ledger.audit import Subject


def history_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """What was loaded so far."""

    @get("/data/imports", opt=needs("view_segments"), include_in_schema=False, sync_to_thread=True)
    def imports(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return visit.show(
            "data_imports.html",
            visit.frame(visit.speech.say("Imports"), section="data"),
            past=past_loads(
                desk.ws.store, page=page_number(visit.asked("page")), only=visit.asked("source")[:100]
            ),
            source=visit.asked("source")[:100],
            lately=lately(runner.tasks) if "import_data" in visit.can else (),
            masked=visit.caller.is_masked,
            undoing=visit.asked("undo")[:12],
            step=runner.tasks.step(UNDO_TASK),
            names={each.name: each.label for each in desk.ws.store.catalogue.collections.values()},
            called=called,
        )

    @get(
        "/data/loads/{load:str}/refused.csv",
        opt=needs("import_data"),
        include_in_schema=False,
        sync_to_thread=True,
    )
    def refused(request: Asked, load: str) -> Response[Any]:
        visit, store = Visit(request, desk.ws), desk.ws.store
        found = find_load(store, whole_number(load) or 0)
        if (problem := check_has_refused(found)) is not None:
            raise problem
        path, about = str(store.path / found.rejects_path), Subject("load", load)
        return csv_of(
            store, path, name=f"refused-{found.id}", about=about, asked=(visit.caller, visit.language)
        )

    @post("/data/loads/{load:str}", include_in_schema=False, status_code=200, opt=needs("import_data"))
    async def undo(request: Asked, load: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        number = whole_number(load) or 0

        def undone() -> Response[Any]:
            if sent.get("do") == ["undo"]:
                take_back(runner, desk.ws.store, load=number, by=visit.caller.by)
            return see("/data/imports")

        return await run_sync(undone)

    return [imports, refused, undo]
