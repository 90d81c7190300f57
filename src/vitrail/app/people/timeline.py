"""What happened with one customer, the newest first: events, records, changed traits, consents, scores."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec

from vitrail.app.instants import instant
from vitrail.app.masking import HIDDEN
from vitrail.app.people.searching import folded
from vitrail.app.people.sight import Sight
from vitrail.engine.profile.history import Fact, known
from vitrail.engine.source import ALWAYS
from vitrail.model.catalogue import Collection, Field, Label

PAGE = 50
Sort = Literal["event", "record", "trait", "consent", "score"]


class Told(msgspec.Struct, frozen=True):
    """One value of what happened; `field` is None for what has no declared type."""

    name: str
    field: Field | None
    value: Fact


class Moment(msgspec.Struct, frozen=True):
    """One thing that happened: of which kind, when, with which values; `id` where it may be seen."""

    sort: Sort
    kind: str
    at: dt.datetime
    id: str = ""
    values: tuple[Told, ...] = ()
    before: Fact | None = None


class Wish(msgspec.Struct, frozen=True):
    """What to show of a timeline: some kinds, between days (both included), with a text, which page."""

    kinds: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None
    text: str = ""
    page: int = 1


class Timeline(msgspec.Struct, frozen=True):
    """A page of moments by day, the newest first; `kinds` counts each before any wish."""

    days: tuple[tuple[dt.date, tuple[Moment, ...]], ...]
    found: int
    total: int
    page: int
    pages: int
    kinds: Mapping[str, int]


def timeline(seen: Sight, wish: Wish, *, language: str = "fr") -> Timeline:
    """What happened before the instant, as somebody wishes to read it."""
    every = sorted(moments(seen), key=lambda each: (each.at, each.kind, each.id), reverse=True)
    kinds: dict[str, int] = {}
    for each in every:
        kinds[each.kind] = kinds.get(each.kind, 0) + 1
    zone = seen.ws.store.zone
    chosen = [each for each in every if _meets(each, wish, seen=seen, language=language)]
    pages = max(1, -(-len(chosen) // PAGE))
    page = min(max(1, wish.page), pages)
    days: dict[dt.date, list[Moment]] = {}
    for each in chosen[(page - 1) * PAGE : page * PAGE]:
        days.setdefault(each.at.astimezone(zone).date(), []).append(each)
    return Timeline(
        days=tuple((day, tuple(some)) for day, some in days.items()),
        found=len(chosen),
        total=len(every),
        page=page,
        pages=pages,
        kinds=kinds,
    )


def moments(seen: Sight) -> Iterator[Moment]:
    """Everything with a date before the instant, in no order, as the viewer may see it."""
    history, catalogue = seen.history, seen.catalogue
    for name, events in history.events.items():
        collection = catalogue.collections[name]
        for event in events:
            if event.at_us < seen.at_us:
                values = _values(seen, collection, properties=event.properties)
                yield Moment("event", name, instant(event.at_us), _number(seen, event.id), values)
    for name, versions in history.records.items():
        collection = catalogue.collections[name]
        for version in versions:
            if ALWAYS < version.at_us < seen.at_us and not version.gone:
                values = _values(seen, collection, properties=version.properties)
                yield Moment("record", name, instant(version.at_us), _number(seen, version.id), values)
    yield from _traits(seen)
    yield from _consents(seen)
    yield from _scores(seen)


def _number(seen: Sight, id: str) -> str:
    """The number of an order or a record; it leads to a person, and is hidden with the rest."""
    return "" if seen.viewer.is_masked else id


def _values(
    seen: Sight, collection: Collection, *, properties: Mapping[str, Fact | None]
) -> tuple[Told, ...]:
    told = []
    for name, field in collection.properties.items():
        value = known(properties.get(name))
        if value is not None:
            told.append(Told(name, field, _seen(seen, value, field=field, of_trait=False)))
    return tuple(told)


def _seen(seen: Sight, value: Fact, *, field: Field, of_trait: bool) -> Fact:
    if seen.viewer.hides(field, of_trait=of_trait):
        return HIDDEN
    if isinstance(value, str):
        return seen.viewer.text(value)
    return frozenset(map(seen.viewer.text, value)) if isinstance(value, frozenset) else value


def _traits(seen: Sight) -> Iterator[Moment]:
    """Each dated change of a trait; the same value said again is none."""
    for name, observations in seen.history.traits.items():
        field = seen.catalogue.traits[name]
        before: Fact | None = None
        for each in observations:
            value = known(each.value)
            if value is None or value == before or each.at_us >= seen.at_us:
                continue
            shown = _seen(seen, value, field=field, of_trait=True)
            earlier: Fact | None = None if before is None else _seen(seen, before, field=field, of_trait=True)
            before = value
            if each.at_us > ALWAYS:
                yield Moment(
                    "trait", "~traits", instant(each.at_us), "", (Told(name, field, shown),), earlier
                )


def _consents(seen: Sight) -> Iterator[Moment]:
    for each in seen.history.consents:
        if each.at_us < seen.at_us:
            values = (
                Told("purpose", None, each.purpose),
                Told("channel", None, each.channel or ""),
                Told("granted", None, each.granted),
            )
            yield Moment("consent", "~consents", instant(each.at_us), "", values)


def _scores(seen: Sight) -> Iterator[Moment]:
    for name, observations in seen.history.scores.items():
        for each in observations:
            if ALWAYS < each.at_us < seen.at_us and each.value is not None:
                yield Moment("score", "~scores", instant(each.at_us), "", (Told(name, None, each.value),))


# --- what is wished ------------------------------------------------------------------------------


def _meets(moment: Moment, wish: Wish, *, seen: Sight, language: str) -> bool:
    if wish.kinds and moment.kind not in wish.kinds:
        return False
    day = moment.at.astimezone(seen.ws.store.zone).date()
    if (wish.since and day < wish.since) or (wish.until and day > wish.until):
        return False
    if not wish.text:
        return True
    said = folded(" ".join(_words(moment, seen, language=language)))
    return all(word in said for word in folded(wish.text).split())


def _words(moment: Moment, seen: Sight, *, language: str) -> Iterator[str]:
    """What can be read of a moment."""
    collection = seen.catalogue.collections.get(moment.kind)
    yield _label(None if collection is None else collection.label, moment.kind, language=language)
    yield moment.id
    for told in moment.values:
        yield _label(None if told.field is None else told.field.label, told.name, language=language)
        yield " ".join(map(str, told.value)) if isinstance(told.value, frozenset) else str(told.value)
        for choice in () if told.field is None else told.field.choices:
            if choice.value == told.value:
                yield _label(choice.label, choice.value, language=language)


def _label(label: Label | None, otherwise: str, *, language: str) -> str:
    if label is None:
        return otherwise
    return label.fr if language == "fr" else label.en
