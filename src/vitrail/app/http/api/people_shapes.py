"""What the API is asked about people, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any

import msgspec
import numpy as np

from vitrail.app.duplicates import Duplicate
from vitrail.app.people.belonging import Belonging
from vitrail.app.people.contacting import Contact
from vitrail.app.people.merging import Merged
from vitrail.app.people.rights import journal_of
from vitrail.app.people.scoring import Score
from vitrail.app.people.sight import Head, Sight
from vitrail.app.people.timeline import Timeline
from vitrail.app.people.traits import Known, Traits
from vitrail.app.people.viewer import Viewer
from vitrail.app.workspace import Workspace
from vitrail.collect.duplicates.queue import numbers_of
from vitrail.model.errors import Message, UserError, refuse
from vitrail.model.standing import Right
from vitrail.warehouse.people import keys_of

PAGE = 100
Page = Annotated[int, msgspec.Meta(ge=1, le=100_000)]
AsOf = Annotated[dt.datetime, msgspec.Meta(tz=True)] | None
Text = Annotated[str, msgspec.Meta(max_length=1_000)]


class Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked: a misspelt field is refused."""


class SplitAsked(Strict, frozen=True):
    """Which profile of the customer is set apart, by its number, and why; `preview` changes nothing."""

    part: int
    why: Text = ""
    preview: bool = False


class VerdictAsked(Strict, frozen=True):
    """Two profiles of a pair, by key or pseudonym, and whether they are one person."""

    profiles: tuple[str, str]
    one_person: bool
    why: Text = ""


class RightAsked(Strict, frozen=True):
    """What a right needs: `values` to put right, a `purpose`, what `right` to lift, the key to `confirm`."""

    values: dict[str, Any] = {}
    purpose: str = ""
    right: Right = "objection"
    confirm: str = ""
    why: Text = ""
    proof: Text = ""


class FoundOne(msgspec.Struct, frozen=True):
    """Somebody who was found, by key or pseudonym, and by what."""

    profile: str
    by: str


class Found(msgspec.Struct, frozen=True):
    """A page of those found, the best first."""

    people: tuple[FoundOne, ...]
    total: int
    masked: bool
    more: bool


class TraitTold(msgspec.Struct, frozen=True):
    """A trait with where its value comes from, why it holds, and whether it is old."""

    name: str
    value: Any
    source: str | None
    observed: dt.datetime | None
    load: int | None
    why: str
    stale: bool


class ScoreTold(msgspec.Struct, frozen=True):
    """A score: its value, when it was computed, by which system."""

    name: str
    value: float
    at: dt.datetime | None
    source: str | None


class PersonTold(msgspec.Struct, frozen=True):
    """One customer as of an instant; `at_segments` is the instant the segments are told as of."""

    profile: str
    name: str
    masked: bool
    at: dt.datetime
    since: dt.datetime | None
    orders: int | None
    spent: Decimal | None
    last: dt.datetime | None
    traits: tuple[TraitTold, ...]
    segments: tuple[str, ...]
    classes: dict[str, str | None]
    at_segments: dt.datetime
    scores: tuple[ScoreTold, ...]


class MomentTold(msgspec.Struct, frozen=True):
    """One thing that happened."""

    at: dt.datetime
    sort: str
    kind: str
    id: str
    values: dict[str, Any]


class TimelineTold(msgspec.Struct, frozen=True):
    """A page of what happened, the newest first."""

    moments: tuple[MomentTold, ...]
    found: int
    page: int
    pages: int


class AnswerTold(msgspec.Struct, frozen=True):
    """What a customer last said of a purpose on a channel (empty: all), with its proof; `answers` in all."""

    purpose: str
    channel: str
    state: str
    at: dt.datetime
    wording: str
    place: str
    method: str
    proof: str
    source: str
    answers: int


class VerdictTold(msgspec.Struct, frozen=True):
    """What the gate says now of a purpose on a channel, and by which law."""

    purpose: str
    channel: str
    reachable: bool
    step: str | None
    code: str
    message: Message
    law: Message


class MessageTold(msgspec.Struct, frozen=True):
    """A message a mailing tool told of."""

    name: str
    subject: str
    sent: dt.datetime
    opened: dt.datetime | None
    clicked: dt.datetime | None


class ContactTold(msgspec.Struct, frozen=True):
    """All about writing to a customer."""

    answers: tuple[AnswerTold, ...]
    gate: tuple[VerdictTold, ...]
    opposed: tuple[str, ...]
    restricted: bool
    messages: tuple[MessageTold, ...]


class PartTold(msgspec.Struct, frozen=True):
    """One profile of a customer, by its number and its key or pseudonym, with how many rows are its own."""

    part: int
    profile: str
    identities: tuple[tuple[str, str], ...]
    events: int
    traits: int
    records: int


class LinkTold(msgspec.Struct, frozen=True):
    """What makes profiles one."""

    kind: str
    value: str
    profiles: tuple[str, ...]
    source: str


class MergedTold(msgspec.Struct, frozen=True):
    """Which profiles make a customer, why, and the decisions that hold, by number."""

    parts: tuple[PartTold, ...]
    links: tuple[LinkTold, ...]
    decisions: tuple[int, ...]


class Regrouped(msgspec.Struct, frozen=True):
    """What a decision changed: people of several profiles before and after; its number, if it is one."""

    decision: int | None
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()


class PairTold(msgspec.Struct, frozen=True):
    """Two profiles that are probably one person, with what was compared and what each weighs, in bits."""

    profiles: tuple[str, str]
    probability: float
    reasons: dict[str, float]


