"""Identities: what may tell that two profiles are one person, and which kinds may."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import msgspec

from vitrail.model.errors import Message

IdentityKind = Literal[
    "key", "email", "phone", "loyalty_card", "crm_id", "anonymous_id", "device_id", "decision"
]
"""`key` is the key a profile is loaded under; `decision` stands for a person's word that profiles are one."""

DeclaredKind = Literal["key", "email", "phone", "loyalty_card", "crm_id", "anonymous_id", "device_id"]
"""What a trait can be declared to hold."""

WEAK: frozenset[IdentityKind] = frozenset({"anonymous_id", "device_id"})
"""Kinds that belong to a device: they give it to a person, and never make one person of two."""

ANONYMOUS = "anonymous:"
"""How the key of a profile begins of which only a device is known: such a key is nobody's name."""

KINDS: tuple[IdentityKind, ...] = get_args(IdentityKind)

LABELS: dict[IdentityKind, Message] = {
    "key": Message("clé", "key"),
    "email": Message("e-mail", "e-mail"),
    "phone": Message("téléphone", "telephone"),
    "loyalty_card": Message("carte de fidélité", "loyalty card"),
    "crm_id": Message("identifiant CRM", "CRM id"),
    "anonymous_id": Message("identifiant anonyme", "anonymous id"),
    "device_id": Message("identifiant d’appareil", "device id"),
    "decision": Message("décision", "decision"),
}


class Ruling(msgspec.Struct, frozen=True, omit_defaults=True):
    """One consequence of a decision; for each thing it speaks of, the latest ruling counts.

    `sever`: a profile's claim of an identity does not count (without a profile: nobody's does);
    `restore`: it counts again. `join`: the profile is one with those joined under the same value.
    `review`: the profile was looked at, and does not count for the size of a component; `unreview`.
    """

    effect: Literal["sever", "restore", "join", "review", "unreview"]
    profile: int | None = None
    kind: IdentityKind = "decision"
    value: str = ""


class Decision(msgspec.Struct, frozen=True):
    """What somebody decided, when and why; `undoes` names the decision it takes back."""

    id: int
    at_us: int
    who: str
    why: str
    undoes: int | None
    rulings: tuple[Ruling, ...]


class Regrouping(msgspec.Struct, frozen=True):
    """What a decision changes: people of several profiles, by their keys, the canonical one first.

    `decision` is its number, None when it was only looked at. A profile that is in no group after is on
    its own.
    """

    decision: int | None
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()


class KnownIdentity(msgspec.Struct, frozen=True):
    """One identity of a profile: since when it is known, who said so, and whether it counts."""

    profile: str
    kind: IdentityKind
    value: str
    since: dt.datetime
    source: str
    counts: bool = True


class Link(msgspec.Struct, frozen=True):
    """Why profiles are one: the identity they share, since when two of them had it, and by which source."""

    kind: IdentityKind
    value: str
    profiles: tuple[str, ...]
    since: dt.datetime
    source: str


class Person(msgspec.Struct, frozen=True):
    """One customer of one or several profiles: `key` is that of the canonical one, `profiles` has them all.

    `identities` is empty where only the reasons were asked for.
    """

    key: str
    profiles: tuple[str, ...]
    links: tuple[Link, ...] = ()
    identities: tuple[KnownIdentity, ...] = ()


class HeldPeople(msgspec.Struct, frozen=True):
    """Profiles that share identities and are held for review: too many of them, or of their e-mails."""

    profiles: tuple[str, ...]
    reason: Literal["profiles", "emails", "devices"]
    emails: int


class SharedDevice(msgspec.Struct, frozen=True):
    """The identities of a device that several people use, which therefore links nobody."""

    identities: tuple[tuple[IdentityKind, str], ...]
    profiles: tuple[str, ...]
    people: int


class Merges(msgspec.Struct, frozen=True):
    """All that is merged, held or shared: so many people of so many profiles, and the largest of each."""

    people: int = 0
    profiles: int = 0
    held: int = 0
    shared: int = 0
    merged: tuple[Person, ...] = ()
    for_review: tuple[HeldPeople, ...] = ()
    devices: tuple[SharedDevice, ...] = ()
    decisions: tuple[Decision, ...] = ()
