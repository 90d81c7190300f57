"""How the server goes: for load balancers, for people, and for Prometheus. Nothing here is about anybody."""

from __future__ import annotations

import hmac
import ipaddress
import os
import shutil
from typing import Any

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotAuthorizedException

import vitrail
from vitrail.app.http.access.callers import caller_of
from vitrail.app.http.access.guards import needs
from vitrail.app.http.committing import Committer
from vitrail.app.http.filing import Worker
from vitrail.app.http.meters import Meters
from vitrail.app.http.missing import GONE, SAID, TODO, code_of
from vitrail.ledger.checking import LEDGER_ERRORS, oldest_waiting
from vitrail.ledger.inbox import Inbox
from vitrail.model.errors import VitrailError
from vitrail.warehouse.missing import missing_of
from vitrail.warehouse.store import Store

TOKEN = "VITRAIL_METRICS_TOKEN"
"""The environment variable with the token that reads `/metrics` from another machine."""

FORWARDED = ("x-forwarded-for", "x-forwarded-host", "x-real-ip", "forwarded", "via", "x-forwarded-proto")
FAILING: tuple[type[Exception], ...] = (OSError, VitrailError, RuntimeError, *LEDGER_ERRORS)
"""What asking a ledger that does not answer ends with."""

NOBODY = needs("nobody", forgery="harmless")


@get("/health", opt=NOBODY, include_in_schema=False, sync_to_thread=True)
def health(state: State) -> Response[dict[str, Any]]:
    """Whether messages are being kept and filed, and how many wait to be; 503 when something is gone."""
    lost = missing_of(state["store"])
    if lost is None:
        return Response(_going(state))
    told = {
        "status": code_of(lost),
        "version": vitrail.__version__,
        "missing": len(lost.files),
        "told": {name: [each.in_language(name) for each in (SAID[lost.what], TODO)] for name in ("fr", "en")},
    }
    return Response(told, status_code=GONE)


def _going(state: State) -> dict[str, Any]:
    inbox: Inbox = state["inbox"]
    committer: Committer = state["committer"]
    worker: Worker = state["worker"]
    store: Store = state["store"]
    backlog, oldest = inbox.backlog(), oldest_waiting(inbox)
    disk = shutil.disk_usage(store.path)
    return {
        "status": _status(committer, worker),
        "version": vitrail.__version__,
        "filing": worker.trouble or "ok",
        "waiting": {"requests": backlog.requests, "bytes": backlog.bytes},
        "lag_seconds": 0 if oldest is None else max(store.now_us() - oldest, 0) // 1_000_000,
        "disk_free_percent": round(100 * disk.free / disk.total),
    }


@get("/health/live", opt=NOBODY, include_in_schema=False, sync_to_thread=False)
def live() -> dict[str, str]:
    """Whether the program answers at all: if not, start it anew."""
    return {"status": "ok"}


@get("/health/ready", opt=NOBODY, include_in_schema=False, sync_to_thread=True)
def ready(state: State) -> Response[dict[str, str]]:
    """Whether to send requests here: what is sent is kept, and the ledger answers. 503 when not."""
    committer: Committer = state["committer"]
    store: Store = state["store"]
    status = "ok" if committer.trouble is None else f"disk_{committer.trouble.reason}"
    try:
        store.stamp()
    except FAILING:
        lost = missing_of(store)
        status = "ledger_failing" if lost is None else code_of(lost)
    return Response({"status": status}, status_code=200 if status == "ok" else 503)


@get("/metrics", opt=needs("nobody"), include_in_schema=False, sync_to_thread=True)
def metrics(request: Request[Any, Any, Any], state: State) -> Response[bytes]:
    """Counters for Prometheus: for this machine, for an API key, or for the token of the operator."""
    if not (_is_at_home(request) or caller_of(request).kind == "key" or _has_token(request)):
        raise NotAuthorizedException
    meters: Meters = state["meters"]
    return Response(meters.text(), media_type="text/plain; version=0.0.4; charset=utf-8")


PULSE = (health, live, ready, metrics)


def _status(committer: Committer, worker: Worker) -> str:
    if committer.trouble is not None:
        return f"disk_{committer.trouble.reason}"
    return "ok" if worker.trouble is None else "filing_failing"


def _is_at_home(request: Request[Any, Any, Any]) -> bool:
    """Whether a program of this machine asks, and no proxy of this machine for somebody else."""
    if any(name in request.headers for name in FORWARDED):
        return False
    host = request.headers.get("host", "").rsplit(":", 1)[0].strip("[]")
    client = request.client.host if request.client else ""
    return _is_loopback(client) and (host == "localhost" or _is_loopback(host))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _has_token(request: Request[Any, Any, Any]) -> bool:
    wanted = os.environ.get(TOKEN, "")
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    given = given if scheme.lower() == "bearer" else ""
    return bool(wanted) and hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
