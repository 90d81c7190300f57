"""Whom an identity provider says somebody is, what that is checked against, and disbelief."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Expected(msgspec.Struct, frozen=True):
    """What a token must say: from whom, for whom, in answer to what, and the time it is."""

    issuer: str
    client: str
    nonce: str
    now: int


class Identity(msgspec.Struct, frozen=True):
    """Whom the provider says somebody is; `email` is empty where it is not verified, None if it says none."""

    issuer: str
    subject: str
    email: str | None
    name: str


def identity_of(claims: Mapping[str, Any], *, issuer: str, subject: str) -> Identity:
    """What claims say of a subject that was checked: an e-mail counts where it is verified."""
    email: object = None
    if "email" in claims:
        email = claims["email"] if claims.get("email_verified") is True else ""
        email = email if isinstance(email, str) and len(email) <= 254 else ""
    name = claims.get("name")
    return Identity(
        issuer, subject, email if isinstance(email, str) else None, name if isinstance(name, str) else ""
    )


class Refused(Exception):
    """A token that is not believed; `reason` is for the log of who runs Vitrail, never shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
