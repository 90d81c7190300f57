"""Having segments counted after a change, without making the person wait; and how far that is."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.http.web.visiting import Visit
from vitrail.app.renewing import waiting
from vitrail.app.web.desk import Desk


class Renewal(msgspec.Struct, frozen=True):
    """What is shown while definitions wait to be counted: since when, and why the last try failed."""

    since: dt.datetime
    trouble: str = ""


def renew(visit: Visit, desk: Desk) -> None:
    """Have every segment counted; the worker sees by itself that definitions changed."""
    if not visit.request.app.state.get("keeps_current"):
        desk.renewer.ask()


def renewal_of(visit: Visit, desk: Desk) -> Renewal | None:
    """What waits to be counted; None where everything is."""
    found = waiting(desk.ws.store)
    if found is None:
        return None
    worker = visit.request.app.state.get("worker")
    told = getattr(worker, "trouble", None) if visit.request.app.state.get("keeps_current") else None
    return Renewal(found.since, told or desk.renewer.trouble)