class Duplicates(msgspec.Struct, frozen=True):
    """The pairs that wait for a verdict, the most probable first."""

    pairs: tuple[PairTold, ...]


class Served(msgspec.Struct, frozen=True):
    """That a right was served; the number of the erasure that has begun."""

    right: str
    erasure: int | None = None


class ErasureTold(msgspec.Struct, frozen=True):
    """One erasure: what each step took away (null: it waits), and what the search found at its end."""

    number: int
    begun: dt.datetime
    finished: dt.datetime | None
    steps: dict[str, int | None]
    found: int | None


def told_person(
    seen: Sight, head: Head, *, known: Traits, belongs: Belonging, scores: Sequence[Score]
) -> PersonTold:
    """A customer as the API tells it."""
    return PersonTold(
        profile=seen.name,
        name=head.name,
        masked=seen.viewer.is_masked,
        at=seen.at,
        since=head.since,
        orders=head.orders,
        spent=head.spent,
        last=head.last,
        traits=tuple(_trait(each) for some in known.groups.values() for each in some),
        segments=tuple(each.key for each in belongs.segments),
        classes={each.key: each.klass for each in belongs.classes},
        at_segments=belongs.at,
        scores=tuple(ScoreTold(each.name, each.value, each.at, each.source) for each in scores),
    )


def told_timeline(found: Timeline) -> TimelineTold:
    """A timeline as the API tells it."""
    moments = tuple(
        MomentTold(
            each.at, each.sort, each.kind, each.id, {told.name: _plain(told.value) for told in each.values}
        )
        for _, some in found.days
        for each in some
    )
    return TimelineTold(moments, found.found, found.page, found.pages)


def told_contact(found: Contact) -> ContactTold:
    """What the API tells of writing to a customer."""
    raised = [each for each in found.standing if each.right == "objection"]
    return ContactTold(
        answers=tuple(
            AnswerTold(
                each.purpose,
                each.channel,
                each.last.state,
                each.last.at,
                each.last.wording,
                each.last.place,
                each.last.method,
                each.last.proof,
                each.last.source,
                1 + len(each.earlier),
            )
            for each in found.answers
        ),
        gate=tuple(
            VerdictTold(
                each.purpose.key,
                each.channel,
                each.reason.inside,
                each.reason.step,
                each.reason.code,
                each.reason.message,
                each.reason.law,
            )
            for each in found.verdicts
        ),
        opposed=tuple(dict.fromkeys(each.about or "*" for each in raised)),
        restricted=any(each.right == "restriction" for each in found.standing),
        messages=tuple(
            MessageTold(each.name, each.subject, each.sent, each.opened, each.clicked)
            for each in found.messages
        ),
    )


def told_merged(found: Merged) -> MergedTold:
    """What the API tells of merged profiles."""
    return MergedTold(
        parts=tuple(
            PartTold(
                each.number,
                each.name,
                tuple((one.kind, one.value) for one in each.identities),
                each.events,
                each.traits,
                each.records,
            )
            for each in found.parts
        ),
        links=tuple(LinkTold(each.kind, each.value, each.profiles, each.source) for each in found.links),
        decisions=tuple(each.id for each in found.decisions),
    )


def told_pairs(ws: Workspace, waiting: Sequence[Duplicate], *, viewer: Viewer) -> tuple[PairTold, ...]:
    """Pairs of profiles under the names the viewer may read."""
    source = ws.store.source()
    told = []
    for each in waiting:
        one, other = viewer.names(numbers_of(ws.store, each.keys), source)
        told.append(PairTold((one, other), each.probability, {part.part: part.bits for part in each.reasons}))
    return tuple(told)


def keys_told(ws: Workspace, names: tuple[str, str], *, viewer: Viewer) -> tuple[str, str]:
    """The keys of two profiles. Raises `UserError` for a name nobody has."""
    source = ws.store.source()
    one, other = (viewer.part(name, source) for name in names)
    keys = keys_of(source, np.array([one, other]))
    return keys[0], keys[1]


def told_erasure(ws: Workspace, number: int) -> ErasureTold:
    """How far an erasure has come."""
    journal = journal_of(ws, number)
    steps: Mapping[str, int | None] = {each.name: each.removed for each in journal.steps}
    return ErasureTold(number, journal.begun, journal.finished, dict(steps), journal.erasure.found)


def check_confirmed(confirm: str, key: str) -> None:
    """Raise `UserError` unless an erasure is confirmed by the key of the customer."""
    if confirm != key:
        raise refuse(
            "not_confirmed",
            path="confirm",
            fr="Pour confirmer, donnez exactement la clé du client. Rien n’a été effacé.",
            en="To confirm, give the key of the customer exactly. Nothing was erased.",
        )


def unknown_right(right: str) -> UserError:
    """What is asked is no right."""
    known = ("access", "portable", "rectify", "object", "restrict", "lift", "erase")
    return refuse(
        "unknown_right",
        path="right",
        fr=f"« {right[:40]} » n’est pas un droit que l’on peut exercer ici.",
        en=f"“{right[:40]}” is no right that can be used here.",
        hint=known,
    )


def _trait(known: Known) -> TraitTold:
    origin = known.origin
    return TraitTold(
        known.field.name,
        _plain(known.value),
        origin.source,
        origin.observed_at,
        origin.load,
        known.why,
        known.is_stale,
    )


def _plain(value: object) -> object:
    """A value as JSON has it."""
    if isinstance(value, frozenset | tuple):
        return sorted(map(str, value))
    return value
