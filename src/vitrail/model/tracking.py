"""What a site, an app or a till says of a person: one message of the tracking API."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

Kind = Literal["identify", "track", "page", "screen", "group", "alias"]
"""What a message says: who somebody is, what they did, what they saw, where they belong, one and the same."""

KINDS: tuple[Kind, ...] = ("identify", "track", "page", "screen", "group", "alias")


class Tracked(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message, read and checked in form; what it means for a profile is decided by who files it.

    At least one of `user_id`, `anonymous_id`, `previous_id` is there. `event` is the name of a
    `track`, `name` that of a page or screen. `at_us` is when it happened by the clock of the server,
    the sender's clock having been set right. Numbers with a point are `Decimal`.
    """

    kind: Kind
    message_id: str
    at_us: int
    received_at_us: int
    source: str
    user_id: str = ""
    anonymous_id: str = ""
    previous_id: str = ""
    group_id: str = ""
    event: str = ""
    name: str = ""
    properties: dict[str, Any] = {}
    traits: dict[str, Any] = {}
    context: dict[str, Any] = {}
