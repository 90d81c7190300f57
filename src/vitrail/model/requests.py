"""Requests of people about their data: what was asked, until when it must be answered, what became of it."""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

from vitrail.model.errors import Message

AskedRight = Literal["access", "rectification", "erasure", "restriction", "objection", "portability"]
"""What a person may ask for (GDPR, articles 15, 16, 17, 18, 21, 20)."""

ASKED_RIGHTS: tuple[AskedRight, ...] = get_args(AskedRight)

RIGHT_NAMES: dict[AskedRight, Message] = {
    "access": Message(fr="accès (article 15)", en="access (article 15)"),
    "rectification": Message(fr="rectification (article 16)", en="rectification (article 16)"),
    "erasure": Message(fr="effacement (article 17)", en="erasure (article 17)"),
    "restriction": Message(fr="limitation (article 18)", en="restriction (article 18)"),
    "objection": Message(fr="opposition (article 21)", en="objection (article 21)"),
    "portability": Message(fr="portabilité (article 20)", en="portability (article 20)"),
}

RequestState = Literal["open", "answered", "refused"]


class RightsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """One request, since it was received. `profile` is None for somebody unknown, or erased since.

    `how` is how it came and what shows it (a letter, its reference); `extended_why` is what the person was
    told when the month became three (GDPR, article 12(3)); `why` is the reason of a refusal (12(4)).
    """

    number: int
    right: AskedRight
    received_at_us: int
    profile: int | None = None
    how: str = ""
    noted_by: str = ""
    state: RequestState = "open"
    extended_at_us: int | None = None
    extended_why: str = ""
    closed_at_us: int | None = None
    closed_by: str = ""
    why: str = ""
