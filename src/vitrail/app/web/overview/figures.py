"""The figures at the top of the start page, as somebody may know them, and the revenue by month."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from vitrail.app.charts.marks import Mark
from vitrail.app.counting import Counts
from vitrail.app.overview.activity import Activity, Compared, Month, Stretch
from vitrail.app.web.charts import Drawn, Sheet, columns
from vitrail.app.web.speech import Speech
from vitrail.consent.small_groups import Figure


class Told(msgspec.Struct, frozen=True):
    """One stretch of time as it may be told: who ordered, and what they brought (None: not told)."""

    start: dt.datetime
    end: dt.datetime
    buyers: Figure
    orders: int | None
    revenue: Decimal | None


class Against(msgspec.Struct, frozen=True):
    """A stretch and the one before; the differences where both are known."""

    now: Told
    before: Told

    @property
    def buyers(self) -> int | None:
        """How many more ordered."""
        now, before = self.now.buyers.value, self.before.buyers.value
        return None if now is None or before is None else now - before

    @property
    def revenue(self) -> float | None:
        """By which share revenue grew; None where there is nothing to compare with."""
        if self.now.revenue is None or not self.before.revenue:
            return None
        return float(self.now.revenue / self.before.revenue) - 1


class ToldMonth(msgspec.Struct, frozen=True):
    """A month as it may be told: what its orders brought, and how many they were (None: too few bought)."""

    first: dt.date
    whole: bool
    orders: int | None
    revenue: Decimal | None


def told(compared: Compared, counts: Counts) -> Against:
    """The two stretches as they may be told to who asks."""
    return Against(_told(compared.now, counts), _told(compared.before, counts))


def told_months(activity: Activity, counts: Counts) -> tuple[ToldMonth, ...]:
    """The months as they may be told to who asks."""
    return tuple(_told_month(month, counts) for month in activity.months)


def revenue_chart(months: Sequence[ToldMonth], speech: Speech) -> Drawn:
    """What each month brought; the one that is not over is pale, the one that is not told has no column."""
    largest = max((month.revenue or Decimal(0) for month in months), default=Decimal(0))
    scale, unit = (1000, speech.say("thousands")) if largest >= 10_000 else (1, "")
    marks = [
        Mark(
            name=speech.month(month.first),
            value=float(month.revenue or 0) / scale,
            under=speech.short_month(month.first),
            tone="1" if month.whole else "pale",
            title=_month_told(month, speech),
        )
        for month in months
    ]
    sheet = Sheet(label=speech.say("Revenue by month"), language=speech.language, wide=(920, 210))
    return columns(marks, sheet, axis=f"{unit} {speech.symbol}".strip())


def _month_told(month: ToldMonth, speech: Speech) -> str:
    if month.revenue is None or month.orders is None:
        return speech.say("%(month)s: too few people to be told", month=speech.month(month.first))
    parts = {
        "month": speech.month(month.first),
        "revenue": speech.money(month.revenue),
        "orders": speech.count(month.orders),
    }
    if month.whole:
        return speech.say("%(month)s: %(revenue)s, %(orders)s orders", **parts)
    return speech.say("%(month)s, not over yet: %(revenue)s, %(orders)s orders", **parts)


def _told_month(month: Month, counts: Counts) -> ToldMonth:
    shown = counts.exact or counts.people(month.buyers).value is not None
    return ToldMonth(
        month.first, month.whole, month.orders if shown else None, month.revenue if shown else None
    )


def _told(stretch: Stretch, counts: Counts) -> Told:
    buyers = counts.people(stretch.buyers)
    shown = counts.exact or buyers.value is not None
    return Told(
        stretch.start,
        stretch.end,
        buyers,
        stretch.orders if shown else None,
        stretch.revenue if shown else None,
    )
