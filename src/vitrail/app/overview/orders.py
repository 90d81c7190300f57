"""The orders of a workspace as arrays: what activity and cohorts are counted from."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.app.instants import microseconds
from vitrail.app.ready.here import AMOUNT, ORDER, mapping_of
from vitrail.app.report.gather import scaled
from vitrail.engine.canon import canon_of
from vitrail.warehouse.reading import read_columns
from vitrail.warehouse.store import Store

Integers = npt.NDArray[np.int64]


class Orders(msgspec.Struct, frozen=True):
    """Every order: whose it is, when, for how many ten-thousandths (0 where the amount is unknown).

    `collection` is what orders are called here, empty where nothing is; `has_amounts` says whether
    what they brought is known at all.
    """

    collection: str
    has_amounts: bool
    profile: Integers
    at_us: Integers
    amount: Integers

    def between(self, start_us: int, end_us: int) -> Orders:
        """Those of a stretch of time; the end does not count."""
        kept = (self.at_us >= start_us) & (self.at_us < end_us)
        return Orders(
            self.collection, self.has_amounts, self.profile[kept], self.at_us[kept], self.amount[kept]
        )


def read_orders(store: Store) -> Orders:
    """The orders, under the names the workspace gives them."""
    names, catalogue, source = mapping_of(store), store.catalogue, store.source()
    collection = catalogue.collections.get(names.get(ORDER, ""))
    if collection is None or collection.kind != "event":
        return _none("")
    field = collection.properties.get(names.get(AMOUNT, ""))
    column = field.column if field is not None and field.type in ("integer", "decimal") else None
    if not source.events.get(collection.name):
        return msgspec.structs.replace(_none(collection.name), has_amounts=column is not None)
    wanted = ["profile", "at_us", *([column] if column else [])]
    rows = read_columns([file.path for file in source.events[collection.name]], wanted)
    profile = canon_of(source).of(rows["profile"].to_numpy())
    at_us = pc.cast(rows["at_us"], pa.int64()).to_numpy()
    amount = np.zeros(len(at_us), dtype=np.int64)
    if column:
        amount = pc.fill_null(pc.cast(scaled(rows[column]), pa.int64()), 0).to_numpy()
    return Orders(collection.name, column is not None, profile, at_us, amount)


def month_starts(first: dt.date, last: dt.date, *, zone: ZoneInfo) -> list[tuple[dt.date, int]]:
    """The first day of each month between two days, the month after the last included, with its instant."""
    found, day = [], first.replace(day=1)
    while True:
        start = dt.datetime.combine(day, dt.time(), tzinfo=zone)
        found.append((day, microseconds(start)))
        if day > last:
            return found
        day = (day + dt.timedelta(days=32)).replace(day=1)


def _none(collection: str) -> Orders:
    nothing = np.empty(0, dtype=np.int64)
    return Orders(collection, False, nothing, nothing, nothing)
