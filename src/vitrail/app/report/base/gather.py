"""From a workspace to the figures of its base report."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

import msgspec

from vitrail.app.instants import instant
from vitrail.app.known import Known, KnownField, what_is_known
from vitrail.app.report.base.figures import (
    AmountLine,
    Arrivals,
    BaseFigures,
    CollectionLine,
    ConsentLine,
    DateLine,
    DayLine,
    EmailLine,
    PhoneLine,
    PostcodeLine,
    RegisterLine,
    SourceLine,
    TraitLine,
)
from vitrail.app.workspace import Workspace
from vitrail.collect.quality.contacts import judge_emails, judge_phones, judge_postcodes
from vitrail.collect.reference.editions import communes_of
from vitrail.consent.sensitive.permitting import unmarked
from vitrail.engine.base import beyond, counted, misdated, told_by
from vitrail.engine.sql.base import Beyond
from vitrail.engine.sql.sources import SQL_TYPES
from vitrail.engine.statistics import Looked
from vitrail.engine.vitals import arrivals
from vitrail.ledger.consents import last_states
from vitrail.ledger.manifest import Load, all_loads
from vitrail.model.catalogue import Catalogue, Collection, Field

EMAIL = re.compile(r"(^|_)(e_?mail|courriel|mail)(_|$)")
PHONE = re.compile(r"(^|_)(phone|telephone|tel|mobile|portable)(_|$)")
POSTCODE = re.compile(r"(^|_)(post(al)?_?code|code_?postal|cp|zip(_?code)?)(_|$)")
COUNTRY = re.compile(r"(^|_)(country|pays)(_|$)")
CONSENT = re.compile(r"consent|opt_?in|opt_?out|newsletter|unsubscri|d[eé]sabonn|rgpd|gdpr")
COORDINATE = re.compile(r"^(lat|latitude|lon|lng|long|longitude)$")

FEW = 20
"""Whole numbers with fewer different values are grades or sizes, not amounts."""

FENCE = 3.0
"""Quartile ranges beyond which a number is far out (J. Tukey, Exploratory Data Analysis, 1977)."""


class _Ground(msgspec.Struct, frozen=True):
    """What every part of the report is made from."""

    catalogue: Catalogue
    known: Known
    looked: Looked
    loads: tuple[Load, ...]

    @property
    def texts(self) -> tuple[Field, ...]:
        """The traits that are texts, and that were loaded."""
        return tuple(field for field in self.catalogue.traits.values() if field.type == "text")

    @property
    def collections(self) -> tuple[Collection, ...]:
        """Events and records."""
        return tuple(self.catalogue.collections.values())


def gather_base(ws: Workspace, *, title: str = "") -> BaseFigures:
    """The figures of the base as of now; `title` is the name of the folder by default."""
    known = what_is_known(ws)
    with ws.store.ledger.reading() as connection:
        loads, states = all_loads(connection), last_states(connection)
    looked = Looked(ws.store.source(), ws.store.now_us(), ws.database)
    ground = _Ground(ws.catalogue.current(), known, looked, loads)
    return BaseFigures(
        title=title or ws.store.path.name,
        at=known.at,
        timezone=known.timezone,
        profiles=known.profiles,
        problems=(*ws.health().problems, *unmarked(ground.catalogue)),
        sources=tuple(_sources(loads)),
        traits=tuple(_traits(ground)),
        collections=tuple(_collections(ground)),
        arrivals=tuple(_arrivals(ground)),
        emails=tuple(
            EmailLine(field.name, field.label, judge_emails(_texts(field, looked)))
            for field in _chosen(ground.texts, EMAIL, identity="email")
        ),
        phones=tuple(
            PhoneLine(field.name, field.label, judge_phones(_texts(field, looked)))
            for field in _chosen(ground.texts, PHONE, identity="phone")
        ),
        postcodes=tuple(_postcodes(ws, ground)),
        dates=tuple(_dates(ground)),
        amounts=tuple(_amounts(ground)),
        consents=tuple(_consents(ground)),
        consent_events=tuple(each.name for each in ground.collections if CONSENT.search(each.name)),
        register=tuple(_register(states)),
    )


def _chosen(fields: Iterable[Field], name: re.Pattern[str], *, identity: str) -> list[Field]:
    """The traits that are declared to be of a kind or, where none is, those that are called so."""
    told = list(fields)
    declared = [field for field in told if identity in (field.identity, field.geography)]
    return declared or [field for field in told if name.search(field.column) and not field.computed]


def _texts(field: Field, looked: Looked) -> Iterator[tuple[str, int]]:
    for (text,), count in counted([field], looked):
        yield text or "", count


def _sources(loads: Sequence[Load]) -> Iterator[SourceLine]:
    found: dict[tuple[str, str, str], list[Load]] = {}
    for load in loads:
        found.setdefault((load.source, load.kind, load.name), []).append(load)
    for (source, kind, name), some in found.items():
        yield SourceLine(
            source=source,
            kind=kind,
            name=name,
            loads=len(some),
            accepted=sum(load.accepted for load in some),
            rejected=sum(load.rejected for load in some),
            first=instant(min(load.received_at_us for load in some)),
            last=instant(max(load.received_at_us for load in some)),
        )


def _traits(ground: _Ground) -> Iterator[TraitLine]:
    told = told_by(tuple(ground.catalogue.traits.values()), ground.looked)
    for field in ground.known.traits:
        by_source = {
            source or "": counts[field.name] for source, counts in told.items() if counts[field.name]
        }
        yield TraitLine(
            name=field.name,
            label=field.label,
            type=field.type,
            known=field.known,
            share=field.share,
            distinct=field.distinct,
            latest=field.latest,
            median=field.median,
            told=dict(sorted(by_source.items())),
        )


def _collections(ground: _Ground) -> Iterator[CollectionLine]:
    for each, known in zip(ground.collections, ground.known.collections, strict=True):
        early, late = misdated(each, ground.looked) if each.kind == "event" else (0, 0)
        yield CollectionLine(
            each.name, each.label, each.kind, known.rows, known.first, known.last, early, late
        )


def _arrivals(ground: _Ground) -> Iterator[Arrivals]:
    zone = ZoneInfo(ground.known.timezone)
    for each in ground.collections:
        if each.kind == "event":
            days = arrivals(each, ground.looked, zone=zone)[1]
            yield Arrivals(each.name, each.label, tuple(DayLine(day.day, day.rows) for day in days))


def _postcodes(ws: Workspace, ground: _Ground) -> Iterator[PostcodeLine]:
    countries = _chosen(ground.texts, COUNTRY, identity="country")[:1]
    fields = _chosen(ground.texts, POSTCODE, identity="postcode")
    communes = communes_of(ws.store) if fields else None
    for field in fields:
        values = counted([field, *countries], ground.looked)
        yield PostcodeLine(field.name, field.label, judge_postcodes(values, communes))


# --- dates and amounts --------------------------------------------------------------------------


def _places(ground: _Ground) -> Iterator[tuple[Collection | None, tuple[Field, ...], tuple[KnownField, ...]]]:
    """Profiles and every collection, with their fields and what is known of them."""
    yield None, tuple(ground.catalogue.traits.values()), ground.known.traits
    for each, known in zip(ground.collections, ground.known.collections, strict=True):
        yield each, tuple(each.properties.values()), known.properties


def _dates(ground: _Ground) -> Iterator[DateLine]:
    zone = ZoneInfo(ground.known.timezone)
    now = ground.known.at.astimezone(zone)
    for collection, fields, known in _places(ground):
        dated = [field for field in fields if field.type in ("date", "instant")]
        asked = [each for field in dated for each in _date_bounds(field, now)]
        found = beyond(asked, dated, looked=ground.looked, collection=collection)
        counts = {each.name: each.known for each in known}
        for field in dated:
            future, early = (found[f"{field.column}~{name}"] for name in ("future", "early"))
            place, of = _place(collection, field), collection.label if collection else None
            if counts[field.name]:
                yield DateLine(place, field.label, of, counts[field.name], future, early)


def _date_bounds(field: Field, now: dt.datetime) -> Iterator[Beyond]:
    oldest = dt.datetime(1900, 1, 1, tzinfo=dt.UTC)
    if field.type == "date":
        latest, first = now.date().isoformat(), oldest.date().isoformat()
    else:
        latest, first = (str(int(each.timestamp() * 1_000_000)) for each in (now, oldest))
    yield Beyond(field.column, SQL_TYPES[field.type], "future", ">", latest)
    yield Beyond(field.column, SQL_TYPES[field.type], "early", "<", first)


def _amounts(ground: _Ground) -> Iterator[AmountLine]:
    for collection, fields, known in _places(ground):
        ranges = {each.name: each for each in known if each.range is not None}
        numbers = [
            field
            for field in fields
            if field.type in ("integer", "decimal", "float")
            and field.name in ranges
            and (field.type != "integer" or ranges[field.name].distinct > FEW)
            and not COORDINATE.match(field.column)
        ]
        fences = {field.name: _fence(ranges[field.name]) for field in numbers}
        asked = [each for field in numbers for each in _number_bounds(field, fences[field.name])]
        found = beyond(asked, numbers, looked=ground.looked, collection=collection)
        for field in numbers:
            yield _amount(field, ranges[field.name], found=found, collection=collection)


def _amount(
    field: Field, known: KnownField, *, found: dict[str, int], collection: Collection | None
) -> AmountLine:
    negative, zero = (found[f"{field.column}~{name}"] for name in ("negative", "zero"))
    high = known.range.high if known.range else 0
    return AmountLine(
        place=_place(collection, field),
        label=field.label,
        of=collection.label if collection else None,
        known=known.known,
        negative=negative,
        zero=zero,
        beyond=found.get(f"{field.column}~beyond", 0),
        fence=_fence(known),
        high=_number(high),
    )


def _fence(known: KnownField) -> float | None:
    """From where on a number is far out: Q3 · (Q3 / Q1)³, Tukey's outer fence on logarithms.

    Amounts spread by factors, not by differences: on a plain scale a good part of ordinary baskets
    would be far out. None where the quartiles are not above zero, or are one and the same.
    """
    if known.range is None:
        return None
    low, high = _number(known.range.q25), _number(known.range.q75)
    return high * (high / low) ** FENCE if 0 < low < high else None


def _number_bounds(field: Field, fence: float | None) -> Iterator[Beyond]:
    kind = SQL_TYPES[field.type]
    yield Beyond(field.column, kind, "negative", "<", "0")
    yield Beyond(field.column, kind, "zero", "=", "0")
    if fence is not None:
        yield Beyond(field.column, "DOUBLE", "beyond", ">", repr(fence))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float | Decimal) else 0.0


def _place(collection: Collection | None, field: Field) -> str:
    return field.name if collection is None else f"{collection.name}.{field.name}"


def _consents(ground: _Ground) -> Iterator[ConsentLine]:
    for field in ground.known.traits:
        if field.type == "boolean" and CONSENT.search(field.name.casefold()):
            counts = {each.value: each.count for each in field.values}
            yes, no = counts.get("true", 0), counts.get("false", 0)
            yield ConsentLine(field.name, field.label, yes, no, ground.known.profiles - yes - no)


def _register(states: Iterable[tuple[str, str, str, int]]) -> Iterator[RegisterLine]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for purpose, channel, state, count in states:
        found.setdefault((purpose, channel), {})[state] = count
    for (purpose, channel), counts in found.items():
        told = (counts.get(state, 0) for state in ("granted", "refused", "withdrawn"))
        yield RegisterLine(purpose, channel, *told)
