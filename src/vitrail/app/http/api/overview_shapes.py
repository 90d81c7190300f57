"""What the API answers of the whole base, of segmentations and of ready-made definitions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

import msgspec

from vitrail.app.http.api.shapes import Counted, Strict
from vitrail.app.overview.attention import Concern
from vitrail.app.overview.cohorts import Cohort
from vitrail.app.overview.week import Applied, Unusual
from vitrail.model.definitions import DefinitionFile
from vitrail.model.errors import Message

Keys = Annotated[tuple[str, ...], msgspec.Meta(min_length=1, max_length=500)]


class KeysAsked(Strict, frozen=True):
    """Some definitions by key; `note` says why."""

    keys: Keys
    note: Annotated[str, msgspec.Meta(max_length=1_000)] = ""


class MappingAsked(Strict, frozen=True):
    """How some roles are called here; an empty name takes a role out."""

    names: Annotated[dict[str, str], msgspec.Meta(min_length=1, max_length=200)]


class StretchTold(msgspec.Struct, frozen=True):
    """Some time: who ordered in it, how many orders, what they brought (null: not known or not told)."""

    start: dt.datetime
    end: dt.datetime
    buyers: Counted
    orders: int | None
    revenue: Decimal | None


class ComparedTold(msgspec.Struct, frozen=True):
    """A stretch of time and the one it is compared with."""

    now: StretchTold
    before: StretchTold


class ReachTold(msgspec.Struct, frozen=True):
    """How many may be reached on a channel for a purpose."""

    channel: str
    purpose: str
    people: Counted


class OverviewTold(msgspec.Struct, frozen=True):
    """How the base does, as the start page says it."""

    at: dt.datetime
    customers: Counted
    last_30_days: ComparedTold
    this_month: ComparedTold
    reach: tuple[ReachTold, ...]
    unusual: tuple[Unusual, ...]
    versions: tuple[Applied, ...]
    concerns: tuple[Concern, ...]


class CohortsTold(msgspec.Struct, frozen=True):
    """Customers by the month of their first order, and who ordered in each month after."""

    cohorts: tuple[Cohort, ...]


class ClassTold(msgspec.Struct, frozen=True):
    """One class: its place, its rule (none for the remainder), how many, and how many order takes from it."""

    key: str
    name: dict[str, str]
    rule: str | None
    size: Counted | None
    taken_above: Counted | None = None


class SegmentationTold(msgspec.Struct, frozen=True):
    """A segmentation with its classes in order."""

    key: str
    name: dict[str, str]
    among: str
    classes: tuple[ClassTold, ...]


class SegmentationsTold(msgspec.Struct, frozen=True):
    """Every segmentation."""

    segmentations: tuple[SegmentationTold, ...]


class MoveTold(msgspec.Struct, frozen=True):
    """How many went from one class to another; an empty key is no class."""

    before: str
    after: str
    people: Counted


class MovesTold(msgspec.Struct, frozen=True):
    """Who moved between two refreshes; `redefined` says that the rules changed in between."""

    start: dt.datetime
    end: dt.datetime
    redefined: bool
    moves: tuple[MoveTold, ...]


class JourneyTold(msgspec.Struct, frozen=True):
    """The class at each date, and how many went this way; an empty key is no class."""

    steps: tuple[str, ...]
    people: Counted


class JourneysTold(msgspec.Struct, frozen=True):
    """The ways from class to class at the dates told."""

    dates: tuple[dt.datetime, ...]
    journeys: tuple[JourneyTold, ...]


class LeftOutTold(msgspec.Struct, frozen=True):
    """A ready-made definition that does not fit, and why."""

    key: str
    reason: Message


class ReadyTold(msgspec.Struct, frozen=True):
    """The ready-made definitions that fit this workspace, and those that do not."""

    definitions: DefinitionFile
    left_out: tuple[LeftOutTold, ...]


class MappingTold(msgspec.Struct, frozen=True):
    """How each role is called here."""

    names: dict[str, str]
