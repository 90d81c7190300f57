"""The history of loads: what came, from where, by whom, what was refused."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import needs
from vitrail.app.http.web.data.importing import csv_of
from vitrail.app.http.web.visiting import Asked, Html, Visit
from vitrail.app.tasks.history import check_has_refused, find_load, past_loads
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.data.importing import lately
from vitrail.app.web.desk import Desk
from vitrail.ledger.audit import Subject


def history_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """What was loaded so far."""

    @get("/data/imports", opt=needs("view_segments"), include_in_schema=False, sync_to_thread=True)
    def imports(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        asked = visit.asked("page", "1")
        page = max(1, int(asked)) if asked.isdigit() and len(asked) < 6 else 1
        return visit.show(
            "data_imports.html",
            visit.frame(visit.speech.say("Imports"), section="data"),
            past=past_loads(desk.ws.store, page=page, only=visit.asked("source")[:100]),
            source=visit.asked("source")[:100],
            lately=lately(runner.tasks) if "import_data" in visit.can else (),
            masked=visit.caller.is_masked,
        )

    @get(
        "/data/loads/{load:str}/refused.csv",
        opt=needs("import_data"),
        include_in_schema=False,
        sync_to_thread=True,
    )
    def refused(request: Asked, load: str) -> Response[Any]:
        visit, store = Visit(request, desk.ws), desk.ws.store
        found = find_load(store, int(load) if load.isdigit() and len(load) < 12 else 0)
        if (problem := check_has_refused(found)) is not None:
            raise problem
        note(store, visit.caller.by.act("file.refused", Subject("load", load)))
        return csv_of(str(store.path / found.rejects_path), name=f"refused-{load}", language=visit.language)

    return [imports, refused]
