"""Everything the server answers: the tracking API on its bare path, the rest by the framework."""

from __future__ import annotations

from typing import Any

from litestar import Litestar, get
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.types import Receive, Scope, Send

import vitrail
from vitrail.app.http.committing import Committer
from vitrail.app.http.filing import Worker
from vitrail.app.http.forms.routes import form_routes
from vitrail.app.http.tag import tag_route
from vitrail.app.http.tracking import TrackingApi
from vitrail.app.http.web.routes import page_routes, unknown_page
from vitrail.app.workspace import Workspace
from vitrail.ledger.inbox import Inbox


@get("/health", sync_to_thread=True)
def health(state: State) -> dict[str, Any]:
    """Whether messages are being kept and filed, and how many wait to be."""
    inbox: Inbox = state["inbox"]
    committer: Committer = state["committer"]
    worker: Worker = state["worker"]
    backlog = inbox.backlog()
    return {
        "status": _status(committer, worker),
        "version": vitrail.__version__,
        "filing": worker.trouble or "ok",
        "waiting": {"requests": backlog.requests, "bytes": backlog.bytes},
    }


def _status(committer: Committer, worker: Worker) -> str:
    if committer.trouble is not None:
        return f"disk_{committer.trouble.reason}"
    return "ok" if worker.trouble is None else "filing_failing"


class Application:
    """The whole application, for a server to run."""

    def __init__(self, tracking: TrackingApi, ws: Workspace, *, committer: Committer, state: State) -> None:
        self._tracking = tracking
        self._rest = Litestar(
            route_handlers=[health, tag_route, *form_routes(ws, committer), page_routes(ws)],
            exception_handlers={404: unknown_page(ws)},
            state=state,
            openapi_config=None,
            logging_config=None,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to whom it is for."""
        if scope["type"] == ScopeType.HTTP and self._tracking.answers_at(scope["path"]):
            await self._tracking(scope, receive, send)
        else:
            await self._rest(scope, receive, send)
