"""What the API is asked, and what it answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import msgspec

from vitrail.model.access import Permission, Role
from vitrail.model.catalogue import Label
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Message

Aware = Annotated[dt.datetime, msgspec.Meta(tz=True, description="An instant with its zone.")]
RuleText = Annotated[str, msgspec.Meta(max_length=100_000, description="A condition.")]
Limit = Annotated[int, msgspec.Meta(ge=1, le=10_000)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: a misspelt field is refused."""


class CheckAsked(Strict, frozen=True):
    """A condition to be checked, perhaps for a purpose."""

    rule: RuleText
    purpose: str | None = None


class Asked(Strict, frozen=True):
    """A condition asked as of an instant; none is now."""

    rule: RuleText
    as_of: Aware | None = None


class MembersAsked(Strict, frozen=True):
    """A condition, and which page of its members: those after a key, so many at most."""

    rule: RuleText
    as_of: Aware | None = None
    after: str = ""
    limit: Limit = 1_000


class EvaluateAsked(Strict, frozen=True):
    """Many conditions asked in one pass."""

    rules: Annotated[dict[str, RuleText], msgspec.Meta(min_length=1, max_length=500)]
    as_of: Aware | None = None


class ExplainAsked(Strict, frozen=True):
    """A condition and a profile, by its key or its pseudonym."""

    rule: RuleText
    profile: str
    as_of: Aware | None = None


class DescribeAsked(Strict, frozen=True):
    """A condition to be said as a sentence."""

    rule: RuleText
    language: str = "fr"


class DefinitionsAsked(Strict, frozen=True):
    """Definitions, as in a file of them; `prune` removes those it does not hold."""

    definitions: DefinitionFile
    prune: bool = False
    note: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class RefreshAsked(Strict, frozen=True):
    """How to refresh: everybody, or only those who can have changed."""

    full: bool = False


class UserAsked(Strict, frozen=True):
    """Somebody to be invited."""

    email: Annotated[str, msgspec.Meta(max_length=320)]
    role: Role
    name: Annotated[str, msgspec.Meta(max_length=200)] = ""


class UserChange(Strict, frozen=True):
    """What changes of a user; what is not said stays."""

    role: Role | None = None
    disabled: bool | None = None


class KeyAsked(Strict, frozen=True):
    """An API key to be made."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    permissions: Annotated[tuple[Permission, ...], msgspec.Meta(min_length=1)]
    until: Aware | None = None


# --- answers ------------------------------------------------------------------------------------


class ProblemTold(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that is wrong or doubtful in a condition."""

    code: str
    path: str
    severity: str
    message: Message
    span: tuple[int, int] | None = None
    hint: tuple[str, ...] = ()


class Problems(msgspec.Struct, frozen=True):
    """All that is wrong or doubtful; none is a condition that can be asked."""

    problems: tuple[ProblemTold, ...]


class Counted(msgspec.Struct, frozen=True):
    """How many: `count`, or `under` so many where the group is small, or neither where it is withheld."""

    count: int | None
    under: int | None = None


class Members(msgspec.Struct, frozen=True):
    """A page of the members, ordered by key; `next` is what to ask for `after`, null on the last page."""

    profiles: list[str]
    total: int
    masked: bool
    next: str | None


class Evaluated(msgspec.Struct, frozen=True):
    """Who meets each of many conditions."""

    members: dict[str, list[str]]
    masked: bool


class Sentence(msgspec.Struct, frozen=True):
    """A condition as a sentence."""

    sentence: str


class FieldTold(msgspec.Struct, frozen=True):
    """A trait or a property."""

    name: str
    type: str
    unit: str
    label: Label | None
    choices: tuple[str, ...]
    personal: bool
    sensitive: bool


class CollectionTold(msgspec.Struct, frozen=True):
    """Events or records, with their properties."""

    name: str
    kind: str
    label: Label | None
    properties: tuple[FieldTold, ...]


class CatalogueTold(msgspec.Struct, frozen=True):
    """All that a condition may name."""

    timezone: str
    currency: str
    languages: tuple[str, ...]
    traits: tuple[FieldTold, ...]
    collections: tuple[CollectionTold, ...]
    scores: tuple[str, ...]
    purposes: tuple[str, ...]
    channels: tuple[str, ...]
    segments: tuple[str, ...]


class SegmentTold(msgspec.Struct, frozen=True):
    """A segment: `size` is of the last refresh, null before the first."""

    key: str
    name: dict[str, str]
    rule: str
    sentence: str
    size: Counted | None


class Segments(msgspec.Struct, frozen=True):
    """Every segment and class."""

    segments: tuple[SegmentTold, ...]


class ChangeTold(msgspec.Struct, frozen=True):
    """What happens to one segment; numbers are null for who may not see people."""

    key: str
    action: str
    rule_before: str
    rule_after: str
    entering: int | None
    leaving: int | None


class PlanTold(msgspec.Struct, frozen=True):
    """What definitions would change, or have changed."""

    applied: bool
    changes: tuple[ChangeTold, ...]
    unchanged: int


class Refreshed(msgspec.Struct, frozen=True):
    """What a refresh did; numbers are null for who may not see people."""

    evaluated: int | None
    entered: int | None
    left: int | None


class Me(msgspec.Struct, frozen=True):
    """Who asks, and what they may do."""

    kind: str
    id: str
    name: str
    email: str
    role: Role | None
    permissions: tuple[Permission, ...]
    masked: bool
    csrf: str


class UserTold(msgspec.Struct, frozen=True):
    """A user."""

    id: str
    email: str
    name: str
    role: Role
    disabled: bool
    invited: bool
    second_factor: bool
    created: dt.datetime


class Users(msgspec.Struct, frozen=True):
    """Every user."""

    users: tuple[UserTold, ...]


class Link(msgspec.Struct, frozen=True):
    """A user, and the address with which they choose a password, once, within a day."""

    user: UserTold
    link: str


class KeyTold(msgspec.Struct, frozen=True):
    """An API key, without its secret."""

    id: str
    name: str
    user: str
    permissions: tuple[Permission, ...]
    created: dt.datetime
    until: dt.datetime | None
    used: dt.datetime | None


class Keys(msgspec.Struct, frozen=True):
    """Every API key."""

    keys: tuple[KeyTold, ...]


class NewKey(msgspec.Struct, frozen=True):
    """A key with its secret, which is shown this once."""

    key: KeyTold
    secret: str


class SessionTold(msgspec.Struct, frozen=True):
    """Where somebody is signed in."""

    id: str
    began: dt.datetime
    seen: dt.datetime
    address: str
    agent: str
    this: bool


class Sessions(msgspec.Struct, frozen=True):
    """The sessions of who asks."""

    sessions: tuple[SessionTold, ...]


class ActTold(msgspec.Struct, frozen=True):
    """One entry of the audit trail."""

    position: int
    at: dt.datetime
    act: str
    who: str
    subject: str
    origin: str
    details: dict[str, Any]
    seal: str


class Trail(msgspec.Struct, frozen=True):
    """The newest entries, newest first; `next` is what to ask for `before`."""

    acts: tuple[ActTold, ...]
    next: int | None


class TrailChecked(msgspec.Struct, frozen=True):
    """Whether the trail is whole; `broken` is the first entry that does not fit."""

    whole: bool
    broken: int | None
    entries: int
    seal: str
