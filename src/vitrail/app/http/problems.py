"""What is answered when something goes wrong: a problem document to programs (RFC 9457), a page to people."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response
from litestar.exceptions import HTTPException, ValidationException

from vitrail.app.http.access.callers import Asked, caller_of, language_of
from vitrail.app.http.access.guards import FORGED
from vitrail.app.http.access.here import on_to
from vitrail.app.http.access.pages import Screen, say, see, show
from vitrail.app.http.access.signing_in import SECOND, SIGN_IN, problems_of
from vitrail.app.http.missing import answer_if_missing
from vitrail.ledger.postgres import LedgerUnreachable
from vitrail.model.errors import Message, Problem, UserError, problem

UNKNOWN = ("unknown_segment", "unknown_profile", "unknown_user", "unknown_key")
KIND = "application/problem+json"

_SAID: Mapping[int, tuple[str, Message]] = {
    400: ("bad_request", Message(fr="La demande n’a pas de sens.", en="The request makes no sense.")),
    401: (
        "not_signed_in",
        Message(
            fr="Dites qui vous êtes : une clé d’API, ou une session.",
            en="Say who you are: an API key, or a session.",
        ),
    ),
    403: (
        "not_allowed",
        Message(
            fr="Ce n’est pas permis à votre rôle, ou à cette clé.",
            en="Your role, or this key, does not allow this.",
        ),
    ),
    404: (
        "unknown_address",
        Message(fr="Rien ne répond à cette adresse.", en="Nothing is at this address."),
    ),
    405: (
        "wrong_method",
        Message(fr="Cette adresse se demande autrement.", en="Ask this address otherwise."),
    ),
    413: (
        "body_too_large",
        Message(
            fr="Ce qui est envoyé est trop grand : rien n’a été changé.",
            en="What was sent is too large: nothing was changed.",
        ),
    ),
    415: ("wrong_type", Message(fr="Envoyez du JSON.", en="Send JSON.")),
    429: (
        "too_many_requests",
        Message(fr="Trop de demandes : attendez un peu.", en="Too many requests: wait."),
    ),
    500: (
        "failure",
        Message(fr="L’erreur est la nôtre, et notée.", en="The error is ours, and noted."),
    ),
    503: (
        "busy",
        Message(
            fr="Trop de questions attendent : revenez dans un moment.",
            en="Too many questions are waiting: come back in a moment.",
        ),
    ),
}


class Told(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong, in the language of who asks."""

    code: str
    path: str
    message: str
    hint: tuple[str, ...] = ()
    span: tuple[int, int] | None = None


class ProblemDocument(msgspec.Struct, frozen=True):
    """What went wrong (RFC 9457): `code` is stable and made for programs, `problems` are all there are."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    problems: tuple[Told, ...] = ()


def on_error(request: Asked, error: Exception) -> Response[Any]:
    """The answer to a request that failed."""
    status = status_of(error)
    lost = answer_if_missing(request, page=reads_pages(request)) if status == 500 else None
    if lost is not None:
        return lost
    if status == 500:
        route = str(request.scope.get("path_template", ""))  # not the path: it may hold a token, or a name
        structlog.get_logger().error("request_failure", route=route, reason=type(error).__name__)
    if reads_pages(request):
        return page_of(request, error, status=status)
    return document_of(request, error, status=status)


def reads_pages(request: Asked) -> bool:
    """Whether a person reads the answer."""
    return not request.scope["path"].startswith("/api") and "text/html" in request.headers.get("accept", "")


def document_of(request: Asked, error: Exception, *, status: int) -> Response[bytes]:
    """The problem as a program reads it."""
    language = language_of(request)
    found = problems_in(error)
    code, said = _SAID.get(status, _SAID[400])
    told = tuple(
        Told(each.code, each.path, each.message.in_language(language), each.hint, each.span) for each in found
    )
    if isinstance(error, UserError):
        code, said = found[0].code, found[0].message
    document = ProblemDocument(
        type="about:blank",
        title=HTTPStatus(status).phrase,
        status=status,
        detail=said.in_language(language),
        code=code,
        problems=told,
    )
    headers = {"Content-Language": language, **extra_headers(error, status)}
    return Response(msgspec.json.encode(document), media_type=KIND, status_code=status, headers=headers)


def page_of(request: Asked, error: Exception, *, status: int) -> Response[Any]:
    """The problem as a person reads it; who is not signed in is sent to where they can be."""
    words = say(request)
    if status == 401:
        if caller_of(request).kind == "half":
            return see(SECOND)
        here = request.scope["path"] if request.method == "GET" else "/"
        return see(on_to(SIGN_IN, here))
    if isinstance(error, HTTPException) and error.detail == FORGED:
        screen = Screen(title=words["forged"], intro=words["forged_told"], links=(("/", words["back"]),))
        return show(request, screen, status=status)
    if isinstance(error, UserError):
        screen = Screen(title=words["to_correct"], problems=problems_of(request, error))
        return show(request, screen, status=status)
    said = _SAID.get(status, _SAID[400])[1].in_language(language_of(request))
    screen = Screen(title=said, links=(("/", words["back"]),))
    page = show(request, screen, status=status)
    page.headers.update(extra_headers(error, status))
    return page


def status_of(error: Exception) -> int:
    """The status of an answer to a request that failed so."""
    match error:
        case LedgerUnreachable():
            return 503
        case UserError():
            return 404 if error.problems[0].code in UNKNOWN else 400
        case HTTPException():
            return error.status_code
        case RecursionError():
            return 400  # brackets in brackets, deeper than anybody writes
        case _:
            return 500


def problems_in(error: Exception) -> tuple[Problem, ...]:
    """Everything that is wrong, with its place."""
    if isinstance(error, UserError):
        return error.problems
    if isinstance(error, ValidationException) and isinstance(error.extra, list):
        return tuple(_misfit(each) for each in error.extra if isinstance(each, dict))
    return ()


def extra_headers(error: Exception, status: int) -> dict[str, str]:
    """The headers that go with a status."""
    given = error.headers if isinstance(error, HTTPException) and error.headers else {}
    return {**({"WWW-Authenticate": 'Bearer realm="vitrail"'} if status == 401 else {}), **given}


def _misfit(told: Mapping[str, Any]) -> Problem:
    path, said = str(told.get("key", "")), str(told.get("message", ""))
    return problem("bad_value", path=path, fr=f"Ce qui est donné ne convient pas : {said}", en=said)
