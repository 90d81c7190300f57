"""Going to the identity provider and coming back (OpenID Connect: authorization code with PKCE)."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import structlog
from anyio.to_thread import run_sync
from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler

from vitrail.app.accounts import sessions
from vitrail.app.accounts.oidc.identity import Refused
from vitrail.app.accounts.oidc.provider import Pending, Unreachable
from vitrail.app.accounts.oidc.signing_in import SECONDS, Returned, SingleSignOn
from vitrail.app.accounts.sessions import Place
from vitrail.app.http.access.callers import Asked, cookie_name, place_of, session_cookie
from vitrail.app.http.access.guards import needs
from vitrail.app.http.access.here import here_only, on_to
from vitrail.app.http.access.pages import Screen, say, see, show
from vitrail.ledger.users import User
from vitrail.warehouse.store import Store

OUT, BACK, SIGN_IN, SECOND = (
    "/account/oidc",
    "/account/oidc/back",
    "/account/sign-in",
    "/account/second-factor",
)
COOKIE = "vitrail-oidc"
PAGE: dict[str, Any] = {"include_in_schema": False}


def single_sign_on_routes(store: Store, door: SingleSignOn | None) -> list[HTTPRouteHandler]:
    """The way to the provider, and the way back."""

    @get(OUT, **PAGE, opt=needs("nobody"))
    async def out(request: Asked) -> Response[Any]:
        if door is None:
            raise NotFoundException
        back = here_only(str(request.query_params.get("next", "")))
        try:
            pending, place = await run_sync(lambda: door.begin(back, here=address_of(request)))
        except Unreachable as error:
            return sorry(request, "sso_unreachable", reason=str(error))
        return see(place, cookies=(pending_cookie(request, pending),))

    @get(BACK, **PAGE, opt=needs("nobody"))
    async def back(request: Asked) -> Response[Any]:
        if door is None:
            raise NotFoundException
        place, pending = place_of(request), pending_of(request)
        given = {name: str(request.query_params.get(name, "")) for name in ("code", "state", "iss")}
        returned = Returned(code=given["code"], state=given["state"], issuer=given["iss"])
        try:
            user = await run_sync(
                lambda: door.finish(pending, returned, here=address_of(request), place=place)
            )
        except Unreachable as error:
            return sorry(request, "sso_unreachable", reason=str(error))
        except Refused as error:
            await run_sync(lambda: sessions.note_refusal(store, "", place=place))
            return sorry(request, "sso_refused", reason=error.reason)
        token = await run_sync(lambda: begun(store, user, place=place))
        target = here_only("" if pending is None else pending.back)
        way = on_to(SECOND, target) if user.has_totp else target
        return see(way, cookies=(session_cookie(request, token), pending_cookie(request, None)))

    return [out, back]


def begun(store: Store, user: User, *, place: Place) -> str:
    """A session for who came from the provider; the second factor they chose here is still asked."""
    return sessions.begin(store, user, place=place, is_whole=not user.has_totp)


def sorry(request: Asked, what: str, *, reason: str) -> Response[Any]:
    """A page that says that it did not work, and no more: why is for the log."""
    words = say(request)
    structlog.get_logger().warning("oidc_refused", reason=reason.replace(" ", "_"))
    screen = Screen(title=words["sorry"], problems=(words[what],), links=((SIGN_IN, words["sign_in"]),))
    page = show(request, screen, status=403, cookies=(pending_cookie(request, None),))
    page.headers["Referrer-Policy"] = "no-referrer"
    return page


def address_of(request: Asked) -> str:
    """Where the provider sends people back to, as it was registered there."""
    return f"{str(request.base_url).rstrip('/')}{BACK}"


def pending_cookie(request: Asked, pending: Pending | None) -> Cookie:
    """The sign-in on its way, for the browser that began it alone; none takes it away."""
    written = "" if pending is None else base64.urlsafe_b64encode(msgspec.json.encode(pending)).decode()
    return Cookie(
        key=cookie_name(request, COOKIE),
        value=written,
        path="/",
        httponly=True,
        secure=request.scope["scheme"] == "https",
        samesite="lax",
        max_age=SECONDS if written else 0,
    )


def pending_of(request: Asked) -> Pending | None:
    """The sign-in that this browser began; None where it began none."""
    written = request.cookies.get(cookie_name(request, COOKIE), "")
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(written[:8_000]), type=Pending)
    except (ValueError, msgspec.DecodeError, msgspec.ValidationError):
        return None
