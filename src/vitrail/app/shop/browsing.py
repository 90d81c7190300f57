"""What customers do on the site: visits made of pages, searches, products put in the cart."""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np
import pyarrow as pa

from vitrail.app.shop import products, truths
from vitrail.app.shop.baskets import baskets
from vitrail.app.shop.draw import (
    ABSENT,
    Booleans,
    Integers,
    euros,
    instants,
    pick_by_row,
    record_keys,
    repeat_index,
    texts,
)
from vitrail.app.shop.orders import Sheet, in_time, sheet
from vitrail.app.shop.people import Block, category_weights, people, seconds_of_day
from vitrail.app.shop.purchases import WEB, purchases
from vitrail.app.shop.seasons import DAY, to_utc

DEVICES = ("mobile", "ordinateur", "tablette")
ABANDONED = 0.10
"""Share of the visits without an order that leave something in the cart."""

RESEARCHED = 0.60
"""Share of the web orders prepared by an earlier visit to the same category."""


def _paths() -> tuple[tuple[str, ...], Integers]:
    """Every page of the site, and the position of the page of each product."""
    pages = ["/", "/panier"]
    places = []
    for category in products.CATEGORIES:
        folder = f"/{products.address_of(category.key)}"
        pages.append(folder)
        places += [len(pages) + number for number in range(len(category.products))]
        pages += [f"{folder}/{products.address_of(name)}" for name, _ in category.products]
    return tuple(pages), np.array(places)


PATHS, PRODUCT_PAGES = _paths()
HOME, CART = 0, 1
CATEGORY_PAGES = PRODUCT_PAGES[np.array(products.FIRST_PRODUCT)] - 1
SEARCHES = tuple(search for category in products.CATEGORIES for search in category.searches)
FIRST_SEARCH = np.cumsum([0, *(len(category.searches) for category in products.CATEGORIES)])
PAGE_CATEGORIES = np.array(
    [ABSENT, ABSENT, *(n for n, c in enumerate(products.CATEGORIES) for _ in range(1 + len(c.products)))]
)


class Visits(msgspec.Struct, frozen=True):
    """Visits to the site; `product` is the one put in the cart, or `ABSENT`; `ordered` says it was bought."""

    owner: Integers
    at: Integers
    category: Integers
    pages: Integers
    product: Integers
    ordered: Booleans


