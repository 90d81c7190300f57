"""The tree of journeys: where people were first, where those of each class went next, and so on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

import msgspec

from vitrail.app.counting import Counts
from vitrail.app.instants import microseconds
from vitrail.app.segmentations.journeys import Journey, journeys_between, stops
from vitrail.app.web.desk import Desk
from vitrail.app.web.overview.gathering import Chosen

Steps = tuple[str, ...]

MOST = 4
"""So many ways on are told from each place, those that most people went."""


class Branch(msgspec.Struct, frozen=True):
    """A class at one of the dates: how many were there, which share of those before, and where they went.

    `others` went where too few did, or where there is no room to tell.
    """

    key: str
    name: str
    number: int
    share: float
    stays: bool
    branches: tuple[Branch, ...] = ()
    others: int = 0


class Tree(msgspec.Struct, frozen=True):
    """The dates, and the classes at the first of them."""

    dates: tuple[dt.datetime, ...]
    branches: tuple[Branch, ...]
    others: int


def journey_tree(desk: Desk, chosen: Chosen, *, names: Mapping[str, str], counts: Counts) -> Tree | None:
    """The journeys between the two dates, by way of a third in the middle; None where there are no two."""
    if chosen.start is None or chosen.end is None:
        return None
    dates = stops(chosen.dates, start=chosen.start, end=chosen.end)
    kept = ("journeys", desk.state(), chosen.key, dates)
    found = desk.keep(
        kept,
        lambda: journeys_between(desk.ws.store, chosen.key, instants_us=[*map(microseconds, dates)]),
    )
    branches, others = grown(_told(found, counts), (), names=names)
    return Tree(dates, branches, others)


def _told(journeys: Sequence[Journey], counts: Counts) -> dict[Steps, int]:
    """How many went each way, as it may be told to who asks; ways of too few are not told."""
    told = counts.table({"\n".join(each.steps): each.people for each in journeys})
    return {each.steps: told["\n".join(each.steps)].value or 0 for each in journeys}


def grown(
    told: Mapping[Steps, int], before: Steps, *, names: Mapping[str, str]
) -> tuple[tuple[Branch, ...], int]:
    """The branches that grow from a place, the thickest first, and how many went another way."""
    place = len(before)
    if not told or place == len(next(iter(told))):
        return (), 0
    numbers: dict[str, int] = {}
    for steps, number in told.items():
        numbers[steps[place]] = numbers.get(steps[place], 0) + number
    total = sum(numbers.values())
    widest = sorted(numbers, key=lambda key: -numbers[key])
    if before:
        widest = widest[:MOST]
    branches = []
    for key in (each for each in widest if numbers[each]):
        onward = {steps: number for steps, number in told.items() if steps[place] == key}
        further, others = grown(onward, (*before, key), names=names)
        share = numbers[key] / total
        stays = bool(before) and before[-1] == key
        branches.append(Branch(key, names[key], numbers[key], share, stays, further, others))
    return tuple(branches), total - sum(each.number for each in branches)
