"""Which addresses may be reached: those of the internet, and what the operator allows of the own network.

A name is resolved by the system, whatever way an address is written (decimal, octal, short, IPv6 that
carries IPv4); what is judged is the address that comes out, which is then connected to.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping

import msgspec

from vitrail.model.errors import UserError, refuse

ALLOW = "VITRAIL_EGRESS_ALLOW"
"""The environment variable that lists, with commas, the hosts and networks of one's own that are reached."""

_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_ASSIGNED = ipaddress.ip_network("2000::/3")
"""The only part of IPv6 that is given to the internet."""

_CLOSED = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "100.64.0.0/10",
            "168.63.129.16/32",  # the machine behind every machine of one cloud
            "192.0.0.0/24",
            "192.88.99.0/24",
            "198.18.0.0/15",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "3fff::/20",
        ),
    )
)
"""Special addresses (RFC 6890 and its registry) that libraries of some ages take for public."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class Allowed(msgspec.Struct, frozen=True):
    """What the operator allows beside the internet: host names, in small letters, and networks."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def holds(self, host: str, address: str) -> bool:
        """Whether a host at an address is allowed."""
        if host.lower().rstrip(".") in self.hosts:
            return True
        found = ipaddress.ip_address(address.partition("%")[0])
        return any(found in network for network in self.networks if network.version == found.version)


INTERNET = Allowed()
"""Nothing beside the internet."""


def read_allowed(environment: Mapping[str, str] = os.environ) -> Allowed:
    """What `VITRAIL_EGRESS_ALLOW` says: `10.1.0.0/16, crm.intranet, ::1`."""
    hosts, networks = set(), []
    for each in environment.get(ALLOW, "").split(","):
        told = each.strip().strip("[]").lower().rstrip(".")
        if not told:
            continue
        try:
            networks.append(ipaddress.ip_network(told, strict=False))
        except ValueError:
            if "/" in told:
                raise _bad_setting(told) from None
            hosts.add(told)
    return Allowed(frozenset(hosts), tuple(networks))


def is_public(address: str) -> bool:
    """Whether an address belongs to the internet: not to this machine, its network or its cloud."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        inner = _inner(found)
        if inner:
            return all(is_public(str(each)) for each in inner)
        if found not in _ASSIGNED:
            return False
    if any(found in network for network in _CLOSED if network.version == found.version):
        return False
    return found.is_global and not found.is_multicast


def reachable(host: str, port: int | None, *, allowed: Allowed) -> list[str]:
    """The addresses of a host, every one of which may be reached. Raises `UserError` when one may not be.

    Raises `OSError` when the name leads nowhere.
    """
    addresses = resolved(host, port)
    for address in addresses:
        if not is_public(address) and not allowed.holds(host, address):
            raise private_address(host, address)
    return addresses


def resolved(host: str, port: int | None) -> list[str]:
    """The addresses of a host, as the system resolves it."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host}: {error}") from None
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def _inner(found: ipaddress.IPv6Address) -> tuple[ipaddress.IPv4Address, ...]:
    """The addresses of IPv4 that one of IPv6 leads to: mapped, 6to4, Teredo, NAT64."""
    if found.ipv4_mapped is not None:
        return (found.ipv4_mapped,)
    if found.sixtofour is not None:
        return (found.sixtofour,)
    if found.teredo is not None:
        return found.teredo
    return (ipaddress.IPv4Address(int(found) & 0xFFFFFFFF),) if found in _NAT64 else ()


def private_address(host: str, address: str) -> UserError:
    """A host that leads home."""
    return refuse(
        "private_address",
        path=host,
        fr=f"« {host} » mène à {address}, une adresse de cette machine ou de son réseau : rien n’a été "
        f"demandé. Si ce service est bien chez vous, qui administre Vitrail l’autorise : {ALLOW}={host}, "
        "et la source dit « allow_private: true ».",
        en=f"“{host}” leads to {address}, an address of this machine or of its network: nothing was asked. "
        f"If the service really is at home, who runs Vitrail allows it: {ALLOW}={host}, "
        "and the source says “allow_private: true”.",
    )


def _bad_setting(told: str) -> UserError:
    return refuse(
        "bad_egress_setting",
        path=ALLOW,
        fr=f"« {told} » dans {ALLOW} n’est ni un réseau ni un nom. Exemple : 10.1.0.0/16, crm.intranet.",
        en=f"“{told}” in {ALLOW} is neither a network nor a name. Example: 10.1.0.0/16, crm.intranet.",
    )
