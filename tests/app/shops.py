"""The sample shop that the tests of this folder look at: 20,000 customers, up to a fixed day."""

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from vitrail.app import shop
from vitrail.app.shop.seasons import DAY, span_before

END = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
SHOP = shop.sample_shop(20_000, end=END)
SPAN = span_before(END)
SECOND = 1_000_000


@cache
def table(name: str) -> pa.Table:
    """A table of the shop by name; `profiles` and `planted` are its customers."""
    if name == "profiles":
        return shop.profiles(SHOP).read_all()
    if name == "planted":
        return shop.planted_groups(SHOP).read_all()
    makers = ((shop.EVENTS, shop.events), (shop.RECORDS, shop.records), (shop.SCORES, shop.scores))
    return next(make(SHOP, name).read_all() for known, make in makers if name in known)


def rows_of(name: str) -> npt.NDArray[np.int64]:
    """The row, among the profiles, of the customer of each line of a table."""
    return pc.cast(pc.utf8_slice_codeunits(table(name)["customer_id"], 1), pa.int64()).to_numpy() - 1


def days_of(name: str) -> npt.NDArray[np.float64]:
    """The day, since 1970, of each event; the hour is that of Greenwich, close to that of Paris."""
    return pc.cast(table(name)["at"], pa.int64()).to_numpy() / (DAY * SECOND)


def column(name: str, field: str) -> npt.NDArray[np.object_]:
    """A column as Python values."""
    return np.array(table(name)[field].to_pylist(), dtype=object)


def groups() -> npt.NDArray[np.object_]:
    """The planted group of each customer."""
    return column("planted", "group")


def counted(name: str, kept: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """How many of the kept events each customer has."""
    return np.bincount(rows_of(name)[kept], minlength=SHOP.customers)
