"""When customers would order if nobody ever left: personal rates, seasons and the planted lifts.

Orders follow a Poisson process whose rate is personal (gamma within the group) and seasonal. What
raises the rate is drawn by thinning: orders are drawn at the highest rate and kept in proportion.
"""

from __future__ import annotations

import msgspec
import numpy as np

from vitrail.app.shop import truths
from vitrail.app.shop.draw import Booleans, Floats, Integers, repeat_index
from vitrail.app.shop.people import Block, People, opening, people
from vitrail.app.shop.seasons import DAY, campaign_day, cumulated_seasons


class Demand(msgspec.Struct, frozen=True):
    """Orders to come: the customer (row in the block) and the day of each."""

    owner: Integers
    day: Integers


def demand(random: np.random.Generator, block: Block) -> Demand:
    """The orders that would be placed if nobody ever left."""
    steady, settling = _steady(random, block), _settling(random, block)
    return Demand(np.r_[steady.owner, settling.owner], np.r_[steady.day, settling.day])


def in_campaign(block: Block) -> Booleans:
    """Who was drawn for the randomised campaign: those who had the newsletter on that day."""
    crowd = people(block)
    morning = campaign_day(block.span) * DAY
    return crowd.subscribed & (crowd.created < morning) & (crowd.withdrawn >= morning)


def _steady(random: np.random.Generator, block: Block) -> Demand:
    """Orders at the personal rate, kept in proportion to the lift of their day."""
    crowd = people(block)
    seasons = cumulated_seasons(block.span)
    first = np.clip(crowd.created // DAY + 1, block.span.start, block.span.end) - block.span.start
    begin, finish = seasons[crowd.group, first], seasons[crowd.group, -1]
    highest = _highest_lift(block)
    owner, _ = repeat_index(random.poisson(_rates(random, crowd) * highest * (finish - begin)))
    level = begin[owner] + (finish - begin)[owner] * random.random(len(owner))
    drawn = Demand(owner, block.span.start + _days_at(seasons, level, group=crowd.group[owner]))
    kept = random.random(len(owner)) * highest[owner] < _lift(block, drawn)
    return Demand(drawn.owner[kept], drawn.day[kept])


def _rates(random: np.random.Generator, crowd: People) -> Floats:
    """Orders a year of each customer while active."""
    shape = np.array([group.shape for group in truths.GROUPS])[crowd.group]
    mean = np.array([group.orders for group in truths.GROUPS])[crowd.group]
    return random.gamma(shape, mean / shape)


def _responsive(block: Block) -> Booleans:
    """Who received the randomised campaign and is of the group it moves."""
    crowd = people(block)
    return crowd.of_group(truths.CAMPAIGN_GROUP) & crowd.treated & in_campaign(block)


def _highest_lift(block: Block) -> Floats:
    near = np.where(people(block).near_opening, 1 + truths.OPENING_LIFT, 1.0)
    return near * np.where(_responsive(block), 1 + truths.CAMPAIGN_LIFT, 1.0)


def _lift(block: Block, drawn: Demand) -> Floats:
    """By how much the rate of each order is multiplied on its day."""
    opened = people(block).near_opening[drawn.owner] & (drawn.day * DAY >= opening(block.span))
    since = drawn.day - campaign_day(block.span)
    reached = _responsive(block)[drawn.owner] & (since >= 0) & (since < truths.CAMPAIGN_DAYS)
    near = np.where(opened, 1 + truths.OPENING_LIFT, 1.0)
    return near * np.where(reached, 1 + truths.CAMPAIGN_LIFT, 1.0)


def _days_at(seasons: Floats, level: Floats, *, group: Integers) -> Integers:
    """The day on which the cumulated season of a group reaches a level."""
    day = np.zeros(len(level), dtype=np.int64)
    for number, row in enumerate(seasons):
        mine = group == number
        day[mine] = np.searchsorted(row, level[mine], side="right") - 1
    return np.clip(day, 0, seasons.shape[1] - 2)


def _settling(random: np.random.Generator, block: Block) -> Demand:
    """The orders of people who settle in, in the weeks after they came."""
    crowd = people(block)
    mean = np.array([group.settling for group in truths.GROUPS])[crowd.group]
    owner, _ = repeat_index(random.poisson(mean))
    day = crowd.created[owner] // DAY + 1 + random.exponential(40, len(owner)).astype(np.int64)
    kept = (day >= block.span.start) & (day < block.span.end)
    return Demand(owner[kept], day[kept])
