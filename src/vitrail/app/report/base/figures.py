"""What the report of the base says, before any words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from vitrail.collect.quality.contacts import EmailFigures, PhoneFigures, PostcodeFigures
from vitrail.model.catalogue import Label
from vitrail.model.errors import Problem

Amount = int | float | Decimal


class SourceLine(msgspec.Struct, frozen=True):
    """What one source brought of one kind and name, in how many loads, from when to when."""

    source: str
    kind: str
    name: str
    loads: int
    accepted: int
    rejected: int
    first: dt.datetime
    last: dt.datetime


class TraitLine(msgspec.Struct, frozen=True):
    """How full and how fresh a trait is; `told` counts, by source, the profiles it told it of."""

    name: str
    label: Label | None
    type: str
    known: int
    share: float
    distinct: int
    latest: dt.datetime | None
    median: dt.datetime | None
    told: dict[str, int]


class CollectionLine(msgspec.Struct, frozen=True):
    """How many events or records, from when to when; those before 2000 and in the future apart."""

    name: str
    label: Label | None
    kind: str
    rows: int
    first: dt.datetime | None
    last: dt.datetime | None
    before_2000: int = 0
    future: int = 0


class DateLine(msgspec.Struct, frozen=True):
    """The dates of a field: in the future, and before 1900. `of` is the label of its collection."""

    place: str
    label: Label | None
    of: Label | None
    known: int
    future: int
    before_1900: int


class AmountLine(msgspec.Struct, frozen=True):
    """The numbers of a field: below zero, zero, beyond the fence, and the greatest."""

    place: str
    label: Label | None
    of: Label | None
    known: int
    negative: int
    zero: int
    beyond: int
    fence: float | None
    high: float


class ConsentLine(msgspec.Struct, frozen=True):
    """A yes/no trait that speaks of consent: how many said yes, no, nothing."""

    name: str
    label: Label | None
    yes: int
    no: int
    unknown: int


class RegisterLine(msgspec.Struct, frozen=True):
    """What the ledger of consents holds of a purpose on a channel: how many profiles last said what."""

    purpose: str
    channel: str
    granted: int
    refused: int
    withdrawn: int


class EmailLine(msgspec.Struct, frozen=True):
    """The addresses of a trait."""

    name: str
    label: Label | None
    figures: EmailFigures


class PhoneLine(msgspec.Struct, frozen=True):
    """The telephone numbers of a trait."""

    name: str
    label: Label | None
    figures: PhoneFigures


class PostcodeLine(msgspec.Struct, frozen=True):
    """The postcodes of a trait."""

    name: str
    label: Label | None
    figures: PostcodeFigures


class DayLine(msgspec.Struct, frozen=True):
    """What one day brought of a collection."""

    day: dt.date
    rows: int


class Arrivals(msgspec.Struct, frozen=True):
    """What the last ten weeks of a collection brought, day by day."""

    name: str
    label: Label | None
    days: tuple[DayLine, ...]


class BaseFigures(msgspec.Struct, frozen=True):
    """All the report of the base tells."""

    title: str
    at: dt.datetime
    timezone: str
    profiles: int
    problems: tuple[Problem, ...]
    sources: tuple[SourceLine, ...]
    traits: tuple[TraitLine, ...]
    collections: tuple[CollectionLine, ...]
    arrivals: tuple[Arrivals, ...]
    emails: tuple[EmailLine, ...]
    phones: tuple[PhoneLine, ...]
    postcodes: tuple[PostcodeLine, ...]
    dates: tuple[DateLine, ...]
    amounts: tuple[AmountLine, ...]
    consents: tuple[ConsentLine, ...]
    consent_events: tuple[str, ...]
    register: tuple[RegisterLine, ...] = ()
