"""Importing a file in the page: it comes, is looked at, mapped, tried, loaded; what became of its rows."""

from __future__ import annotations

from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts.acting import note
from vitrail.app.http.access.guards import address_token, needs
from vitrail.app.http.refused_rows import refused_of
from vitrail.app.http.uploading import is_raw, number_told, received_form, received_raw
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.purposes import define_purposes, purposes_in_force
from vitrail.app.record.words import BASES
from vitrail.app.tasks import bringing
from vitrail.app.tasks.mapping import IDENTITIES, TYPES
from vitrail.app.tasks.receiving import room_of
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.data.importing import Progress, import_view, lately, progress_of, repairs_of
from vitrail.app.web.data.mapping import BECOMES, KINDS, mapping_form, said_of
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb
from vitrail.consent.purposes import CHANNEL_WORDS
from vitrail.ledger.audit import Subject
from vitrail.model.errors import Problem, UserError

BRINGS = needs("import_data")
SENT: dict[str, Any] = {"include_in_schema": False, "status_code": 200, "opt": BRINGS}
UPLOAD: dict[str, Any] = {
    "include_in_schema": False,
    "status_code": 200,
    "opt": needs("import_data", forgery="address"),
    "request_max_body_size": None,
}

WORDS: dict[str, Any] = {
    "kinds": KINDS,
    "becomes": BECOMES,
    "named": frozenset((*TYPES, *IDENTITIES, "texts", "float", "created")),
    "bases": BASES,
    "channels": {key: {"fr": each.fr, "en": each.en} for key, each in CHANNEL_WORDS.items()},
    "repairs": repairs_of,
}
"""What the templates of an import say things with."""

LOOKING_SECONDS = 60.0


def import_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """Where files are brought in."""

    @get("/data/import", opt=BRINGS, include_in_schema=False, sync_to_thread=True)
    def bring(request: Asked) -> Html:
        return bring_page(Visit(request, desk.ws), runner)

    @post("/data/import/{token:str}", **UPLOAD)
    async def upload(request: Asked, token: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        try:
            receiving = received_raw if is_raw(request) else received_form
            task = await receiving(request, runner, store=desk.ws.store, by=visit.caller.id)
        except UserError as error:
            return refused(visit, runner, error=error)
        if not task.whole:
            return Response({"id": task.id, "size": task.size}, headers={"Cache-Control": "no-store"})
        store, by = desk.ws.store, visit.caller.by
        await run_sync(lambda: bringing.looked_at(runner, store, task=task, by=by))
        address = f"/data/imports/{task.id}"
        return Response({"next": address}) if is_raw(request) else see(address)

    @get("/data/imports/{id:str}", opt=BRINGS, include_in_schema=False, sync_to_thread=True)
    def one(request: Asked, id: str) -> Html:
        return import_page(Visit(request, desk.ws), runner, id=id)

    @post("/data/imports/{id:str}", **SENT)
    async def answer(request: Asked, id: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()
        return await run_sync(lambda: answered(visit, runner, id=id, sent=sent))

    @get("/data/imports/{id:str}/refused.csv", opt=BRINGS, include_in_schema=False, sync_to_thread=True)
    def refused_rows(request: Asked, id: str) -> Response[Any]:
        visit = Visit(request, desk.ws)
        asked = (visit.caller, visit.language)
        return refused_of(runner, desk.ws.store, id=id, part=number_told(request, "part"), asked=asked)

    return [bring, upload, one, answer, refused_rows]


def refused(visit: Visit, runner: Runner, *, error: UserError) -> Response[Any]:
    """A file that was not taken: a page with the reason, or the reason for the script."""
    if is_raw(visit.request):
        told = [each.text(visit.language) for each in error.problems]
        size = error.problems[0].path if error.problems[0].code == "upload_gap" else ""
        return Response({"problems": told, "size": size}, status_code=400)
    return bring_page(visit, runner, problems=error.problems, status=400)


def bring_page(
    visit: Visit, runner: Runner, *, problems: tuple[Problem, ...] = (), status: int = 200
) -> Html:
    """Where a file is chosen."""
    say = visit.speech.say
    crumbs = (Crumb(say("Data"), "/data"), Crumb(say("Imports"), "/data/imports"))
    return visit.show(
        "data_import.html",
        visit.frame(say("Import a file"), section="data", crumbs=crumbs, address="/data/import"),
        status=status,
        room=room_of(visit.ws.store.path),
        sending=f"/data/import/{address_token(visit.caller)}",
        problems=problems,
        lately=lately(runner.tasks),
    )


def import_page(
    visit: Visit, runner: Runner, *, id: str, problems: tuple[Problem, ...] = (), part: str = ""
) -> Html:
    """How the import of a file stands."""
    store, say = visit.ws.store, visit.speech.say
    view = import_view(runner.tasks, id, wants=part or visit.asked("show"))
    register = purposes_in_force(store).document
    form = None
    if view.found is not None and view.shows == "mapping":
        form = mapping_form(
            view.found,
            runner.tasks.said(id),
            catalogue=store.catalogue,
            purposes=register.purposes,
            masked=visit.caller.is_masked,
        )
    crumbs = (Crumb(say("Data"), "/data"), Crumb(say("Imports"), "/data/imports"))
    progress: Progress | None = progress_of(view.step) if view.step else None
    return visit.show(
        "data_file.html",
        visit.frame(view.task.file, section="data", crumbs=crumbs, address=f"/data/imports/{id}"),
        status=400 if problems else 200,
        view=view,
        form=form,
        progress=progress,
        problems=problems,
        masked=visit.caller.is_masked,
        **WORDS,
    )


def answered(visit: Visit, runner: Runner, *, id: str, sent: dict[str, list[str]]) -> Response[Any]:
    """Do what the form says, and show how the import stands then."""
    store, by = visit.ws.store, visit.caller.by
    do = sent.get("do", [""])[0]
    try:
        if do == "drop":
            bringing.drop(runner, store, id=id, by=by)
            return see("/data/imports")
        if do == "stop":
            runner.stop(id)
            runner.wait(id, 2.0)
            return see(f"/data/imports/{id}")
        if do == "purposes" and "manage_purposes" in visit.can:
            define_purposes(store)
            note(store, by.act("purposes.apply", Subject("register")))
        bringing.say(runner, id, said=said_of(sent, runner.tasks.said(id), found=runner.tasks.look(id)))
        if do in ("try", "load"):
            runner.wait(id, LOOKING_SECONDS)
            bringing.begin(runner, store, id=id, act="load" if do == "load" else "try", by=by)
    except UserError as error:
        runner.tasks.find(id)
        return import_page(visit, runner, id=id, problems=error.problems, part="mapping")
    if visit.live:
        return import_page(visit, runner, id=id, part="mapping")
    shown = "" if do in ("try", "load") else "?show=mapping"
    return see(f"/data/imports/{id}{shown}")
