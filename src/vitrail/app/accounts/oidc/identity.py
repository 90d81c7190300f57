"""Whom an identity provider says somebody is, what that is checked against, and disbelief."""

from __future__ import annotations

import msgspec


class Expected(msgspec.Struct, frozen=True):
    """What a token must say: from whom, for whom, in answer to what, and the time it is."""

    issuer: str
    client: str
    nonce: str
    now: int


class Identity(msgspec.Struct, frozen=True):
    """Whom the provider says somebody is; `email` is empty where it vouches for none."""

    issuer: str
    subject: str
    email: str
    name: str


class Refused(Exception):
    """A token that is not believed; `reason` is for the log of who runs Vitrail, never shown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
