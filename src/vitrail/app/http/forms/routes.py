"""Where people answer: a personal link shows its form, and what is sent goes to the inbox."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs

from anyio.to_thread import run_sync
from litestar import MediaType, Request, Response, get, post
from litestar.handlers import HTTPRouteHandler

from vitrail.app.form_links import Visit, open_link, present_answers
from vitrail.app.http.access.guards import needs
from vitrail.app.http.committing import Busy, Committer
from vitrail.app.http.forms.pages import form_page, sorry_page, style, thanks_page
from vitrail.app.workspace import Workspace
from vitrail.collect.answers.messages import Answered, request_of
from vitrail.collect.answers.reading import Posted, read_answers
from vitrail.ledger.inbox import NotKept
from vitrail.model.errors import Problem, UserError, problem

Html = Response[str]
Asked = Request[Any, Any, Any]

OPEN = needs("nobody", forgery="harmless")
"""Whoever has the link may answer: nothing else is asked."""

LARGEST = 64 * 1024
FIELDS = 1_000
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
MISSING = {"link_unknown": 404, "form_unknown": 404, "link_expired": 410}


def form_routes(ws: Workspace, committer: Committer) -> list[HTTPRouteHandler]:
    """The pages of forms, over a workspace; answers are acknowledged once they are on disk."""

    @get("/f/style.css", media_type="text/css", opt=OPEN, include_in_schema=False, sync_to_thread=False)
    def form_style() -> Response[bytes]:
        return Response(style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})

    @get("/f/{token:str}", media_type=MediaType.HTML, opt=OPEN, include_in_schema=False)
    async def show_form(request: Asked, token: str) -> Html:
        language = language_of(request)
        try:
            visit = await run_sync(open_link, ws.store, token)
        except UserError as error:
            return _sorry(error.problems[0], language)
        present = await run_sync(present_answers, ws, visit)
        return _page(form_page(visit.form, language=language, given=present))

    @post("/f/{token:str}", media_type=MediaType.HTML, status_code=200, opt=OPEN, include_in_schema=False)
    async def send_form(request: Asked, token: str) -> Html:
        language = language_of(request)
        try:
            visit = await run_sync(open_link, ws.store, token)
            posted = await posted_of(request)
        except UserError as error:
            return _sorry(error.problems[0], language)
        return await _kept(visit, posted, language=language)

    async def _kept(visit: Visit, posted: Posted, *, language: str) -> Html:
        try:
            answers = read_answers(visit.form, posted)
            await committer.keep(request_of(Answered(visit.form, visit.profile, answers, ws.store.now_us())))
        except UserError as error:
            page = form_page(visit.form, language=language, given=posted, problems=error.problems)
            return _page(page, status=422)
        except (NotKept, Busy):
            problems = (_not_kept(),)
            page = form_page(visit.form, language=language, given=posted, problems=problems)
            return _page(page, status=503)
        return _page(thanks_page(visit.form, language=language))

    return [form_style, show_form, send_form]


def language_of(request: Asked) -> str:
    """French or English: what the address asks for, else what the browser prefers."""
    asked = request.query_params.get("language", "")
    if asked in ("fr", "en"):
        return asked
    wanted = request.headers.get("accept-language", "")
    order = [part.split(";")[0].strip().lower()[:2] for part in wanted.split(",")]
    return next((each for each in order if each in ("fr", "en")), "fr")


async def posted_of(request: Asked) -> Posted:
    """The fields of a form that was sent. Raises `UserError` when it is too large, or no form."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            raise _unreadable()
    try:
        return parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS, errors="strict")
    except (UnicodeDecodeError, ValueError):
        raise _unreadable() from None


def _page(text: str, *, status: int = 200) -> Html:
    return Response(text, media_type=MediaType.HTML, status_code=status, headers=HEADERS)


def _sorry(found: Problem, language: str) -> Html:
    return _page(sorry_page(found, language=language), status=MISSING.get(found.code, 400))


def _not_kept() -> Problem:
    return problem(
        "not_kept",
        fr="Vos réponses n’ont pas pu être enregistrées : réessayez dans quelques minutes.",
        en="Your answers could not be kept: please try again in a few minutes.",
    )


def _unreadable() -> UserError:
    return UserError(
        (
            problem(
                "form_unreadable",
                fr="Ce n’est pas un formulaire, ou il est trop grand : rien n’a été enregistré.",
                en="This is not a form, or it is too large: nothing was kept.",
            ),
        )
    )
