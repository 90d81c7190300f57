"""Who buys when, and who leaves: the orders of a block, with what goes wrong in them.

Customers order (see `demand`) until they drop out, after an exponential time whose hazard is
personal: the Pareto/NBD model of Schmittlein, Morrison and Colombo (1987), where a bad experience
multiplies the hazard.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.demand import demand
from vitrail.app.shop.draw import ABSENT, Booleans, Floats, Integers, places_within
from vitrail.app.shop.people import NEW_STORE, Block, People, opening, people, seconds_of_day
from vitrail.app.shop.seasons import DAY

WEB, STORE, PHONE = 0, 1, 2
YEAR = 365.25 * DAY


class Placed(msgspec.Struct, frozen=True):
    """Orders by customer and time: when, in seconds on the clock of Paris, and where."""

    owner: Integers
    at: Integers
    channel: Integers
    store: Integers


class Mishaps(msgspec.Struct, frozen=True):
    """What went wrong with each order: `ticket` is when help was asked for, or `ABSENT`."""

    late: Booleans
    ticket: Integers
    satisfied: Booleans


class Purchases(msgspec.Struct, frozen=True):
    """The orders of a block and their mishaps, by customer and time.

    `dropped` is, by customer, when they left for good (past the end for those who are still there).
    """

    owner: Integers
    at: Integers
    channel: Integers
    store: Integers
    late: Booleans
    ticket: Integers
    satisfied: Booleans
    dropped: Floats


@lru_cache(maxsize=16)
def purchases(block: Block) -> Purchases:
    """The orders of one block of customers."""
    random = block.chance("purchases")
    placed = _placed(random, block)
    mishaps = _mishaps(random, placed)
    dropped = _dropouts(random, people(block), since=_first_bad_experience(placed, mishaps))
    created = people(block).created[placed.owner]
    kept = (placed.at < dropped[placed.owner]) & (placed.at < block.span.end * DAY) & (placed.at >= created)
    return Purchases(
        owner=placed.owner[kept],
        at=placed.at[kept],
        channel=placed.channel[kept],
        store=placed.store[kept],
        late=mishaps.late[kept],
        ticket=mishaps.ticket[kept],
        satisfied=mishaps.satisfied[kept],
        dropped=dropped,
    )


def _placed(random: np.random.Generator, block: Block) -> Placed:
    """Every order that would be placed if nobody ever left; the new store exists once it has opened."""
    crowd = people(block)
    wanted = demand(random, block)
    owner, nearest = wanted.owner, crowd.store[wanted.owner]
    open_store = (nearest != NEW_STORE) | (wanted.day * DAY >= opening(block.span))
    drawn = random.random(len(owner))
    remote = np.where(drawn > 0.95, PHONE, WEB)
    channel = np.where((nearest != ABSENT) & open_store & (drawn < 0.45), STORE, remote)
    office = crowd.of_group("professionals")[owner] & (channel != STORE)
    at = wanted.day * DAY + seconds_of_day(random, np.where(office, 2, np.minimum(channel, 1)))
    later = Placed(owner, at, channel, np.where(channel == STORE, nearest, ABSENT))
    return _merged(_opening_orders(random, block), later)


def _opening_orders(random: np.random.Generator, block: Block) -> Placed:
    """The orders that opened an account, on the web, minutes later."""
    crowd = people(block)
    share = np.array([group.first_order for group in truths.GROUPS])[crowd.group]
    opens = (random.random(crowd.size) < share) & (crowd.created >= block.span.start * DAY)
    owner = np.flatnonzero(opens)
    at = crowd.created[owner] + random.integers(60, 1800, len(owner))
    return Placed(owner, at, np.full(len(owner), WEB), np.full(len(owner), ABSENT))


def _merged(one: Placed, other: Placed) -> Placed:
    """The orders of both, by customer and time."""
    owner, at = np.r_[one.owner, other.owner], np.r_[one.at, other.at]
    rows = np.lexsort((at, owner))
    channel, store = np.r_[one.channel, other.channel], np.r_[one.store, other.store]
    return Placed(owner[rows], at[rows], channel[rows], store[rows])


def _mishaps(random: np.random.Generator, placed: Placed) -> Mishaps:
    size = len(placed.owner)
    late = (placed.channel != STORE) & (random.random(size) < truths.LATE_SHARE)
    share = np.where(late, truths.TICKET_SHARE["late"], truths.TICKET_SHARE["on time"])
    asked = placed.at + random.integers(2 * DAY, 12 * DAY, size)
    ticket = np.where(random.random(size) < share, asked, ABSENT)
    return Mishaps(late, ticket, random.random(size) >= truths.DISSATISFIED_SHARE)


def _first_bad_experience(placed: Placed, mishaps: Mishaps) -> Floats:
    """When each customer first had a reason to leave; infinity for those who never had one."""
    bad = np.full(int(placed.owner.max(initial=-1)) + 1, np.inf)
    angry = (mishaps.ticket != ABSENT) & ~mishaps.satisfied
    np.minimum.at(bad, placed.owner[angry], mishaps.ticket[angry])
    late = np.flatnonzero(mishaps.late)
    second = late[places_within(placed.owner[late]) == 1]
    np.minimum.at(bad, placed.owner[second], placed.at[second] + 8 * DAY)
    return bad


def _dropouts(random: np.random.Generator, crowd: People, *, since: Floats) -> Floats:
    """When each customer leaves: what would have remained after a bad experience is divided."""
    mean = np.array([group.dropout for group in truths.GROUPS])[crowd.group]
    hazard = random.gamma(2.0, mean / 2.0) / YEAR
    leaving = crowd.created + random.exponential(1.0, crowd.size) / np.maximum(hazard, 1e-12)
    hurt_at = np.full(crowd.size, np.inf)
    hurt_at[: len(since)] = since
    hurt = leaving > hurt_at
    rest = np.where(hurt, leaving - np.where(hurt, hurt_at, 0.0), 0.0) / truths.BAD_EXPERIENCE_HAZARD
    return np.where(hurt, hurt_at + rest, leaving)
