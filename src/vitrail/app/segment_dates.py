"""Who was in a segment on a day, and what changed between two days."""

from __future__ import annotations

import datetime as dt

import msgspec
import numpy as np
from pyroaring import BitMap

from vitrail.app.counting import Counts
from vitrail.app.instants import instant, microseconds
from vitrail.app.masking import pseudonyms_of
from vitrail.app.workspace import Workspace
from vitrail.app.written import end_of
from vitrail.consent.small_groups import Figure
from vitrail.model.errors import refuse
from vitrail.warehouse import memberships
from vitrail.warehouse.people import keys_of

SHOWN = 50


class People(msgspec.Struct, frozen=True):
    """Some of a set of people by their keys (or pseudonyms), and how many there are."""

    keys: tuple[str, ...]
    all: int


class Between(msgspec.Struct, frozen=True, kw_only=True):
    """A segment on two days: how many were in, came in, went out and stayed; some of those who moved.

    `people` is None for who may not see any.
    """

    start: dt.date
    end: dt.date
    before: Figure
    after: Figure
    entered: Figure
    left: Figure
    stayed: Figure
    people: tuple[People, People] | None = None


class Seen(msgspec.Struct, frozen=True):
    """Whether people may be shown, and under pseudonyms."""

    people: bool
    masked: bool


def between(ws: Workspace, key: str, *, days: tuple[dt.date, dt.date], counts: Counts, seen: Seen) -> Between:
    """What changed in a segment from the end of one day to the end of another.

    Raises `UserError` for days before its first refresh.
    """
    start, end = sorted(days)
    old, new = (members_on(ws, key, day=day) for day in (start, end))
    moves = {"entered": new - old, "left": old - new, "stayed": old & new}
    told = counts.table(moves)
    people = None
    if seen.people:
        people = (some(ws, moves["entered"], seen=seen), some(ws, moves["left"], seen=seen))
    return Between(
        start=start,
        end=end,
        before=counts.people(old),
        after=counts.people(new),
        entered=told["entered"],
        left=told["left"],
        stayed=told["stayed"],
        people=people,
    )


def members_on(ws: Workspace, key: str, *, day: dt.date) -> BitMap:
    """Who was in at the end of a day, as of the last refresh before it."""
    store = ws.store
    now_us = store.now_us()
    today = instant(now_us).astimezone(store.zone).date()
    at_us = now_us if day >= today else microseconds(end_of(day, store.zone))
    first = first_day(ws, key)
    if first is None or day < first:
        raise refuse(
            "before_first_refresh",
            path=key,
            fr="Le segment n’était pas encore calculé ce jour-là"
            + (f" : le premier calcul est du {first:%d/%m/%Y}." if first else "."),
            en="The segment was not counted yet that day"
            + (f": it was first counted on {first:%d/%m/%Y}." if first else "."),
        )
    return memberships.as_of(store, key, at_us=at_us)


def first_day(ws: Workspace, key: str) -> dt.date | None:
    """The day of the first refresh of a segment; None before it."""
    table = memberships.history(ws.store, key)
    if not table.num_rows:
        return None
    first = dt.datetime.fromtimestamp(table["at_us"][0].as_py() / 1_000_000, dt.UTC)
    return first.astimezone(ws.store.zone).date()


def some(ws: Workspace, people: BitMap, *, seen: Seen) -> People:
    """The keys of some people, taken evenly among all, or their pseudonyms."""
    every = np.array(people, dtype=np.int64)
    taken = every[:: max(1, len(every) // SHOWN)][:SHOWN]
    if not len(taken):
        return People((), 0)
    if seen.masked:
        return People(tuple(pseudonyms_of(ws.store).of(taken)), len(every))
    return People(tuple(keys_of(ws.store.source(), taken)), len(every))
