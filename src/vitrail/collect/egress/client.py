"""The one client of services outside: it looks where a name leads before it connects there.

A name is resolved once; every address it has must be allowed, and the connection goes to the address
that was looked at, while the certificate is checked against the name. Redirects are not followed: the
keys that go with a request would go along. Proxies and settings of the environment play no part.
"""

from __future__ import annotations

import ssl
from functools import cache
from typing import Any

import httpcore2
import httpx2
from httpx2 import Response as Response
from httpx2 import TransportError as TransportError

from vitrail.collect.egress.addresses import INTERNET, Allowed, reachable, read_allowed
from vitrail.model.errors import refuse

AGENT = "vitrail"


class Guarded(httpcore2.SyncBackend):
    """Connections to allowed addresses only."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__()
        self._allowed = allowed

    def connect_tcp(self, host: str, port: int, *settings: Any, **named: Any) -> httpcore2.NetworkStream:
        """Resolve, look at every address, and connect to one of them."""
        try:
            addresses = reachable(host, port, allowed=self._allowed)
        except OSError as error:
            raise httpcore2.ConnectError(f"{host}: {error}") from None
        failure: Exception = httpcore2.ConnectError(host)
        for address in addresses:
            try:
                return super().connect_tcp(address, port, *settings, **named)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    def connect_unix_socket(self, *_settings: Any, **_named: Any) -> httpcore2.NetworkStream:
        """No service outside answers at a socket of this machine."""
        raise httpcore2.ConnectError("a socket of this machine")


class Transport(httpx2.HTTPTransport):
    """The transport of httpx2 over guarded connections."""

    def __init__(self, allowed: Allowed) -> None:
        super().__init__(verify=_authorities(), trust_env=False)
        self._pool = httpcore2.ConnectionPool(ssl_context=_authorities(), network_backend=Guarded(allowed))

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on, unless its address hides a user and a password before the host."""
        if request.url.userinfo:
            raise _userinfo(request.url.host)
        return super().handle_request(request)


def client(*, allow_private: bool = False, timeout_seconds: float = 30) -> httpx2.Client:
    """A client for some requests; `allow_private` lets it reach what the operator allows at home."""
    return httpx2.Client(
        transport=Transport(read_allowed() if allow_private else INTERNET),
        timeout=timeout_seconds,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": AGENT, "accept": "application/json"},
    )


@cache
def _authorities() -> ssl.SSLContext:
    """Whose certificates are believed: read once, since it takes a twentieth of a second."""
    return httpx2.create_ssl_context(trust_env=False)


def _userinfo(host: str) -> Exception:
    return refuse(
        "userinfo_in_address",
        path=host,
        fr=f"L’adresse porte un nom devant « {host} » (nom@…) : donnez-le dans « auth ». "
        "Rien n’a été demandé.",
        en=f"The address carries a name before “{host}” (name@…): give it in “auth”. Nothing was asked.",
    )
