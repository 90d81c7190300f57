"""The routes of the application, read from the application itself."""

import re
from collections.abc import Iterator
from pathlib import Path

from litestar import Litestar
from litestar.datastructures import State
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute

import vitrail
from vitrail.app.http.application import framed
from vitrail.app.http.committing import Bounds, Committer
from vitrail.ledger.inbox import open_inbox


def application(root: Path) -> Litestar:
    """The application over a new workspace, not served."""
    ws = vitrail.create(root)
    with open_inbox(ws.store.path) as inbox:
        return framed(ws, Committer(inbox, Bounds()), state=State({}))


def routes(app: Litestar) -> Iterator[tuple[str, HTTPRouteHandler]]:
    """`GET /api/segments/{key}` and who answers; what only the framework asks for itself is left out."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            path = re.sub(r"{(\w+):\w+}", r"{\1}", route.path_format)
            for handler in route.route_handlers:
                for method in sorted(handler.http_methods - {"OPTIONS", "HEAD"}):
                    yield f"{method} {path}", handler
