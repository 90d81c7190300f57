"""Asking services outside: one client, which looks where a name leads before it connects there.

A name is resolved once; every address it has must be public, and the connection goes to the address
that was looked at, while the certificate is checked against the name. Redirects are not followed: the
keys that go with a request would go along.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import httpcore2
import httpx2

from vitrail.model.errors import UserError, refuse

AGENT = "vitrail"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Guarded(httpcore2.SyncBackend):
    """Connections to public addresses only."""

    def connect_tcp(self, host: str, port: int, *settings: Any, **named: Any) -> httpcore2.NetworkStream:
        """Resolve, look at every address, and connect to one of them."""
        addresses = _resolved(host, port)
        closed = [address for address in addresses if not is_public(address)]
        if closed:
            raise _private(host, closed[0])
        failure: Exception = httpcore2.ConnectError(host)
        for address in addresses:
            try:
                return super().connect_tcp(address, port, *settings, **named)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure


class Transport(httpx2.HTTPTransport):
    """The transport of httpx2 over guarded connections; proxies of the environment play no part."""

    def __init__(self) -> None:
        super().__init__(trust_env=False)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=httpx2.create_ssl_context(trust_env=False), network_backend=Guarded()
        )


def client(*, allow_private: bool, timeout_seconds: float) -> httpx2.Client:
    """A client for one pull; `allow_private` lets it reach the own network."""
    return httpx2.Client(
        transport=httpx2.HTTPTransport(trust_env=False) if allow_private else Transport(),
        timeout=timeout_seconds,
        follow_redirects=False,
        trust_env=False,
        headers={"user-agent": AGENT, "accept": "application/json"},
    )


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet: not to this machine, its network or its cloud."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1])
        if inner is None and found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"{host}: {error}") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _private(host: str, address: str) -> UserError:
    return refuse(
        "private_address",
        path=host,
        fr=f"« {host} » mène à {address}, une adresse de cette machine ou de son réseau : rien n’a été "
        "demandé. Si ce service est bien chez vous, dites « allow_private: true » dans la source.",
        en=f"“{host}” leads to {address}, an address of this machine or of its network: nothing was asked. "
        "If the service really is at home, say “allow_private: true” in the source.",
    )
