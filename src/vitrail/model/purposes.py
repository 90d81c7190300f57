"""Purposes: why personal data are used, on which legal basis, and all that the record of processing says."""

from __future__ import annotations

from typing import Literal

import msgspec

Words = dict[str, str]
"""A text by language: `{fr: …, en: …}`."""

Basis = Literal[
    "consent",
    "contract",
    "legal_obligation",
    "vital_interests",
    "public_task",
    "legitimate_interests",
]
"""The six legal bases (GDPR, article 6(1), a to f). A purpose has exactly one."""

Special = Literal[
    "explicit_consent",
    "employment",
    "vital_interests",
    "members_of_a_body",
    "made_public",
    "legal_claims",
    "public_interest",
    "health_care",
    "public_health",
    "research",
]
"""What allows special categories of data (GDPR, article 9(2), a to j)."""

Start = Literal["collection", "last_contact", "last_purchase", "end_of_contract", "withdrawal"]
"""What a retention period is counted from. `last_contact` is one of theirs: opening a mail is none."""

Channel = Literal["email", "sms", "automatic_call", "phone", "post", "push", "web", "pixel", "service"]
"""How people are reached, as the law tells them apart.

`phone` is a call by a person; `web` what is shown on one's own pages; `pixel` the image that tells that a
mail was opened; `service` a message that the contract needs (an order, an invoice), by whatever means.
"""

Relation = Literal["customer", "sale_address", "professional", "contract"]
"""What the law asks of a person besides their consent.

`customer`: has bought from us; `sale_address`: gave their address at a sale, told that they may say no;
`professional`: is reached at a professional address about their work; `contract`: has a contract in force.
"""

ModeKey = Literal["ad_storage", "analytics_storage", "ad_user_data", "ad_personalization"]
"""The four answers of Google Consent Mode, version 2."""


class Retention(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How long data serve a purpose: so many months, or days, after something; then what."""

    after: Start
    months: int = 0
    days: int = 0
    then: Literal["erase", "anonymise", "archive"] = "erase"
    note: Words = {}


class Transfer(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Data that leave the European Union: where to, to whom, under which safeguard (articles 44 to 49)."""

    country: str
    recipient: Words
    safeguard: Words


class Purpose(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One reason for using personal data (GDPR, articles 5(1)(b) and 30(1)).

    `consents` names the purpose under which the ledger of consents keeps the yes, where it is not `key`.
    `balancing` is the test that legitimate interests ask for; `law` names the obligation. `data`, `people`
    and `recipients` are categories. `sensitive` says what allows special categories; None: they are not
    used. `channels` are those on which this purpose may reach people.
    """

    key: str
    name: Words
    basis: Basis
    description: Words = {}
    balancing: Words = {}
    law: Words = {}
    data: tuple[Words, ...] = ()
    people: tuple[Words, ...] = ()
    recipients: tuple[Words, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    retention: Retention | None = None
    security: Words = {}
    sensitive: Special | None = None
    marketing: bool = False
    profiling: bool = False
    channels: tuple[Channel, ...] = ()
    consents: str = ""

    @property
    def asked(self) -> str:
        """The key under which the ledger of consents keeps the yes for this purpose."""
        return self.consents or self.key


class Body(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An organisation or a person of the record: its name and how to reach it."""

    name: str
    contact: str = ""


class Controller(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Who answers for the processing (GDPR, article 30(1)(a))."""

    name: str
    contact: str = ""
    representative: Body | None = None
    data_protection_officer: Body | None = None
    joint: tuple[Body, ...] = ()


class Signal(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which foreign signals amount to a yes for one of our purposes.

    All purposes of the Transparency and Consent Framework in `tcf` must be consented to; all keys of Google
    Consent Mode in `consent_mode` granted. `gpc` says that Global Privacy Control is a no.
    """

    purpose: str
    channel: str = ""
    tcf: tuple[int, ...] = ()
    consent_mode: tuple[ModeKey, ...] = ()
    gpc: bool = False


class PurposeFile(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The register of purposes as people write it in YAML.

    `relations` gives, for what the law asks of a person, the condition that tells who is so; `sources`,
    for each source of data by its name, the purposes its data serve.
    """

    edition: Literal[2026]
    controller: Controller | None = None
    purposes: tuple[Purpose, ...] = ()
    relations: dict[Relation, str] = {}
    sources: dict[str, tuple[str, ...]] = {}
    signals: tuple[Signal, ...] = ()

    def find(self, key: str) -> Purpose | None:
        """The purpose of that key; None when there is none."""
        return next((each for each in self.purposes if each.key == key), None)
