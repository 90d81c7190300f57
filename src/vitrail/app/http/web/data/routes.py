"""All addresses of the pages of data."""

from __future__ import annotations

from litestar.handlers import HTTPRouteHandler

from vitrail.app.http.web.data.catalogue import catalogue_routes
from vitrail.app.http.web.data.history import history_routes
from vitrail.app.http.web.data.importing import import_routes
from vitrail.app.http.web.data.sources import source_routes
from vitrail.app.http.web.data.starting import start_routes
from vitrail.app.tasks.runner import Runner
from vitrail.app.web.desk import Desk


def data_routes(desk: Desk, runner: Runner) -> list[HTTPRouteHandler]:
    """The first run, imports, and what a workspace knows of its data."""
    return [
        *start_routes(desk, runner),
        *import_routes(desk, runner),
        *history_routes(desk, runner),
        *source_routes(desk, runner),
        *catalogue_routes(desk),
    ]
