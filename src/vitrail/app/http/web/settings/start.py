"""The addresses of settings: the workspace, upkeep, secrets, about."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from anyio.to_thread import run_sync
from litestar import Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail import __version__
from vitrail.app.http.access.guards import needs
from vitrail.app.http.limits import Rate
from vitrail.app.http.web.done import done, wrong
from vitrail.app.http.web.visiting import Asked, Html, Visit, see
from vitrail.app.kept_secrets import all_kept
from vitrail.app.upkeep import backup_of, examined
from vitrail.app.web.builder.form import first
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import Crumb, Frame, Notice
from vitrail.app.workspace_settings import SettingsChange, change_settings, settings_of, wrong_in
from vitrail.app.written import whole_number
from vitrail.model.errors import UserError, problem

PAGE: dict[str, Any] = {"include_in_schema": False, "sync_to_thread": True}
SENT: dict[str, Any] = {"include_in_schema": False, "status_code": 200}
CHOSEN = ("name", "smallest_group", "language")
Sent = Mapping[str, Sequence[str]]


def framed(visit: Visit, title: str, *, notices: tuple[Notice, ...] = (), **more: Any) -> Frame:
    """The frame of a page of settings."""
    crumbs = (Crumb(visit.speech.say("Settings"), "/settings"), *more.pop("crumbs", ()))
    return visit.frame(title, section="settings", crumbs=crumbs, notices=notices, **more)


def start_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Where settings begin, and the workspace itself."""

    @get("/settings", opt=needs("view_segments"), **PAGE)
    def start(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        frame = visit.frame(visit.speech.say("Settings"), section="settings")
        rate = visit.request.app.state.get("rate", Rate())
        return visit.show(
            "settings.html",
            frame,
            settings=settings_of(desk.ws.store),
            version=__version__,
            python=platform.python_version(),
            rate=rate,
        )

    @get("/settings/workspace", opt=needs("manage_settings"), **PAGE)
    def workspace(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        return shown(visit, notices=done(visit))

    @post("/settings/workspace", opt=needs("manage_settings"), **SENT)
    async def workspace_sent(request: Asked) -> Response[Any]:
        visit = Visit(request, desk.ws)
        sent = await visit.form()

        def changed() -> Response[Any]:
            try:
                change_settings(desk.ws.store, asked(sent), by=visit.caller.by)
            except UserError as error:
                return shown(visit, notices=wrong(visit, error), sent=sent)
            return see("/settings/workspace?done=saved")

        return await run_sync(changed)

    def shown(visit: Visit, *, notices: tuple[Notice, ...], sent: Sent | None = None) -> Html:
        frame = framed(visit, visit.speech.say("Workspace"), notices=notices)
        settings = settings_of(desk.ws.store)
        given = {name: str(getattr(settings, name)) for name in CHOSEN}
        given |= {name: first(sent, name) for name in CHOSEN} if sent is not None else {}
        return visit.show(
            "settings_workspace.html", frame, settings=settings, given=given, status=422 if sent else 200
        )

    return [start, workspace, workspace_sent, *upkeep_routes(desk)]


def upkeep_routes(desk: Desk) -> list[HTTPRouteHandler]:
    """Backup and doctor, and the secrets of sources by name."""

    @get("/settings/upkeep", opt=needs("manage_settings"), **PAGE)
    def upkeep(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        frame = framed(visit, visit.speech.say("Backup and health"))
        return visit.show("settings_upkeep.html", frame, backup=backup_of(desk.ws), examination=None)

    @post("/settings/upkeep", opt=needs("manage_settings"), **SENT)
    async def upkeep_sent(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        found = await run_sync(partial(examined, desk.ws, by=visit.caller.by))
        frame = framed(visit, visit.speech.say("Backup and health"))
        return visit.show("settings_upkeep.html", frame, backup=backup_of(desk.ws), examination=found)

    @get("/settings/secrets", opt=needs("manage_sources"), **PAGE)
    def secrets(request: Asked) -> Html:
        visit = Visit(request, desk.ws)
        frame = framed(visit, visit.speech.say("Secrets of sources"))
        return visit.show("settings_secrets.html", frame, secrets=all_kept(desk.ws.store))

    return [upkeep, upkeep_sent, secrets]


def asked(sent: Sent) -> SettingsChange:
    """What a form wants changed. Raises `UserError` with all that is wrong in it."""
    written = first(sent, "smallest_group")
    number = whole_number(written)
    change = SettingsChange(first(sent, "name"), number, first(sent, "language") or None)
    if number is None:
        no_number = problem(
            "bad_number",
            path="smallest_group",
            fr=f"« {written[:30]} » n’est pas un nombre.",
            en=f"“{written[:30]}” is no number.",
        )
        raise UserError((no_number, *wrong_in(change)))
    return change
