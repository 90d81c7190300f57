"""Business customers: the deals of the sales team, service plans, the lead score."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from vitrail.app.shop import products
from vitrail.app.shop.draw import (
    days,
    euros,
    instants,
    pick_by_row,
    record_keys,
    repeat_index,
    texts,
)
from vitrail.app.shop.orders import Sheet, sheet
from vitrail.app.shop.people import BLOCK, Block, people
from vitrail.app.shop.purchases import purchases
from vitrail.app.shop.seasons import DAY, to_utc

CYCLE_DAYS = 75
STATUSES = ("actif", "suspendu", "résilié")
SCORED_EVERY_DAYS = 30
SCORINGS = 3
PACE = 2**40
"""More than any number of seconds: sorts by customer, then by time."""


def deals(block: Block) -> Sheet:
    """What is being sold to business customers, at its stage: old deals are won or lost."""
    random = block.chance("deals")
    crowd = people(block)
    business = crowd.of_group("professionals")
    owner, _ = repeat_index(np.where(business, 1 + random.poisson(0.9, BLOCK), 0))
    first = np.maximum(crowd.created[owner] // DAY, block.span.start)
    opened = first + ((block.span.end - first) * random.random(len(owner))).astype(np.int64)
    age = block.span.end - opened
    expected = opened + random.integers(30, 150, len(owner))
    closed = age > random.exponential(CYCLE_DAYS, len(owner)) + 20
    ripe = np.minimum(age // 25, 3)
    weights = np.array([[8, 2, 1, 0], [4, 6, 2, 1], [2, 4, 6, 3], [1, 2, 4, 6]], dtype=np.float64)
    stage = np.where(
        closed, np.where(random.random(len(owner)) < 0.42, 4, 5), pick_by_row(random, weights, rows=ripe)
    )
    amount = (random.lognormal(8.0, 0.8, len(owner)) // 50).astype(np.int64) * 50
    columns = {
        "deal_id": record_keys("D", owner, first=block.first),
        "stage": texts(products.STAGES, stage),
        "amount": euros(np.maximum(amount, 300) * 100),
        "owner": texts(products.OWNERS, random.integers(0, len(products.OWNERS), len(owner))),
        "opened_on": days(opened),
        "expected_close_on": days(expected),
    }
    return sheet(block, owner, columns=columns)


def subscriptions(block: Block) -> Sheet:
    """Service plans, renewed every year on the day they began."""
    random = block.chance("subscriptions")
    crowd = people(block)
    share = np.array([0.05, 0.06, 0.01, 0.02, 0.01, 0.005, 0.28])[crowd.group]
    owner = np.flatnonzero(random.random(BLOCK) < share)
    business = crowd.of_group("professionals")[owner]
    plan = np.where(business, 2, random.integers(0, 2, len(owner)))
    first = np.maximum(crowd.created[owner] // DAY, block.span.start - 600)
    began = first + ((block.span.end - first) * random.random(len(owner))).astype(np.int64)
    ended = purchases(block).dropped[owner] < block.span.end * DAY
    status = np.where(ended, 2, np.where(random.random(len(owner)) < 0.06, 1, 0))
    renewal = began + 365 * (1 + (block.span.end - began) // 365)
    columns = {
        "subscription_id": record_keys("B", owner, first=block.first),
        "plan": texts([name for name, _ in products.PLANS], plan),
        "status": texts(STATUSES, status),
        "monthly_price": euros(np.array([price for _, price in products.PLANS])[plan]),
        "started_on": days(began),
        "renewal_date": days(renewal),
    }
    return sheet(block, owner, columns=columns)


def lead_scores(block: Block) -> Sheet:
    """How promising each business customer is, from 0 to 100, computed three months in a row."""
    random = block.chance("lead")
    crowd, bought = people(block), purchases(block)
    owner, turn = repeat_index(np.where(crowd.of_group("professionals"), SCORINGS, 0))
    moment = (block.span.end - 1 - SCORED_EVERY_DAYS * (SCORINGS - 1 - turn)) * DAY + 5 * 3600
    clock = bought.owner * PACE + bought.at
    until, since = (np.searchsorted(clock, owner * PACE + when) for when in (moment, moment - 180 * DAY))
    recent = until - since
    value = np.clip(25 + 11 * recent + random.normal(0, 9, len(owner)), 0, 100).round(1)
    known = np.flatnonzero(crowd.created[owner] < moment)
    columns = {
        "value": pa.array(value[known]),
        "computed_at": instants(to_utc(moment[known], block.span)),
    }
    return sheet(block, owner[known], columns=columns)
