"""Everything the server answers: the tracking API on its bare path, the rest by the framework."""

from __future__ import annotations

import os

from litestar import Litestar
from litestar.datastructures import State
from litestar.enums import ScopeType
from litestar.exceptions import HTTPException
from litestar.middleware import DefineMiddleware
from litestar.types import Receive, Scope, Send

from vitrail.app.accounts.oidc.signing_in import single_sign_on
from vitrail.app.http.access.callers import Recognition
from vitrail.app.http.access.doors import Doors
from vitrail.app.http.access.guards import admit_caller
from vitrail.app.http.access.own_account import own_routes
from vitrail.app.http.access.signing_in import door_routes
from vitrail.app.http.access.single_sign_on import single_sign_on_routes
from vitrail.app.http.api.administering import administering_routes
from vitrail.app.http.api.asking import asking_routes
from vitrail.app.http.api.bench import Bench
from vitrail.app.http.api.data import import_api
from vitrail.app.http.api.data_sources import data_api
from vitrail.app.http.api.exporting import exporting_routes
from vitrail.app.http.api.overview import overview_api
from vitrail.app.http.api.people import people_api
from vitrail.app.http.api.privacy import privacy_api
from vitrail.app.http.api.ready import ready_api
from vitrail.app.http.api.reference import openapi
from vitrail.app.http.api.rights import rights_api
from vitrail.app.http.api.segment_acting import segment_acting
from vitrail.app.http.api.segments import segment_api
from vitrail.app.http.api.settings import settings_api
from vitrail.app.http.committing import Committer
from vitrail.app.http.forms.routes import form_routes
from vitrail.app.http.problems import on_error
from vitrail.app.http.pulse import PULSE
from vitrail.app.http.shield import Shield
from vitrail.app.http.tag import tag_route
from vitrail.app.http.tracking import TrackingApi
from vitrail.app.http.web.routes import page_routes, unknown_page
from vitrail.app.renewing import in_thread
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.desk import Desk
from vitrail.app.web.warming import Visits, warm, warm_first
from vitrail.app.workspace import Workspace

LARGEST_BODY = 1024 * 1024
"""Bytes of a request, however it announces them; a route that takes more says so."""

WARM_UP = "VITRAIL_WARM_UP"
"""The environment variable that, said `no`, spares a small machine what makes the first pages quick."""


READY_WITHIN = 5.0
"""Seconds that the server takes, at most, to make ready what is asked first, before it answers."""


class Application:
    """The whole application, for a server to run."""

    def __init__(self, tracking: TrackingApi, ws: Workspace, *, committer: Committer, state: State) -> None:
        self._tracking = tracking
        self._visits = Visits()
        state["visits"] = self._visits
        self._rest = Shield(framed(ws, committer, state=state))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request to whom it is for."""
        if scope["type"] != ScopeType.HTTP:
            await self._rest(scope, receive, send)
        elif self._tracking.answers_at(scope["path"]):
            await self._tracking(scope, receive, send)
        else:
            with self._visits:
                await self._rest(scope, receive, send)


def make_ready(desk: Desk, state: State) -> None:
    """As the server starts: finish what was left to count, and make the first answers quick.

    The server answers once what is asked first is ready, or after a few seconds; the rest comes beside.
    """
    if not state.get("keeps_current"):
        desk.renewer.resume()
    if os.environ.get(WARM_UP) != "no":
        in_thread(lambda: warm_first(desk), "warming").join(READY_WITHIN)
        in_thread(lambda: warm(desk, state["visits"]), "warming")


def framed(ws: Workspace, committer: Committer, *, state: State) -> Litestar:
    """What the framework answers: pages, forms, and the API. Every route says what it needs."""
    single = single_sign_on(ws.store)
    state["identity_provider"] = "" if single is None else single.name
    doors = Doors(ws.store)
    bench, desk = Bench(ws.store), Desk(ws)
    runner = state.get("runner") or Runner(ws.store)
    return Litestar(
        route_handlers=[
            *PULSE,
            tag_route,
            *form_routes(ws, committer),
            *door_routes(ws.store, doors),
            *single_sign_on_routes(ws.store, single),
            *own_routes(ws.store, doors),
            page_routes(desk, runner),
            *asking_routes(bench),
            *segment_api(bench),
            *overview_api(bench),
            *ready_api(bench),
            *people_api(bench),
            *segment_acting(bench),
            *exporting_routes(bench),
            *import_api(ws.store, runner),
            *data_api(bench, runner),
            *administering_routes(bench),
            *privacy_api(bench),
            *rights_api(bench),
            *settings_api(bench),
        ],
        state=state,
        on_startup=[lambda: make_ready(desk, state)],
        guards=[admit_caller],
        middleware=[DefineMiddleware(Recognition, store=ws.store)],
        exception_handlers={Exception: on_error, HTTPException: on_error, 404: unknown_page(ws)},
        request_max_body_size=LARGEST_BODY,
        openapi_config=openapi(),
        logging_config=None,
    )
