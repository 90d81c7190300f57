"""Which identity provider people sign in through, and whom of them: from the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from vitrail.model.access import ROLES, Role
from vitrail.model.errors import UserError, refuse

ISSUER = "VITRAIL_OIDC_ISSUER"
CLIENT = "VITRAIL_OIDC_CLIENT"
SECRET = "VITRAIL_OIDC_SECRET"
NAME = "VITRAIL_OIDC_NAME"
DOMAINS = "VITRAIL_OIDC_DOMAINS"
PRIVATE = "VITRAIL_OIDC_PRIVATE"


class Settings(msgspec.Struct, frozen=True):
    """One identity provider, and what Vitrail is called there.

    `domains` are those whose people get an account when they come, with which role; everybody else is
    invited first. `private`: the provider is on one's own network.
    """

    issuer: str
    client: str
    secret: str
    name: str
    domains: Mapping[str, Role] = {}
    private: bool = False


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings | None:
    """The provider that is set up; None where there is none. Raises `UserError` for half a setting."""
    issuer = environment.get(ISSUER, "").strip().rstrip("/")
    if not issuer:
        return None
    private = environment.get(PRIVATE, "") == "1"
    parts = urlsplit(issuer)
    if (parts.scheme != "https" and not (private and parts.scheme == "http")) or not parts.hostname:
        raise _wrong(ISSUER, fr="est une adresse https://…", en="is an address https://…")
    client = environment.get(CLIENT, "").strip()
    if not client:
        raise _wrong(CLIENT, fr="manque", en="is missing")
    name = environment.get(NAME, "").strip() or parts.hostname
    domains = _domains(environment.get(DOMAINS, ""))
    return Settings(issuer, client, environment.get(SECRET, "").strip(), name, domains, private)


def _domains(told: str) -> dict[str, Role]:
    """`example.com=reader, example.org=analyst`; nobody becomes an owner so."""
    found: dict[str, Role] = {}
    for each in filter(None, (part.strip() for part in told.split(","))):
        domain, _, role = (part.strip().lower() for part in each.partition("="))
        known = next((one for one in ROLES if one == role and one != "owner"), None)
        if known is None or "." not in domain or "@" in domain:
            raise _wrong(
                DOMAINS,
                fr=f"s’écrit domaine=rôle, sauf owner : example.com=reader, et non « {each} »",
                en=f"is written domain=role, but owner: example.com=reader, and not “{each}”",
            )
        found[domain] = known
    return found


def _wrong(name: str, *, fr: str, en: str) -> UserError:
    return refuse("bad_oidc_setting", path=name, fr=f"{name} {fr}.", en=f"{name} {en}.")
