"""What the API is asked to do to segments that exist, and what it answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

import msgspec

from vitrail.app.http.api.shapes import Aware, Counted, RuleText, Strict
from vitrail.consent.waterfall import Step
from vitrail.model.purposes import Channel

Keys = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=1_000)]
Tag = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Tags = Annotated[tuple[Tag, ...], msgspec.Meta(max_length=100)]
Said = dict[Annotated[str, msgspec.Meta(pattern="^(fr|en)$")], Annotated[str, msgspec.Meta(max_length=2_000)]]


class TagsAsked(Strict, frozen=True):
    """Tags to add to some segments, and tags to take from them."""

    keys: Keys
    add: Tags = ()
    take: Tags = ()


class ArchiveAsked(Strict, frozen=True):
    """Whether segments are put out of sight, or brought back."""

    keys: Keys
    archived: bool = True


class WordsAsked(Strict, frozen=True):
    """What a segment is called and said to be; what is left out stays."""

    name: Said | None = None
    description: Said | None = None
    owner: Annotated[str, msgspec.Meta(max_length=200)] | None = None


class ReachAsked(Strict, frozen=True, kw_only=True):
    """A rule that is not saved, and whom it would reach, for which purpose, on which channel."""

    rule: RuleText
    purpose: str
    channel: Channel
    as_of: Aware | None = None


class FallCounted(msgspec.Struct, frozen=True):
    """How many fall at a step, and how many are left."""

    step: Step
    fell: Counted
    left: Counted


class ReachTold(msgspec.Struct, frozen=True):
    """From a rule to those who may be reached: figures, no audience."""

    segment: Counted
    falls: tuple[FallCounted, ...]
    audience: Counted


class BetweenTold(msgspec.Struct, frozen=True, kw_only=True):
    """A segment at the end of two days, and what changed between them."""

    start: dt.date
    end: dt.date
    before: Counted
    after: Counted
    entered: Counted
    left: Counted
    stayed: Counted


class Done(msgspec.Struct, frozen=True):
    """The segments that were changed."""

    keys: tuple[str, ...]


class RefreshStanding(msgspec.Struct, frozen=True):
    """Whether definitions wait to be counted, and since when."""

    waiting: bool
    since: dt.datetime | None = None
