"""All addresses of the web app, and what is shown where there is none or where something goes wrong."""

from __future__ import annotations

from typing import Any

import structlog
from litestar import Response, Router, get
from litestar.datastructures import Cookie
from litestar.exceptions import HTTPException
from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.access.guards import needs
from vitrail.app.http.missing import answer_if_missing
from vitrail.app.http.problems import on_error, reads_pages, status_of
from vitrail.app.http.web.building import builder_routes
from vitrail.app.http.web.data.routes import data_routes
from vitrail.app.http.web.overview import overview_routes
from vitrail.app.http.web.people import people_routes
from vitrail.app.http.web.person_acts import decision_routes
from vitrail.app.http.web.person_rights import rights_routes
from vitrail.app.http.web.privacy.asking import request_routes
from vitrail.app.http.web.privacy.auditing import audit_routes
from vitrail.app.http.web.privacy.consenting import consent_routes
from vitrail.app.http.web.privacy.purposing import purpose_routes
from vitrail.app.http.web.privacy.retaining import retention_routes
from vitrail.app.http.web.privacy.start import start_routes
from vitrail.app.http.web.segment_changes import change_routes
from vitrail.app.http.web.segment_exporting import export_pages
from vitrail.app.http.web.segment_pages import segment_pages
from vitrail.app.http.web.segmentations import segmentation_routes
from vitrail.app.http.web.segments import segment_routes
from vitrail.app.http.web.settings import keys as setting_keys
from vitrail.app.http.web.settings import start as setting_start
from vitrail.app.http.web.settings import users as setting_users
from vitrail.app.http.web.visiting import YEAR, Asked, Html, Visit, see
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.assets import NAMES, asset
from vitrail.app.web.desk import Desk
from vitrail.app.web.pages import THEMES
from vitrail.app.web.speech import LANGUAGES
from vitrail.app.workspace import Workspace
from vitrail.ledger.checking import LEDGER_ERRORS
from vitrail.model.errors import UserError

UNKNOWN = ("unknown_segment", "unknown_profile", "unknown_task")


def page_routes(desk: Desk, runner: Runner) -> Router:
    """Every page of the web app, over a workspace."""
    ws = desk.ws
    return Router(
        "/",
        route_handlers=[look, static, *_pages(desk, runner)],
        exception_handlers={Exception: lambda request, error: answer_error(ws, request, error=error)},
    )


def _segments(desk: Desk) -> list[HTTPRouteHandler]:
    return [
        *overview_routes(desk),
        *segmentation_routes(desk),
        *segment_routes(desk),
        *segment_pages(desk),
        *change_routes(desk),
        *export_pages(desk),
        *builder_routes(desk),
    ]


def _settings(desk: Desk) -> list[HTTPRouteHandler]:
    return [
        *setting_start.start_routes(desk),
        *setting_users.user_routes(desk),
        *setting_keys.key_routes(desk),
    ]


def _privacy(desk: Desk) -> list[HTTPRouteHandler]:
    return [
        *start_routes(desk),
        *purpose_routes(desk),
        *consent_routes(desk),
        *request_routes(desk),
        *retention_routes(desk),
        *audit_routes(desk),
    ]


def _pages(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    people = [*people_routes(desk), *decision_routes(desk), *rights_routes(desk)]
    kept = [*_privacy(desk), *_settings(desk)]
    return [*_segments(desk), *people, *data_routes(desk, runner), *kept]


@get("/look", opt=needs("nobody"), include_in_schema=False, sync_to_thread=False)
def look(request: Asked) -> Response[None]:
    """Remember a language or a theme, and go back to the page."""
    wanted = request.query_params.get("next", "/")
    is_ours = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and wanted.isprintable()
    back = wanted if is_ours else "/"
    valid = {"language": LANGUAGES, "theme": THEMES}
    chosen = {name: str(request.query_params.get(name, "")) for name in valid}
    cookies = [
        Cookie(key=name, value=value, max_age=YEAR, path="/", samesite="lax", httponly=True)
        for name, value in chosen.items()
        if value in valid[name]
    ]
    return see(back, cookies=cookies)


@get(
    "/static/{mark:str}/{name:str}",
    opt=needs("nobody", forgery="harmless"),
    include_in_schema=False,
    sync_to_thread=False,
)
def static(mark: str, name: str) -> Response[bytes]:
    """The style sheet, the script and the mark; an address never changes what it holds."""
    if name not in NAMES or asset(name).address != f"/static/{mark}/{name}":
        return Response(b"", status_code=404, media_type="text/plain")
    found = asset(name)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
    return Response(found.body, media_type=found.kind, headers=headers)


def answer_error(ws: Workspace, request: Asked, *, error: Exception) -> Response[Any]:
    """What went wrong: who may not come in learns how; all else is a page of the web app.

    Where the ledger or files are gone, nothing can be drawn around it: a plain page says so.
    """
    closed = isinstance(error, HTTPException) and error.status_code in (401, 403)
    lost = answer_if_missing(request, page=True) if status_of(error) == 500 else None
    if lost is not None or closed:
        return lost or on_error(request, error)
    try:
        return sorry(Visit(request, ws), error)
    except LEDGER_ERRORS as failure:
        return on_error(request, failure)


def sorry(visit: Visit, error: Exception) -> Html:
    """The page of what went wrong, in words the person can act upon."""
    status, title, told = _wrong(visit, error)
    frame = visit.frame(title, address="/")
    return visit.show("error.html", frame, status=status, code=status, told=told)


def _wrong(visit: Visit, error: Exception) -> tuple[int, str, list[str]]:
    say = visit.speech.say
    if isinstance(error, UserError):
        status = 404 if error.problems[0].code in UNKNOWN else 400
        return status, say("This cannot be done"), [each.text(visit.language) for each in error.problems]
    status = error.status_code if isinstance(error, HTTPException) else 500
    if status in (404, 405):
        return 404, say("Nothing at this address"), [say("The page may have moved, or the link is cut.")]
    if status < 500:
        return status, say("This cannot be done"), [say("The request makes no sense to the server.")]
    structlog.get_logger().error("page_failure", reason=type(error).__name__)
    return (
        500,
        say("Something broke"),
        [say("The error is ours. Nothing you had saved is lost: go back and try again.")],
    )


def unknown_page(ws: Workspace) -> Any:
    """What answers where there is no page at all."""

    def answer(request: Asked, error: HTTPException) -> Response[Any]:
        is_page = reads_pages(request)
        return answer_error(ws, request, error=error) if is_page else on_error(request, error)

    return answer
