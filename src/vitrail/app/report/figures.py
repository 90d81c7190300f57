"""What the report says, before any page or chart: figures and words in one language."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec


class Line(msgspec.Struct, frozen=True):
    """A segment, or a class of a segmentation: who they are, how many, what they brought in a year.

    `share` is of all profiles, or of those the segmentation is about; `revenue_share` of the revenue
    of all profiles. Both are between 0 and 1.
    """

    key: str
    name: str
    description: str
    sentence: str
    size: int
    share: float
    revenue: Decimal
    revenue_share: float


class Division(msgspec.Struct, frozen=True):
    """A segmentation: its classes in order, and how many profiles it is about."""

    key: str
    name: str
    description: str
    among: str
    size: int
    classes: tuple[Line, ...]


class Month(msgspec.Struct, frozen=True):
    """The orders of one calendar month; `whole` is false when the report cuts it."""

    first: dt.date
    revenue: Decimal
    orders: int
    whole: bool = True


class Cell(msgspec.Struct, frozen=True):
    """One cell of the RFM map: scores from 1 to 5, the group it belongs to, how many customers."""

    recency: int
    frequency: int
    group: str
    size: int


class Totals(msgspec.Struct, frozen=True):
    """The whole base over a year, and the year before to compare with."""

    profiles: int
    buyers: int
    orders: int
    revenue: Decimal
    revenue_before: Decimal

    @property
    def basket(self) -> Decimal:
        """The average amount of an order."""
        return self.revenue / self.orders if self.orders else Decimal(0)


class Figures(msgspec.Struct, frozen=True):
    """Everything the report tells of a workspace, in one language."""

    title: str
    as_of: dt.datetime
    timezone: str
    currency: str
    totals: Totals
    months: tuple[Month, ...]
    divisions: tuple[Division, ...]
    segments: tuple[Line, ...]
    rfm: tuple[Cell, ...] = ()
