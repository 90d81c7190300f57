"""What the API is asked of exports, and what it answers."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import msgspec

from vitrail.app.http.api.shapes import Aware, Strict
from vitrail.consent.waterfall import Step
from vitrail.ledger.exports import Cause, ExportKind, State
from vitrail.model.purposes import Channel

Form = Literal["csv", "xlsx", "parquet"]
Traits = Annotated[tuple[str, ...], msgspec.Meta(max_length=500)]
Recipient = Annotated[str, msgspec.Meta(max_length=200, description="To whom outside the company it goes.")]


class ListAsked(Strict, frozen=True, kw_only=True):
    """Which traits of the members of a segment are written (by default, all), in which form, for whom."""

    form: Form
    traits: Traits | None = None
    recipient: Recipient = ""


class AudienceAsked(Strict, frozen=True, kw_only=True):
    """Who is to be reached, for which purpose, on which channel; as of an instant, none is now."""

    segment: str
    purpose: str
    channel: Channel
    as_of: Aware | None = None


class AudienceFileAsked(AudienceAsked, frozen=True, kw_only=True):
    """The same as a file with the address, and the traits that are named."""

    form: Form
    traits: Traits = ()
    recipient: Recipient = ""


class FallTold(msgspec.Struct, frozen=True):
    """How many fell at a step, and how many were left."""

    step: Step
    fell: int
    left: int


class AudienceTold(msgspec.Struct, frozen=True):
    """How many are in the segment, fall at each step, and may be reached."""

    segment: int
    falls: tuple[FallTold, ...]
    audience: int
    age_unknown: int


class ExportTold(msgspec.Struct, frozen=True):
    """One file that was taken away; `recipient` is empty where it stayed in the company."""

    number: int
    at: dt.datetime
    actor: str
    kind: ExportKind
    segment: str
    definitions: int
    as_of: dt.datetime
    purpose: str
    channel: str
    recipient: str
    form: str
    columns: tuple[str, ...]
    masked: bool
    people: int


class Exports(msgspec.Struct, frozen=True):
    """A page of the register, newest first; `before` asks for the next one."""

    exports: tuple[ExportTold, ...]
    before: int | None


class FollowUpSettled(msgspec.Struct, frozen=True):
    """How far a follow-up has come, since when, by whom."""

    number: int
    state: State
    changed: dt.datetime
    by: str
    note: str


class FollowUpTold(msgspec.Struct, frozen=True):
    """What who has a file is to be asked: of how many people in it; `about` are traits put right."""

    cause: Cause
    about: tuple[str, ...]
    people: int
    since: dt.datetime
    export: ExportTold
    standing: FollowUpSettled


class FollowUps(msgspec.Struct, frozen=True):
    """What is to be asked, oldest first."""

    follow_ups: tuple[FollowUpTold, ...]


class SettlingAsked(Strict, frozen=True):
    """How far it has come, and the receipt or the reason."""

    state: State
    note: Annotated[str, msgspec.Meta(max_length=1_000)] = ""
