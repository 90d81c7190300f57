"""Who the customers of a block are: their group, their home, when they came, what they accept."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from functools import lru_cache

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.communes import communes
from vitrail.app.shop.draw import ABSENT, Booleans, Floats, Integers, pick, pick_by_row
from vitrail.app.shop.products import CATEGORIES, STORES
from vitrail.app.shop.seasons import DAY, HOURS, Span, opening_day

BLOCK = 2_000
"""Customers are drawn in blocks of this many: the first ones are the same whatever their number."""

NEAR_KM = 40.0
NEW_STORE = len(STORES) - 1


class Shop(msgspec.Struct, frozen=True):
    """A sample shop: everything in it is a pure function of these three."""

    customers: int
    seed: int
    span: Span

    @property
    def blocks(self) -> Iterator[Block]:
        """The blocks its customers are drawn in."""
        return (Block(self, number) for number in range(-(-self.customers // BLOCK)))


class Block(msgspec.Struct, frozen=True):
    """A block of customers, each with its own chance."""

    shop: Shop
    number: int

    @property
    def first(self) -> int:
        """The row, in the whole shop, of the first customer."""
        return self.number * BLOCK

    @property
    def span(self) -> Span:
        """The days of the shop."""
        return self.shop.span

    def chance(self, purpose: str) -> np.random.Generator:
        """The generator for one purpose, independent of every other."""
        return np.random.default_rng([self.shop.seed, self.number, zlib.crc32(purpose.encode())])


class People(msgspec.Struct, frozen=True):
    """The customers of a block, one array each; instants are seconds on the clock of Paris.

    `store` is the nearest store, or `ABSENT` when all are far; `withdrawn` is when the newsletter
    was left (the end, for those who keep it).
    """

    first: int
    group: Integers
    commune: Integers
    latitude: Floats
    longitude: Floats
    created: Integers
    favourite: Integers
    store: Integers
    near_opening: Booleans
    subscribed: Booleans
    withdrawn: Integers
    treated: Booleans
    southern: Booleans

    @property
    def size(self) -> int:
        """How many customers there are."""
        return len(self.group)

    @property
    def french(self) -> Booleans:
        """Who lives in France."""
        table: Booleans = np.array([place.country == "FR" for place in communes()], dtype=np.bool_)
        return table[self.commune]

    def of_group(self, key: str) -> Booleans:
        """Who behaves as this group."""
        return np.equal(self.group, truths.GROUP_KEYS.index(key))


@lru_cache(maxsize=16)
def people(block: Block) -> People:
    """The customers of one block."""
    random = block.chance("people")
    group = pick(random, [one.share for one in truths.GROUPS], size=BLOCK)
    commune, latitude, longitude = _homes(random)
    created = _created(random, group, span=block.span)
    store, distance = _nearest_store(latitude, longitude)
    subscribed = random.random(BLOCK) < np.array([one.newsletter for one in truths.GROUPS])[group]
    regions = np.array([place.region in truths.HEAT_WAVE_REGIONS for place in communes()])
    return People(
        first=block.first,
        group=group,
        commune=commune,
        latitude=latitude,
        longitude=longitude,
        created=created,
        favourite=pick_by_row(random, category_weights(), rows=group),
        store=np.where(distance < NEAR_KM, store, ABSENT),
        near_opening=_kilometres(latitude, longitude, store=NEW_STORE) <= truths.OPENING_KM,
        subscribed=subscribed,
        withdrawn=_withdrawn(random, created, span=block.span),
        treated=random.random(BLOCK) < truths.CAMPAIGN_TREATED_SHARE,
        southern=regions[commune],
    )


def category_weights() -> Floats:
    """What each group buys: one row per group, one column per category."""
    return np.array([category.weights for category in CATEGORIES], dtype=np.float64).T


def opening(span: Span) -> int:
    """When the new store opened, in seconds on the clock of Paris."""
    return opening_day(span) * DAY


def seconds_of_day(random: np.random.Generator, kinds: Integers) -> Integers:
    """A second of the day for each kind of place (web, store, office)."""
    hours = pick_by_row(random, HOURS, rows=kinds)
    return hours * 3600 + random.integers(0, 3600, len(kinds))


def _homes(random: np.random.Generator) -> tuple[Integers, Floats, Floats]:
    places = communes()
    weights = [place.weight for place in places]
    chosen = pick(random, weights, size=BLOCK)
    spread = random.normal(0.0, 0.012, (2, BLOCK))
    latitude = np.array([place.latitude for place in places])[chosen] + spread[0]
    longitude = np.array([place.longitude for place in places])[chosen] + spread[1]
    return chosen, latitude.round(5), longitude.round(5)


def _created(random: np.random.Generator, group: Integers, *, span: Span) -> Integers:
    """58 % came before the two years; the others during them, a little more at the end."""
    earlier = random.random(BLOCK) < 0.58
    before = span.start - 1 - np.minimum(random.exponential(700, BLOCK), 2400).astype(np.int64)
    during = span.start + (span.days * random.random(BLOCK) ** 0.9).astype(np.int64)
    office = (group == truths.GROUP_KEYS.index("professionals")) * 2
    return np.where(earlier, before, during) * DAY + seconds_of_day(random, office)


def _withdrawn(random: np.random.Generator, created: Integers, *, span: Span) -> Integers:
    """One subscriber in eight leaves the newsletter, at any moment."""
    end = span.end * DAY
    moment = created + (random.random(BLOCK) * (end - created)).astype(np.int64)
    return np.where(random.random(BLOCK) < 0.12, moment, end)


def _nearest_store(latitude: Floats, longitude: Floats) -> tuple[Integers, Floats]:
    table = np.array([_kilometres(latitude, longitude, store=number) for number in range(len(STORES))])
    return table.argmin(axis=0), table.min(axis=0)


def _kilometres(latitude: Floats, longitude: Floats, *, store: int) -> Floats:
    """The haversine distance to a store."""
    place = STORES[store]
    here, there = np.radians(latitude), np.radians(place.latitude)
    across = np.radians(longitude - place.longitude)
    half = np.sin((here - there) / 2) ** 2 + np.cos(here) * np.cos(there) * np.sin(across / 2) ** 2
    return np.asarray(2 * 6371.0088 * np.arcsin(np.sqrt(half)))
