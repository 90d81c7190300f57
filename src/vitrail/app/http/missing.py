"""What is answered while the folder, the ledger or files of the workspace are gone: what, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msgspec
import structlog
from litestar import Response

from vitrail.app.http.access.callers import Asked, language_of
from vitrail.app.http.access.pages import Part, Screen, show
from vitrail.app.http.access.words import WORDS
from vitrail.model.errors import Message
from vitrail.warehouse.missing import Missing, What, missing_of
from vitrail.warehouse.store import Store

GONE = 503
SHOWN = 3
"""Of the files that are missing, so many are named."""

SAID: Mapping[What, Message] = {
    "folder": Message(
        fr="Le dossier de l’espace de travail n’est plus à sa place.",
        en="The folder of the workspace is no longer in its place.",
    ),
    "ledger": Message(
        fr="Le registre de l’espace de travail n’est plus dans son dossier.",
        en="The ledger of the workspace is no longer in its folder.",
    ),
    "files": Message(
        fr="Des fichiers de l’espace de travail manquent.",
        en="Files of the workspace are missing.",
    ),
}
TODO = Message(
    fr="Pour qui tient le serveur\u00a0: «\u00a0vitrail doctor\u00a0» dit ce qui manque. Remettez-le à sa "
    "place ou restaurez la dernière sauvegarde («\u00a0vitrail restore\u00a0»), puis relancez "
    "«\u00a0vitrail serve\u00a0».",
    en="For whoever runs the server: “vitrail doctor” tells what is missing. Put it back in its place or "
    "restore the last backup (“vitrail restore”), then start “vitrail serve” again.",
)


class Told(msgspec.Struct, frozen=True):
    """What is missing, for a program (RFC 9457); `missing` names some of the files."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    todo: str
    missing: tuple[str, ...]


def code_of(lost: Missing) -> str:
    """The stable word for what is missing: `folder_missing`, `ledger_missing`, `files_missing`."""
    return f"{lost.what}_missing"


def answer_if_missing(request: Asked, *, page: bool) -> Response[Any] | None:
    """The answer to a request that failed since something is gone; None where all is there."""
    store: Store | None = request.app.state.get("store")
    lost = None if store is None else missing_of(store)
    if lost is None:
        return None
    structlog.get_logger().error("workspace_missing", reason=code_of(lost), files=len(lost.files))
    return _page(request, lost) if page else _document(request, lost)


def _page(request: Asked, lost: Missing) -> Response[Any]:
    asked = request.query_params.get("language", "")
    language = asked if asked in WORDS else language_of(request)
    screen = Screen(
        title=SAID[lost.what].in_language(language),
        intro=TODO.in_language(language),
        parts=(Part(text=_named(lost, language)),) if lost.files else (),
        links=(("/", WORDS[language]["back"]),),
    )
    return show(request, screen, status=GONE)


def _named(lost: Missing, language: str) -> str:
    """How many files are missing, and some of them."""
    count, more = len(lost.files), "…" if len(lost.files) > SHOWN else ""
    names = ", ".join(lost.files[:SHOWN]) + more
    said = Message(
        fr=f"Fichiers qui manquent\u00a0: {count} ({names}).", en=f"Files missing: {count} ({names})."
    )
    return said.in_language(language)


def _document(request: Asked, lost: Missing) -> Response[bytes]:
    language = language_of(request)
    told = Told(
        type="about:blank",
        title=HTTPStatus(GONE).phrase,
        status=GONE,
        detail=SAID[lost.what].in_language(language),
        code=code_of(lost),
        todo=TODO.in_language(language),
        missing=lost.files[:SHOWN],
    )
    headers = {"Content-Language": language}
    return Response(
        msgspec.json.encode(told),
        media_type="application/problem+json",
        status_code=GONE,
        headers=headers,
    )
