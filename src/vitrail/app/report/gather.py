"""From a refreshed workspace to the figures of its report."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from pyroaring import BitMap

from vitrail.app.report.figures import Cell, Division, Figures, Line, Month, Totals
from vitrail.engine.canon import canon_of
from vitrail.engine.source import Source
from vitrail.language.describe import describe
from vitrail.language.parse import parse
from vitrail.ledger import runs
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import Class, Remainder, Segment, Segmentation
from vitrail.warehouse.memberships import current_members
from vitrail.warehouse.people import customers
from vitrail.warehouse.reading import read_columns
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store

Integers = npt.NDArray[np.int64]
Part = Segment | Class | Remainder

MONTHS = 24
SCALE = 10_000
"""Amounts are added as whole ten-thousandths: exactly."""

EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
SCORE = "score"
"""The tag of segmentations that only serve others: they are not shown."""


class Sales(msgspec.Struct, frozen=True):
    """The orders of a workspace, one array each: whose, when, for how many ten-thousandths."""

    profile: Integers
    at_us: Integers
    amount: Integers

    def between(self, start_us: int, end_us: int) -> Sales:
        """Those of a stretch of time; the end does not count."""
        kept = (self.at_us >= start_us) & (self.at_us < end_us)
        return Sales(self.profile[kept], self.at_us[kept], self.amount[kept])


class Ground(msgspec.Struct, frozen=True):
    """What every line of the report is made from."""

    language: str
    catalogue: Catalogue
    members: Mapping[str, BitMap]
    revenue: Integers
    """What each profile brought in a year, in ten-thousandths."""
    profiles: int
    """How many customers there are."""


def gather(store: Store, *, language: str, title: str, revenue: str = "order.amount") -> Figures:
    """The figures of a workspace as of its last refresh.

    `revenue` names the collection and the property that hold what customers spend; without them,
    amounts are zero.
    """
    source, (_, compiled) = store.source(), defined(store)
    as_of = _as_of(store)
    sales = read_sales(source, store.catalogue, revenue=revenue)
    year = sales.between(_us(_years_before(as_of, 1, zone=store.zone)), _us(as_of))
    ground = Ground(
        language=language,
        catalogue=compiled.catalogue(store.catalogue),
        members=current_members(store),
        revenue=_per_profile(year, source.profiles),
        profiles=customers(source),
    )
    document = compiled.document
    return Figures(
        title=title,
        as_of=as_of,
        timezone=store.catalogue.timezone,
        currency=store.catalogue.currency,
        totals=_totals(sales, year, as_of=as_of, profiles=customers(source), zone=store.zone),
        months=tuple(_months(sales, as_of=as_of, zone=store.zone)) if len(sales.profile) else (),
        divisions=tuple(_division(one, ground) for one in document.segmentations if SCORE not in one.tags),
        segments=tuple(_line(one, one.key, ground=ground, of=ground.profiles) for one in document.segments),
        rfm=tuple(_rfm(document.segmentations, ground)),
    )


def read_sales(source: Source, catalogue: Catalogue, *, revenue: str) -> Sales:
    """The orders whose amount is known."""
    name, _, field = revenue.partition(".")
    collection = catalogue.collections.get(name)
    column = collection.properties[field].column if collection and field in collection.properties else None
    if column is None or not source.events.get(name):
        return Sales(*(np.empty(0, dtype=np.int64) for _ in range(3)))
    rows = read_columns([file.path for file in source.events[name]], ["profile", "at_us", column])
    rows = rows.filter(pc.is_valid(rows[column]))
    at_us, amount = (pc.cast(one, pa.int64()).to_numpy() for one in (rows["at_us"], scaled(rows[column])))
    return Sales(canon_of(source).of(rows["profile"].to_numpy()), at_us, amount)


def scaled(amounts: pa.ChunkedArray) -> pa.ChunkedArray:
    """Amounts as whole ten-thousandths; whole numbers have no decimals to be kept exact."""
    if pa.types.is_integer(amounts.type):
        return pc.multiply_checked(amounts, SCALE)
    return pc.multiply(pc.cast(amounts, pa.decimal128(18, 4)), pa.scalar(Decimal(SCALE)))


def _as_of(store: Store) -> dt.datetime:
    """The instant of the last refresh; now, when there was none."""
    with store.ledger.reading() as connection:
        done = runs.all_runs(connection)
    return EPOCH + dt.timedelta(microseconds=done[-1].as_of_us if done else store.now_us())


def _us(instant: dt.datetime) -> int:
    return (instant - EPOCH) // dt.timedelta(microseconds=1)


def _years_before(instant: dt.datetime, years: int, *, zone: ZoneInfo) -> dt.datetime:
    """The same local moment, years before; 29 February becomes the 28th."""
    local = instant.astimezone(zone)
    day = 28 if (local.month, local.day) == (2, 29) else local.day
    return local.replace(year=local.year - years, day=day)


def _money(amount: int | np.int64) -> Decimal:
    return Decimal(int(amount)) / SCALE


def _per_profile(sales: Sales, profiles: int) -> Integers:
    totals = np.zeros(profiles, dtype=np.int64)
    np.add.at(totals, sales.profile, sales.amount)
    return totals


def _totals(sales: Sales, year: Sales, *, as_of: dt.datetime, profiles: int, zone: ZoneInfo) -> Totals:
    bounds = [_us(_years_before(as_of, years, zone=zone)) for years in (2, 1)]
    return Totals(
        profiles=profiles,
        buyers=len(np.unique(year.profile)),
        orders=len(year.profile),
        revenue=_money(year.amount.sum()),
        revenue_before=_money(sales.between(bounds[0], bounds[1]).amount.sum()),
    )


def _months(sales: Sales, *, as_of: dt.datetime, zone: ZoneInfo) -> Iterator[Month]:
    """The last 24 calendar months, the present one included."""
    local = as_of.astimezone(zone)
    number = local.year * 12 + local.month - 1
    firsts = [dt.date(n // 12, n % 12 + 1, 1) for n in range(number - MONTHS + 1, number + 2)]
    for first, following in pairwise(firsts):
        start, end = (_us(dt.datetime.combine(day, dt.time(), tzinfo=zone)) for day in (first, following))
        some = sales.between(start, min(end, _us(as_of)))
        yield Month(first, _money(some.amount.sum()), len(some.profile), whole=end <= _us(as_of))


def _line(part: Part, key: str, *, ground: Ground, of: int) -> Line:
    members = ground.members.get(key, BitMap())
    revenue = ground.revenue[np.array(members, dtype=np.int64)].sum()
    everything = ground.revenue.sum()
    return Line(
        key=key,
        name=_said(part.name, ground.language) or part.key,
        description=_said(part.description, ground.language),
        sentence="" if isinstance(part, Remainder) else _sentence(part.rule, ground),
        size=len(members),
        share=len(members) / of if of else 0.0,
        revenue=_money(revenue),
        revenue_share=float(revenue / everything) if everything else 0.0,
    )


def _division(one: Segmentation, ground: Ground) -> Division:
    parts: tuple[Class | Remainder, ...] = (*one.classes, one.otherwise)
    size = sum(len(ground.members.get(f"{one.key}.{part.key}", ())) for part in parts)
    return Division(
        key=one.key,
        name=_said(one.name, ground.language) or one.key,
        description=_said(one.description, ground.language),
        among=_sentence(one.among, ground) if one.among else "",
        size=size,
        classes=tuple(_line(part, f"{one.key}.{part.key}", ground=ground, of=size) for part in parts),
    )


def _said(words: Mapping[str, str], language: str) -> str:
    """The words in the language, or in the first there is."""
    return words.get(language) or next(iter(words.values()), "")


def _sentence(rule: str, ground: Ground) -> str:
    """The rule as a sentence with its capital and its full stop, but for a list of conditions."""
    sentence = describe(parse(rule), ground.catalogue, language=ground.language)
    return sentence[:1].upper() + sentence[1:] + ("" if "\n" in sentence else ".")


def _rfm(segmentations: Sequence[Segmentation], ground: Ground) -> Iterator[Cell]:
    """The map of recency and frequency, when the ready-made scores are defined."""
    known = {one.key: one for one in segmentations}
    if not {"rfm", "rfm_recency", "rfm_frequency"} <= known.keys():
        return
    groups: tuple[Class | Remainder, ...] = (*known["rfm"].classes, known["rfm"].otherwise)
    for recency in range(1, 6):
        for frequency in range(1, 6):
            scores = (f"rfm_recency.r{recency}", f"rfm_frequency.f{frequency}")
            inside = BitMap.intersection(*(ground.members.get(key, BitMap()) for key in scores))
            shares = [len(inside & ground.members.get(f"rfm.{group.key}", BitMap())) for group in groups]
            group = groups[int(np.argmax(shares))] if len(inside) else None
            name = _said(group.name, ground.language) if group else ""
            yield Cell(recency, frequency, name, len(inside))
