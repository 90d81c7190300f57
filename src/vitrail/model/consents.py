"""Consents: what a person agreed to, refused or took back, with what proves it."""

from __future__ import annotations

from typing import Literal

import msgspec

ConsentState = Literal["granted", "refused", "withdrawn"]
"""Said yes; said no when asked; took a yes back. Only the first allows anything."""


class Consent(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a person said of one purpose (GDPR, articles 4(11) and 7).

    `profile` is the number of the profile. Without a `channel` it is said of all of them. `wording` names the
    version of the text that was shown, `place` where (a page, a shop), `method` how (a box, a signature, a
    call), `proof` what shows it (a reference to a recording, to a form).
    """

    profile: int
    purpose: str
    state: ConsentState
    at_us: int
    channel: str = ""
    wording: str = ""
    place: str = ""
    method: str = ""
    proof: str = ""
    source: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A consent as the ledger keeps it: its position, when it was recorded, its seal in the chain.

    `consent` is None once the person was erased: that something was said stays, who said what does not.
    """

    position: int
    recorded_at_us: int
    chain: bytes
    consent: Consent | None
