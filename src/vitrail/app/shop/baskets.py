"""What each order holds: its category and product, how many, at what price."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.draw import Booleans, Floats, Integers, pick_by_row
from vitrail.app.shop.people import Block, category_weights, people
from vitrail.app.shop.products import CATEGORIES, FANS, FIRST_PRODUCT, GARDEN, PRICES
from vitrail.app.shop.purchases import purchases
from vitrail.app.shop.seasons import DAY, date_of, in_heat_wave, in_sales

COUPON_CENTS = (1_000, 2_000, 1_500)
LIKES = 0.35
"""Share of the orders that follow the customer's favourite category."""


class Baskets(msgspec.Struct, frozen=True):
    """What is in the orders of a block, in the order of its `Purchases`; `coupon` may be `ABSENT`."""

    category: Integers
    product: Integers
    items: Integers
    amount: Integers
    discount: Integers
    coupon: Integers


@lru_cache(maxsize=16)
def baskets(block: Block) -> Baskets:
    """The contents of the orders of one block."""
    random = block.chance("baskets")
    crowd, orders = people(block), purchases(block)
    group = crowd.group[orders.owner]
    category = _categories(random, block)
    product = np.array(FIRST_PRODUCT)[category] + pick_by_row(random, _popularity(), rows=category)
    office = crowd.of_group("professionals")[orders.owner]
    quantity = 1 + random.poisson(np.where(office, 3.0, 0.15), len(group))
    more = random.poisson(np.where(office, 1.5, 0.7), len(group))
    extras = (more * random.lognormal(3.2, 0.6, len(group)) * 100).astype(np.int64)
    gross = np.array(PRICES)[product] * 100 * quantity + extras
    on_sale = _flag(orders.at // DAY, in_sales)
    coupon = _coupons(random, crowd.of_group("sale_hunters")[orders.owner])
    rate = np.where(
        on_sale & (random.random(len(group)) < 0.8), random.choice([0.2, 0.3, 0.5], len(group)), 0
    )
    off = np.where(coupon >= 0, np.array(COUPON_CENTS)[coupon], 0)
    discount = np.minimum((gross * rate).astype(np.int64) + off, gross // 2)
    return Baskets(category, product, quantity + more, gross - discount, discount, coupon)


def _categories(random: np.random.Generator, block: Block) -> Integers:
    """Weights of the group, shifted by the planted season and weather; a favourite the rest of the time."""
    crowd, orders = people(block), purchases(block)
    owner, day = orders.owner, orders.at // DAY
    hot = _flag(day, in_heat_wave) & crowd.southern[owner]
    spring = _flag(day, lambda date: date.month in truths.GARDEN_MONTHS)
    season = np.where(hot, 2, np.where(spring, 1, 0))
    drawn = pick_by_row(random, _seasonal_weights(), rows=season * len(truths.GROUPS) + crowd.group[owner])
    likes = (season == 0) & (random.random(len(owner)) < LIKES)
    return np.where(likes, crowd.favourite[owner], drawn)


def _seasonal_weights() -> Floats:
    """The weights of ordinary days, of spring, of the heat wave: one above the other."""
    plain, spring, hot = (category_weights() for _ in range(3))
    spring[:, GARDEN] *= truths.GARDEN_ODDS
    hot[:, FANS] *= truths.HEAT_WAVE_ODDS
    return np.vstack([plain, spring, hot])


def _popularity() -> Floats:
    """How well the products of each category sell: cheap ones more often, none past the last."""
    widest = max(len(category.products) for category in CATEGORIES)
    table = np.zeros((len(CATEGORIES), widest))
    for row, category in enumerate(CATEGORIES):
        table[row, : len(category.products)] = [price**-0.6 for _, price in category.products]
    return table


def _coupons(random: np.random.Generator, hunter: Booleans) -> Integers:
    used = random.random(len(hunter)) < np.where(hunter, 0.35, 0.08)
    return np.where(used, random.integers(0, len(COUPON_CENTS), len(hunter)), -1)


def _flag(days: Integers, test: Callable[[dt.date], bool]) -> Booleans:
    """Whether a test of dates holds on each of these days."""
    distinct, positions = np.unique(days, return_inverse=True)
    return np.array([test(date_of(int(day))) for day in distinct], dtype=np.bool_)[positions]
