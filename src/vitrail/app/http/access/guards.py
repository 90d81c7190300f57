"""What each route needs, and whether who asks has it. A route that names nothing is open to nobody.

Every route says `opt={"needs": …}`: a permission, `account` (anybody signed in, any key) or `nobody` (open to
all). A change asked with a cookie must come from our own pages: it carries a token drawn from the
session, and the browser says that it comes from here (ASVS 5.0, chapter 3.5). Only a route that says
`"forgery": "harmless"` goes without: what its address holds is all that is needed to do the same. A route
that says `"forgery": "address"` takes large bodies that are not read here: another token, good for such
routes alone, stands in its address instead of a field.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, Literal
from urllib.parse import urlsplit

from anyio.to_thread import run_sync
from litestar.connection import ASGIConnection
from litestar.exceptions import (
    NotAuthorizedException,
    PermissionDeniedException,
    TooManyRequestsException,
)
from litestar.handlers import BaseRouteHandler

from vitrail.app.http.access.callers import FORM, Asked, Caller, caller_of, cookie_name
from vitrail.app.http.limits import Buckets
from vitrail.model.access import PERMISSIONS, Permission

Needs = Permission | Literal["account", "nobody"]

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD, HEADER = "csrf", "x-csrf-token"
FORGED = "forged"


def needs(what: Needs, *, forgery: Literal["refused", "harmless", "address"] = "refused") -> dict[str, Any]:
    """What a route needs, to be given as its `opt`."""
    return {"needs": what, "forgery": forgery}


async def admit_caller(connection: ASGIConnection[Any, Any, Any, Any], handler: BaseRouteHandler) -> None:
    """The guard of the whole application: who may not is refused, before anything is read or done."""
    caller, asked = caller_of(connection), handler.opt.get("needs")
    buckets: Buckets | None = connection.app.state.get("buckets")
    if buckets is not None and handler.opt.get("forgery") != "harmless":
        name = f"{caller.kind} {caller.id or caller.address}"
        if buckets.owes(name):
            await run_sync(buckets.settle, name)
        if seconds := buckets.seconds_to_wait(name):
            raise TooManyRequestsException(headers={"Retry-After": str(seconds)})
    if asked != "nobody":
        if not caller.is_known:
            raise NotAuthorizedException
        if asked != "account" and (asked not in PERMISSIONS or asked not in caller.permissions):
            raise PermissionDeniedException(extra={"needs": str(asked)})
    if caller.kind != "key" and handler.opt.get("forgery") != "harmless":
        request: Any = connection
        in_address = handler.opt.get("forgery") == "address"
        if request.method not in SAFE and not await _is_ours(request, caller, in_address=in_address):
            raise PermissionDeniedException(FORGED)


def form_token(caller: Caller, before: str) -> str:
    """The token that forms carry: drawn from the session, or before one from the cookie of forms."""
    secret = caller.token or before
    return hmac.digest(secret.encode("utf-8", "surrogatepass"), b"vitrail form", hashlib.sha256).hex()


def address_token(caller: Caller) -> str:
    """The token that stands in the address where files are sent: good for nothing else."""
    secret = caller.token.encode("utf-8", "surrogatepass")
    return hmac.digest(secret, b"vitrail address", hashlib.sha256).hex()


async def _is_ours(request: Asked, caller: Caller, *, in_address: bool) -> bool:
    """Whether a change comes from our own pages."""
    before = request.cookies.get(cookie_name(request, FORM), "")
    if not (caller.token or before) or not _comes_from_here(request):
        return False
    if in_address and HEADER not in request.headers:
        told = str(request.path_params.get("token", "")).encode("utf-8", "surrogatepass")
        return bool(caller.token) and hmac.compare_digest(told, address_token(caller).encode())
    given = request.headers.get(HEADER) or await _field(request)
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), form_token(caller, before).encode())


def _comes_from_here(request: Asked) -> bool:
    """What the browser says of where the request comes from; programs say nothing, and need the token."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is None or (origin == "null" and site == "same-origin"):
        return True
    told = urlsplit(origin)
    host = request.headers.get("host", "")
    return site == "same-origin" or told.netloc.lower() == host.lower()


async def _field(request: Asked) -> str:
    """The token among the fields of a form."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        return ""
    given = (await request.form()).get(FIELD, "")
    return given if isinstance(given, str) else ""
