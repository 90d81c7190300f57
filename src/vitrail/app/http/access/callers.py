"""Who asks: a user by the cookie of their session, a program by its API key, or nobody known."""

from __future__ import annotations

from typing import Any, Literal, get_args

import msgspec
from anyio.to_thread import run_sync
from litestar import Request
from litestar.datastructures import Cookie
from litestar.types import ASGIApp, Receive, Scope, Send

from vitrail.app.accounts.acting import By
from vitrail.app.accounts.keys import Admitted, admit
from vitrail.app.accounts.sessions import WHOLE_US, Place, SignedIn, recognise
from vitrail.app.workspace_settings import language_by_default
from vitrail.ledger.checking import LEDGER_ERRORS
from vitrail.model.access import Actor, Permission, is_masked, permissions_of
from vitrail.warehouse.store import Store

Asked = Request[Any, Any, Any]
Language = Literal["fr", "en"]
Kind = Literal["user", "key", "half", "nobody"]

SESSION, FORM = "vitrail", "vitrail-form"
LONGEST_TOKEN = 200


class Caller(msgspec.Struct, frozen=True):
    """Who asks. `half` has given a password and owes the second factor; `permissions` are those of now.

    `token` is the one of the session's cookie, from which its forms draw their own.
    """

    kind: Kind = "nobody"
    address: str = ""
    permissions: frozenset[Permission] = frozenset()
    signed_in: SignedIn | None = None
    admitted: Admitted | None = None
    token: str = ""

    @property
    def is_known(self) -> bool:
        """Whether somebody, or some program, may use what needs an account."""
        return self.kind in ("user", "key")

    @property
    def is_masked(self) -> bool:
        """Whether personal data are hidden from them."""
        return is_masked(self.permissions)

    @property
    def id(self) -> str:
        """Who it is, for the audit trail and to count their requests."""
        if self.admitted is not None:
            return self.admitted.key.id
        return "" if self.signed_in is None else self.signed_in.user.id

    @property
    def by(self) -> By:
        """What the audit trail writes."""
        return By(Actor("key" if self.kind == "key" else "user", self.id), self.address)


def caller_of(request: Request[Any, Any, Any] | Any) -> Caller:
    """Who asks; it was found out before the route was reached."""
    found = request.scope.get("user")
    return found if isinstance(found, Caller) else Caller(address=address_of(request.scope))


class Recognition:
    """Finds out who asks, for every route that needs somebody."""

    def __init__(self, app: ASGIApp, store: Store) -> None:
        self._app = app
        self._store = store

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the key or the cookie, then pass the request on."""
        named: dict[str, Any] = scope  # type: ignore[assignment]
        if named["route_handler"].opt.get("forgery") == "harmless":
            await self._app(scope, receive, send)
            return
        request: Asked = Request(scope)
        named["user"] = await run_sync(who_asks, self._store, credentials(request))
        await self._app(scope, receive, send)


class Credentials(msgspec.Struct, frozen=True):
    """What a request shows of who sends it."""

    address: str
    bearer: str | None
    cookie: str


def credentials(request: Asked) -> Credentials:
    """What a request shows: a key counts before a cookie."""
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    bearer = value.strip() if scheme.lower() == "bearer" else None
    cookie = request.cookies.get(cookie_name(request, SESSION), "")
    return Credentials(address_of(request.scope), bearer, cookie)


def who_asks(store: Store, shown: Credentials) -> Caller:
    """Who shows these credentials. A key that opens nothing is nobody, whatever the cookie."""
    if shown.bearer is not None:
        admitted = admit(store, shown.bearer) if len(shown.bearer) <= LONGEST_TOKEN else None
        if admitted is None:
            return Caller(address=shown.address)
        return Caller("key", shown.address, admitted.permissions, admitted=admitted)
    if not shown.cookie or len(shown.cookie) > LONGEST_TOKEN:
        return Caller(address=shown.address)
    signed_in = recognise(store, shown.cookie)
    if signed_in is None:
        return Caller(address=shown.address)
    if not signed_in.session.is_whole:
        return Caller("half", shown.address, signed_in=signed_in, token=shown.cookie)
    permissions = permissions_of(signed_in.user.role)
    return Caller("user", shown.address, permissions, signed_in=signed_in, token=shown.cookie)


def address_of(scope: Any) -> str:
    """The network address of who asks; behind a proxy on this machine, the one the proxy tells."""
    client = scope.get("client")
    return str(client[0]) if client else ""


def place_of(request: Asked) -> Place:
    """Where somebody signs in from."""
    return Place(address_of(request.scope), request.headers.get("user-agent", ""))


def cookie_name(request: Asked, name: str) -> str:
    """The name of a cookie: over HTTPS, one that no other host nor plain page can set (RFC 6265bis)."""
    return f"__Host-{name}" if request.scope["scheme"] == "https" else name


def session_cookie(request: Asked, token: str) -> Cookie:
    """The cookie of a session; an empty token takes it away."""
    return Cookie(
        key=cookie_name(request, SESSION),
        value=token,
        path="/",
        httponly=True,
        secure=request.scope["scheme"] == "https",
        samesite="lax",
        max_age=WHOLE_US // 1_000_000 if token else 0,
    )


def form_cookie(request: Asked, token: str) -> Cookie:
    """The cookie from which the forms draw their token before anybody is signed in."""
    return Cookie(
        key=cookie_name(request, FORM),
        value=token,
        path="/",
        httponly=True,
        secure=request.scope["scheme"] == "https",
        samesite="lax",
    )


def language_of(request: Asked) -> Language:
    """French or English: what the user chose, else what the browser prefers, else that of the workspace."""
    caller = caller_of(request)
    chosen = request.cookies.get("language", "")
    if chosen not in get_args(Language) and caller.signed_in is not None:
        chosen = caller.signed_in.user.language
    wanted = [chosen, *request.headers.get("accept-language", "").split(",")]
    order = [part.split(";")[0].strip().lower()[:2] for part in wanted]
    found: Language | None = next(
        ("fr" if each == "fr" else "en" for each in order if each in ("fr", "en")), None
    )
    return found or _default_language(request)


def _default_language(request: Asked) -> Language:
    store: Store | None = request.app.state.get("store")
    try:
        return "en" if store is not None and language_by_default(store) == "en" else "fr"
    except LEDGER_ERRORS:  # it is gone, and that is being told
        return "fr"