@lru_cache(maxsize=16)
def visits(block: Block) -> Visits:
    """The visits of a block: those that end with an order, those that prepare one, the others."""
    random = block.chance("site")
    crowd, bought, basket = people(block), purchases(block), baskets(block)
    web = np.flatnonzero(bought.channel == WEB)
    length = 3 + random.poisson(2.0, len(web))
    earlier = web[random.random(len(web)) < RESEARCHED]
    before = bought.at[earlier] - random.integers(DAY // 2, 6 * DAY, len(earlier))
    owner, at, category = _strolls(random, block)
    free = len(earlier) + len(owner)
    categories = np.r_[basket.category[web], basket.category[earlier], category]
    left = np.where(random.random(free) < ABANDONED, _some_product(random, categories[len(web) :]), ABSENT)
    everyone = np.r_[bought.owner[web], bought.owner[earlier], owner]
    moments = np.r_[bought.at[web] - 40 * length - random.integers(60, 1200, len(web)), before, at]
    return Visits(
        owner=everyone,
        at=np.maximum(moments, crowd.created[everyone] - 600),
        category=categories,
        pages=np.r_[length, random.geometric(0.4, free)],
        product=np.r_[basket.product[web], left],
        ordered=np.arange(len(everyone)) < len(web),
    )


def _strolls(random: np.random.Generator, block: Block) -> tuple[Integers, Integers, Integers]:
    """Visits for themselves: owner, moment, category; one in ten goes on after the customer has left."""
    crowd, bought = people(block), purchases(block)
    mean = np.array([group.browsing for group in truths.GROUPS])[crowd.group]
    rate = random.gamma(0.8, mean / 0.8)
    end = block.span.end * DAY
    first = np.clip(crowd.created, block.span.start * DAY, end)
    gone = np.clip(bought.dropped, first, end).astype(np.int64)
    stay, rest = gone - first, (end - gone) * 0.1
    owner, _ = repeat_index(random.poisson(rate * (stay + rest) / (365 * DAY)))
    weight = (stay + rest)[owner] * random.random(len(owner))
    later = gone[owner] + (weight - stay[owner]) * 10
    moment = np.where(weight < stay[owner], first[owner] + weight, later).astype(np.int64)
    at = moment // DAY * DAY + seconds_of_day(random, np.zeros_like(owner))
    from_group = pick_by_row(random, category_weights(), rows=crowd.group[owner])
    category = np.where(random.random(len(owner)) < 0.5, crowd.favourite[owner], from_group)
    return owner, at, category


def _some_product(random: np.random.Generator, category: Integers) -> Integers:
    counts = np.array([len(one.products) for one in products.CATEGORIES])[category]
    first = np.array(products.FIRST_PRODUCT)[category]
    return np.asarray(first + (random.random(len(category)) * counts).astype(np.int64))


def page_views(block: Block) -> Sheet:
    """Pages seen, with where the visit came from."""
    random = block.chance("pages")
    seen = visits(block)
    visit, place = repeat_index(seen.pages + seen.ordered)
    page = _pages(random, seen, visit=visit, place=place)
    at = seen.at[visit] + place * 40 + random.integers(0, 30, len(visit))
    device = random.choice(3, len(seen.owner), p=[0.62, 0.32, 0.06])
    source = random.choice(6, len(seen.owner), p=[0.42, 0.34, 0.06, 0.06, 0.04, 0.08]) - 1
    seconds = np.minimum(random.lognormal(3.0, 0.9, len(visit)), 1800).astype(np.int64)
    rows = in_time(block, seen.owner[visit], at=at)
    owner, trip, page = seen.owner[visit][rows], visit[rows], page[rows]
    came = np.where(place[rows] == 0, source[trip], ABSENT)
    columns = {
        "view_id": record_keys("V", owner, first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "path": texts(PATHS, page),
        "category": texts(products.CATEGORY_KEYS, PAGE_CATEGORIES[page]),
        "device": texts(DEVICES, device[trip]),
        "referrer": texts(products.REFERRERS, came),
        "utm_source": texts(products.UTM_SOURCES, came),
        "seconds_on_page": pa.array(seconds[rows]),
    }
    return sheet(block, owner, columns=columns)


def _pages(random: np.random.Generator, seen: Visits, *, visit: Integers, place: Integers) -> Integers:
    """The page seen at each place of a visit: category first, products next, the cart before an order."""
    category = seen.category[visit]
    bought = seen.product[visit]
    product = np.where((bought != ABSENT) & (place > 1), bought, _some_product(random, category))
    first = np.where(random.random(len(visit)) < 0.15, HOME, CATEGORY_PAGES[category])
    page = np.where(place == 0, first, PRODUCT_PAGES[product])
    return np.where(seen.ordered[visit] & (place == seen.pages[visit]), CART, page)


def carts(block: Block) -> Sheet:
    """Products put in the cart, bought or left there."""
    seen = visits(block)
    filled = np.flatnonzero(seen.product != ABSENT)
    at = seen.at[filled] + 40 * seen.pages[filled] + 35
    rows = in_time(block, seen.owner[filled], at=at)
    chosen = filled[rows]
    price = np.array(products.PRICES)[seen.product[chosen]] * 100
    random = block.chance("carts")
    columns = {
        "cart_line_id": record_keys("P", seen.owner[chosen], first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "product": texts(products.PRODUCTS, seen.product[chosen]),
        "category": texts(products.CATEGORY_KEYS, seen.category[chosen]),
        "price": euros(price),
        "quantity": pa.array(1 + random.poisson(0.2, len(chosen))),
    }
    return sheet(block, seen.owner[chosen], columns=columns)


def searches(block: Block) -> Sheet:
    """What was typed in the search box, in one visit of twelve."""
    random = block.chance("searches")
    seen = visits(block)
    searched = np.flatnonzero(random.random(len(seen.owner)) < 1 / 12)
    category = seen.category[searched]
    counts = np.diff(FIRST_SEARCH)[category]
    query = FIRST_SEARCH[category] + (random.random(len(searched)) * counts).astype(np.int64)
    at = seen.at[searched] + random.integers(5, 35, len(searched))
    rows = in_time(block, seen.owner[searched], at=at)
    columns = {
        "search_id": record_keys("S", seen.owner[searched][rows], first=block.first),
        "at": instants(to_utc(at[rows], block.span)),
        "query": texts(SEARCHES, query[rows]),
    }
    return sheet(block, seen.owner[searched][rows], columns=columns)
