"""Who buys when, and who leaves: the orders of a block, with the planted effects in them.

Orders follow a Poisson process whose rate is personal (gamma within the group) and seasonal, until
the customer drops out (exponential, with a personal hazard): the Pareto/NBD model of Schmittlein,
Morrison and Colombo (1987), where a bad experience multiplies the hazard. Effects that raise the
rate are drawn by thinning: orders are drawn at the highest rate and kept in proportion.
"""

from __future__ import annotations

from functools import lru_cache

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.draw import ABSENT, Booleans, Floats, Integers, chance, places_within, repeat_index
from vitrail.app.shop.people import NEW_STORE, People, Shop, opening, people, seconds_of_day
from vitrail.app.shop.seasons import DAY, campaign_day, cumulated_seasons

WEB, STORE, PHONE = 0, 1, 2
YEAR = 365.25 * DAY


class Purchases(msgspec.Struct, frozen=True):
    """The orders of a block, by customer and time; instants are seconds on the clock of Paris.

    `ticket` is when a support ticket was opened about the order, or `ABSENT`. `dropped` is, by
    customer, when they left for good (after the end for those who are still there).
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
def purchases(shop: Shop, block: int) -> Purchases:
    """The orders of one block of customers."""
    random = chance(shop.seed, block, "purchases")
    crowd = people(shop, block)
    owner, day = _candidate_days(random, crowd, shop)
    channel, store = _places(random, crowd, owner, day * DAY >= opening(shop))
    office = crowd.of_group("professionals")[owner] & (channel != STORE)
    at = day * DAY + seconds_of_day(random, np.where(office, 2, np.minimum(channel, 1)))
    owner, at, channel, store = _with_first_orders(random, crowd, shop, (owner, at, channel, store))
    late = (channel != STORE) & (random.random(len(owner)) < truths.LATE_SHARE)
    ticket = _tickets(random, at, late)
    satisfied = random.random(len(owner)) >= truths.DISSATISFIED_SHARE
    bad = _first_bad_experience(owner, at, late, np.where(satisfied, ABSENT, ticket))
    dropped = _dropouts(random, crowd, bad)
    kept = (at < dropped[owner]) & (at < shop.span.end * DAY) & (at >= crowd.created[owner])
    return Purchases(
        owner=owner[kept],
        at=at[kept],
        channel=channel[kept],
        store=store[kept],
        late=late[kept],
        ticket=ticket[kept],
        satisfied=satisfied[kept],
        dropped=dropped,
    )


def _candidate_days(random: np.random.Generator, crowd: People, shop: Shop) -> tuple[Integers, Integers]:
    """The owner and the day of every order that would be placed if nobody ever left."""
    groups = truths.GROUPS
    shape = np.array([group.shape for group in groups])[crowd.group]
    rate = random.gamma(shape, np.array([group.orders for group in groups])[crowd.group] / shape)
    sensitive = crowd.of_group(truths.CAMPAIGN_GROUP) & crowd.treated & in_campaign(crowd, shop)
    most_near = np.where(crowd.near_opening, 1 + truths.OPENING_LIFT, 1.0)
    most_mail = np.where(sensitive, 1 + truths.CAMPAIGN_LIFT, 1.0)
    first = np.clip(crowd.created // DAY + 1, shop.span.start, shop.span.end) - shop.span.start
    seasons = cumulated_seasons(shop.span)
    begin, finish = seasons[crowd.group, first], seasons[crowd.group, -1]
    count = random.poisson(rate * most_near * most_mail * (finish - begin))
    owner, _ = repeat_index(count)
    level = begin[owner] + (finish - begin)[owner] * random.random(len(owner))
    day = shop.span.start + _days_at(seasons, crowd.group[owner], level)
    chosen = random.random(len(owner)) * most_near[owner] * most_mail[owner]
    lift = np.where(crowd.near_opening[owner] & (day * DAY >= opening(shop)), 1 + truths.OPENING_LIFT, 1.0)
    since = day - campaign_day(shop.span)
    reached = sensitive[owner] & (since >= 0) & (since < truths.CAMPAIGN_DAYS)
    kept = chosen < lift * np.where(reached, 1 + truths.CAMPAIGN_LIFT, 1.0)
    return _with_settling(random, crowd, shop, (owner[kept], day[kept]))


def in_campaign(crowd: People, shop: Shop) -> Booleans:
    """Who was drawn for the randomised campaign: those who had the newsletter on that day."""
    morning = campaign_day(shop.span) * DAY
    return crowd.subscribed & (crowd.created < morning) & (crowd.withdrawn >= morning)


def _days_at(seasons: Floats, group: Integers, level: Floats) -> Integers:
    """The day on which the cumulated season of a group reaches a level."""
    day = np.zeros(len(level), dtype=np.int64)
    for number, row in enumerate(seasons):
        mine = group == number
        day[mine] = np.searchsorted(row, level[mine], side="right") - 1
    return np.clip(day, 0, seasons.shape[1] - 2)


def _with_settling(
    random: np.random.Generator, crowd: People, shop: Shop, drawn: tuple[Integers, Integers]
) -> tuple[Integers, Integers]:
    """Adds the orders of people who settle in, in the weeks after they came."""
    mean = np.array([group.settling for group in truths.GROUPS])[crowd.group]
    owner, _ = repeat_index(random.poisson(mean))
    day = crowd.created[owner] // DAY + 1 + random.exponential(40, len(owner)).astype(np.int64)
    kept = (day >= shop.span.start) & (day < shop.span.end)
    return np.r_[drawn[0], owner[kept]], np.r_[drawn[1], day[kept]]


def _places(
    random: np.random.Generator, crowd: People, owner: Integers, opened: Booleans
) -> tuple[Integers, Integers]:
    """The channel of each order and its store, if any; the new store exists once it has opened."""
    nearest = crowd.store[owner]
    reachable = (nearest != ABSENT) & (opened | (nearest != NEW_STORE))
    drawn = random.random(len(owner))
    channel = np.where(reachable & (drawn < 0.45), STORE, np.where(drawn > 0.95, PHONE, WEB))
    return channel, np.where(channel == STORE, nearest, ABSENT)


def _with_first_orders(
    random: np.random.Generator,
    crowd: People,
    shop: Shop,
    drawn: tuple[Integers, Integers, Integers, Integers],
) -> tuple[Integers, Integers, Integers, Integers]:
    """Adds the orders that opened an account (on the web, minutes later); sorts by customer and time."""
    share = np.array([group.first_order for group in truths.GROUPS])[crowd.group]
    opens = (random.random(crowd.size) < share) & (crowd.created >= shop.span.start * DAY)
    owner = np.flatnonzero(opens)
    at = crowd.created[owner] + random.integers(60, 1800, len(owner))
    everyone = np.r_[drawn[0], owner]
    moments = np.r_[drawn[1], at]
    order = np.lexsort((moments, everyone))
    channel = np.r_[drawn[2], np.full(len(owner), WEB)]
    store = np.r_[drawn[3], np.full(len(owner), ABSENT)]
    return everyone[order], moments[order], channel[order], store[order]


def _tickets(random: np.random.Generator, at: Integers, late: Booleans) -> Integers:
    share = np.where(late, truths.TICKET_SHARE["late"], truths.TICKET_SHARE["on time"])
    delay = random.integers(2 * DAY, 12 * DAY, len(at))
    return np.where(random.random(len(at)) < share, at + delay, ABSENT)


def _first_bad_experience(owner: Integers, at: Integers, late: Booleans, ticket: Integers) -> Floats:
    """When each customer first had a reason to leave; infinity for those who never had one."""
    size = int(owner.max(initial=-1)) + 1
    bad = np.full(size, np.inf)
    angry = ticket != ABSENT
    np.minimum.at(bad, owner[angry], ticket[angry])
    tardy = np.flatnonzero(late)
    second = tardy[places_within(owner[tardy]) == 1]
    np.minimum.at(bad, owner[second], at[second] + 8 * DAY)
    return bad


def _dropouts(random: np.random.Generator, crowd: People, bad: Floats) -> Floats:
    """When each customer leaves: what would have remained after a bad experience is divided."""
    mean = np.array([group.dropout for group in truths.GROUPS])[crowd.group]
    hazard = random.gamma(2.0, mean / 2.0) / YEAR
    leaving = crowd.created + random.exponential(1.0, crowd.size) / np.maximum(hazard, 1e-12)
    since = np.full(crowd.size, np.inf)
    since[: len(bad)] = bad
    hurt = leaving > since
    rest = np.where(hurt, leaving - np.where(hurt, since, 0.0), 0.0) / truths.BAD_EXPERIENCE_HAZARD
    return np.where(hurt, since + rest, leaving)
