"""The journeys of people through the classes of a segmentation, over several refreshes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from pyroaring import BitMap

from vitrail.app.segmentations.moving import OUTSIDE, class_keys, find_segmentation
from vitrail.warehouse import memberships
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store

Sides = Mapping[str, BitMap]


class Journey(msgspec.Struct, frozen=True):
    """The class at each date, in order, and who went this way; `OUTSIDE` is no class."""

    steps: tuple[str, ...]
    people: BitMap


def stops(dates: Sequence[dt.datetime], *, start: dt.datetime, end: dt.datetime) -> tuple[dt.datetime, ...]:
    """Two instants, and between them the date nearest to the middle, where there is one."""
    middle = start + (end - start) / 2
    between = sorted((each for each in dates if start < each < end), key=lambda each: abs(each - middle))
    return (start, *between[:1], end)


def journeys_between(store: Store, key: str, *, instants_us: Sequence[int]) -> tuple[Journey, ...]:
    """Every way somebody went through the classes, from the log of who entered and left.

    Whoever had no class at any of the dates is in none of them.
    """
    classes = class_keys(find_segmentation(defined(store)[1].document, key))
    dates = [{one: memberships.as_of(store, one, at_us=at_us) for one in classes} for at_us in instants_us]
    met = [BitMap.union(BitMap(), *each.values()) for each in dates]
    everybody = BitMap.union(BitMap(), *met)
    sides = [{**each, OUTSIDE: everybody - known} for each, known in zip(dates, met, strict=True)]
    return tuple(_split(everybody, sides))


def _split(people: BitMap, sides: Sequence[Sides], *, steps: tuple[str, ...] = ()) -> Iterator[Journey]:
    if not sides:
        yield Journey(steps, people)
        return
    for key, inside in sides[0].items():
        if common := people & inside:
            yield from _split(common, sides[1:], steps=(*steps, key))
