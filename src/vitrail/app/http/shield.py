"""What every answer carries to keep browsers from harm: a strict content policy and its companions.

ASVS 5.0, chapter 3.4. A route that needs another value sets the header itself; the others get these.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from typing import Any

from litestar.types import ASGIApp, Message, Receive, Scope, Send

NONCE = "nonce"
YEARS_2 = 63_072_000

_POLICY = (
    "default-src 'none'; script-src 'nonce-{0}'; style-src 'nonce-{0}'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"x-frame-options": b"DENY",
    b"permissions-policy": b"accelerometer=(), camera=(), geolocation=(), gyroscope=(), microphone=(), "
    b"payment=(), usb=()",
    b"cache-control": b"no-store",
}
_SECURE = f"max-age={YEARS_2}; includeSubDomains".encode()


class Shield:
    """An application whose every answer carries the headers, errors included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, with a nonce for the scripts and styles of this one page."""
        nonce = secrets.token_urlsafe(16)
        named: dict[str, Any] = scope  # type: ignore[assignment]
        named[NONCE] = nonce
        secure = scope.get("scheme") == "https"

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = list(message["headers"])
                known = {name.lower() for name, _ in present}
                missing = ((name, value) for name, value in _headers(nonce, secure) if name not in known)
                message["headers"] = [*present, *missing]
            await send(message)

        await self._app(scope, receive, guarded)


def nonce_of(scope: Mapping[str, Any]) -> str:
    """The nonce that scripts and styles of the answer must carry."""
    return str(scope.get(NONCE, ""))


def _headers(nonce: str, secure: bool) -> Iterator[tuple[bytes, bytes]]:
    yield b"content-security-policy", _POLICY.format(nonce).encode()
    yield from _ALWAYS.items()
    if secure:
        yield b"strict-transport-security", _SECURE
