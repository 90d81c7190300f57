"""Why a profile is in a segment or not: truths, values, records, and what would change it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

from vitrail.model.errors import Message
from vitrail.model.tree import Condition

FigureType = Literal[
    "text", "integer", "decimal", "float", "boolean", "date", "instant", "texts", "duration", "unknown"
]
ChangeKind = Literal[
    "add", "set", "known", "other", "gain", "lose", "forget", "score", "grant", "withdraw", "wait"
]


class Figure(msgspec.Struct, frozen=True):
    """A value in writing: `12.40`, `2025-03-31`, `2025-03-31T08:00:00Z`, a duration as `P3DT2H`.

    `label` says it as people do in each language.
    """

    type: FigureType
    value: str | tuple[str, ...]
    label: Message


class Found(msgspec.Struct, frozen=True):
    """What a value of the condition was for this profile; `path` is its place in the tree."""

    path: str
    label: Message
    figure: Figure


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """A record that made a test true or, where `counts` is false, one that was not taken."""

    collection: str
    id: str
    at: dt.datetime | None
    properties: dict[str, Figure] = {}
    counts: bool = True


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """One condition of the tree: true or false, with what was found; `parts` are those it joins."""

    path: str
    node: Condition
    truth: bool
    label: Message
    found: tuple[Found, ...] = ()
    records: tuple[Evidence, ...] = ()
    parts: tuple[Finding, ...] = ()


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing that would have to happen.

    `name` is a collection (`add`), a trait (`set`, `known`, `other`, `gain`,
    `lose`, `forget`), a score, a purpose
    (`grant`, `withdraw`), or empty (`wait`, until `until`). `values` holds properties by name, and under
    the empty name the value of a trait or of a score.
    """

    kind: ChangeKind
    name: str
    label: Message
    count: int = 1
    values: dict[str, Figure] = {}
    channel: str | None = None
    until: dt.datetime | None = None


class Flip(msgspec.Struct, frozen=True, omit_defaults=True):
    """The fewest changes that turn the answer, tried on a copy of the history before being told.

    They suffice if they happen before `before`; None means whenever they happen.
    """

    changes: tuple[Change, ...]
    label: Message
    before: dt.datetime | None = None


class Explanation(msgspec.Struct, frozen=True, omit_defaults=True):
    """The whole answer about one profile at `at`.

    `inside` is membership; it is false for who was not yet known (`known` false) whatever the
    finding says. `flip` None means that no simple change is known. `since` None means for as long as
    is known; `next_change` None means that time alone changes nothing that can be foreseen.
    """

    key: str
    at: dt.datetime
    inside: bool
    known: bool
    finding: Finding
    summary: Message
    flip: Flip | None = None
    since: dt.datetime | None = None
    next_change: dt.datetime | None = None
