"""How long people and what they did are kept: rules as people write them (GDPR, article 5(1)(e))."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

Words = dict[str, str]
"""A text by language: `{fr: …, en: …}`."""


class PeopleRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """After how long without a sign of theirs some people go.

    `who` is a condition. The period runs from their last event among `after` (by default the contacts of
    the file), or from when they became known where there was none. `anonymous`: only visitors nobody has
    named. `restrict` keeps the data, frozen: for what the law makes one keep (article 18).
    """

    key: str
    name: Words
    months: int = 0
    days: int = 0
    who: str = "true"
    after: tuple[str, ...] = ()
    anonymous: bool = False
    then: Literal["erase", "restrict"] = "erase"
    source: str = ""


DataKind = Literal["events", "records", "traits", "quarantine"]
"""What a rule may let go without the people it is about."""

WAITING = "waiting"
"""The one thing in quarantine: messages set aside, and refused rows of loads."""


class DataRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """After how long some data go, of whomever; the people stay.

    `events` by when they happened; `records` that did not change since; values of `traits` that were
    observed before; with `quarantine`, what could not be filed, by when it came, whoever it is about.
    """

    key: str
    name: Words
    events: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
    traits: tuple[str, ...] = ()
    quarantine: bool = False
    months: int = 0
    days: int = 0
    source: str = ""

    def names(self) -> Iterator[tuple[DataKind, str]]:
        """All that the rule is about."""
        yield from (("events", name) for name in self.events)
        yield from (("records", name) for name in self.records)
        yield from (("traits", name) for name in self.traits)
        if self.quarantine:
            yield "quarantine", WAITING


class ProofRule(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How long what somebody agreed to or refused can be shown after it ended, their erasure included.

    Five years by default: that of claims (French Civil Code, article 2224). 0 keeps nothing.
    """

    months: int = 60
    source: str = ""


class RetentionFile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """All rules of retention; `contacts` are the events that are a sign of the person: opening is none."""

    edition: Literal[2026]
    contacts: tuple[str, ...] = ()
    people: tuple[PeopleRule, ...] = ()
    data: tuple[DataRule, ...] = ()
    proof: ProofRule = ProofRule()
