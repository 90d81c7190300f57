"""What is known of one profile, with its dates: what a condition is asked about."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.profile.conflicts import held
from vitrail.engine.profile.local_time import as_us
from vitrail.engine.source import ALWAYS
from vitrail.model.catalogue import Catalogue, Policy

Fact = str | int | Decimal | float | bool | dt.date | dt.datetime | frozenset[str]
"""A known value. Instants are aware, in UTC; a set of texts is a `frozenset`; `bool` is no number."""

Properties = dict[str, Fact | None]


class Observation(msgspec.Struct, frozen=True):
    """One value of a trait or of a score, since `at_us` (`ALWAYS` for an undated first value).

    `sequence` is the order of arrival: it decides between equal instants. A value of None says
    nothing: what was known before stays known. `source` says who observed it; `part`, which of the
    profiles of the customer it was said of.
    """

    at_us: int
    sequence: int
    value: Fact | None
    source: str | None = None
    part: int = 0


class Event(msgspec.Struct, frozen=True):
    """Something that happened at an instant, in UTC microseconds."""

    at_us: int
    id: str
    properties: Properties = {}


class Version(msgspec.Struct, frozen=True):
    """The state of a record since an instant; the next version of the same `id` replaces it whole.

    `gone` says that the record belongs to another profile from then on.
    """

    at_us: int
    sequence: int
    id: str
    properties: Properties = {}
    gone: bool = False


Record = Event | Version


class Consent(msgspec.Struct, frozen=True):
    """A consent given or withdrawn; without a channel, on all of them.

    `who` is the number of the profile that said it: a customer may have been met under several keys.
    `anonymous`: it was said on a device, before it was known whose it is.
    """

    purpose: str
    channel: str | None
    granted: bool
    at_us: int
    who: int = 0
    anonymous: bool = False


class History(msgspec.Struct, frozen=True):
    """All that is known of a profile, by names of the catalogue; everything is kept sorted by time.

    `key` is the identifier people gave. `first_seen_us` None means since always (see `first_seen`).
    """

    key: str
    traits: dict[str, tuple[Observation, ...]] = {}
    events: dict[str, tuple[Event, ...]] = {}
    records: dict[str, tuple[Version, ...]] = {}
    scores: dict[str, tuple[Observation, ...]] = {}
    consents: tuple[Consent, ...] = ()
    first_seen_us: int | None = None

    def __post_init__(self) -> None:
        set_field = msgspec.structs.force_setattr
        set_field(self, "traits", {name: _arrived(of) for name, of in self.traits.items()})
        set_field(self, "scores", {name: _arrived(of) for name, of in self.scores.items()})
        set_field(self, "events", {name: _happened(of) for name, of in self.events.items()})


def _arrived(observations: tuple[Observation, ...]) -> tuple[Observation, ...]:
    return tuple(sorted(observations, key=lambda each: (each.at_us, each.sequence)))


def _happened(events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(sorted(events, key=lambda each: (each.at_us, each.id)))


def known(value: Fact | None) -> Fact | None:
    """The value as the language sees it: NaN is unknown, minus zero is zero."""
    if isinstance(value, float):
        return None if value != value else value + 0.0
    return value


def latest(observations: tuple[Observation, ...], at_us: int) -> Fact | None:
    """The value of the last observation dated before an instant that says something."""
    end = bisect_left(observations, at_us, key=lambda each: each.at_us)
    values = (known(each.value) for each in reversed(observations[:end]))
    return next((value for value in values if value is not None), None)


def settled(observations: tuple[Observation, ...], at_us: int, *, policy: Policy | None) -> Fact | None:
    """The value of a trait before an instant, by its policy."""
    end = bisect_left(observations, at_us, key=lambda each: each.at_us)
    word = held((each for each in observations[:end] if known(each.value) is not None), policy)
    return None if word is None else known(word.value)


def happened(events: tuple[Event, ...], bounds: tuple[int, int]) -> tuple[Event, ...]:
    """The events of `[start, end)`, in order of time."""
    start = bisect_left(events, bounds[0], key=lambda each: each.at_us)
    end = bisect_left(events, bounds[1], key=lambda each: each.at_us)
    return events[start:end]


def current(versions: tuple[Version, ...], at_us: int) -> tuple[Version, ...]:
    """Each record as it was before an instant."""
    states: dict[str, Version] = {}
    for version in sorted(versions, key=lambda each: (each.at_us, each.sequence)):
        if version.at_us < at_us:
            states[version.id] = version
    return tuple(states[each] for each in sorted(states) if not states[each].gone)


def in_population(history: History, at_us: int) -> bool:
    """The profile had been seen before the instant."""
    return history.first_seen_us is None or history.first_seen_us < at_us


def first_seen(history: History, catalogue: Catalogue) -> int | None:
    """The earliest of events, dated observations and creation dates; None (always) without any."""
    dates = [event.at_us for events in history.events.values() for event in events]
    dates += [
        observation.at_us
        for observations in history.traits.values()
        for observation in observations
        if observation.at_us > ALWAYS and observation.value is not None
    ]
    dates += _creation_dates(history, catalogue)
    return min(dates, default=None)


def _creation_dates(history: History, catalogue: Catalogue) -> Iterator[int]:
    zone = ZoneInfo(catalogue.timezone)
    for observation in history.traits.get(catalogue.created or "", ()):
        if isinstance(observation.value, dt.date):
            yield as_us(observation.value, zone)


def with_first_seen(history: History, catalogue: Catalogue) -> History:
    """The same history, first seen when its own content says."""
    return msgspec.structs.replace(history, first_seen_us=first_seen(history, catalogue))
