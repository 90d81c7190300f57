"""The standing of people: what they opposed, what is frozen at their request, and since when."""

from __future__ import annotations

from typing import Literal

import msgspec

Right = Literal["objection", "restriction"]
"""The right that was used: to object (GDPR, article 21), to have the use restricted (article 18)."""

Step = Literal["raised", "lifted"]
"""Whether the person used the right, or what they had asked for ended."""

ALL_MARKETING = ""
"""What an objection without a purpose is to: all direct marketing, and the profiling it rests on."""


class Act(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing a person asked for, or took back; it counts from `at_us` on.

    `profile` is the number of the profile. `about` is the purpose an objection is to; `ALL_MARKETING`
    is all of direct marketing (article 21(3)). `by` is who noted it, `proof` what shows that it was
    asked for (the reference of a letter, of a call).
    """

    profile: int
    right: Right
    step: Step
    at_us: int
    about: str = ALL_MARKETING
    by: str = ""
    why: str = ""
    proof: str = ""


class KeptAct(msgspec.Struct, frozen=True):
    """An act as the ledger keeps it: its number, when it was noted; None for somebody who was erased."""

    number: int
    recorded_at_us: int
    act: Act | None


class Tombstone(msgspec.Struct, frozen=True):
    """That an identity was erased, or may come back: a keyed hash, which tells nothing without the key.

    `kind` is what was hashed: `key` for the key of a profile, else the kind of the identity.
    `erasure` is the number of the erasure it comes from; `lifted` says that the person came back.
    """

    print: str
    kind: str
    at_us: int
    erasure: int
    lifted: bool = False
    why: str = ""
