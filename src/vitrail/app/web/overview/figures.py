"""The figures at the top of the start page, as somebody may know them, and the revenue by month."""

from __future__ import annotations

import datetime as dt
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


def told(compared: Compared, counts: Counts) -> Against:
    """The two stretches as they may be told to who asks."""
    return Against(_told(compared.now, counts), _told(compared.before, counts))


def revenue_chart(activity: Activity, speech: Speech) -> Drawn:
    """What each month brought; the one that is not over is pale."""
    largest = max((month.revenue for month in activity.months), default=Decimal(0))
    scale, unit = (1000, speech.say("thousands")) if largest >= 10_000 else (1, "")
    marks = [
        Mark(
            name=speech.month(month.first),
            value=float(month.revenue) / scale,
            under=speech.short_month(month.first),
            tone="1" if month.whole else "pale",
            title=_month_told(month, speech),
        )
        for month in activity.months
    ]
    sheet = Sheet(label=speech.say("Revenue by month"), language=speech.language, wide=(920, 210))
    return columns(marks, sheet, axis=f"{unit} {speech.symbol}".strip())


def _month_told(month: Month, speech: Speech) -> str:
    parts = {
        "month": speech.month(month.first),
        "revenue": speech.money(month.revenue),
        "orders": speech.count(month.orders),
    }
    if month.whole:
        return speech.say("%(month)s: %(revenue)s, %(orders)s orders", **parts)
    return speech.say("%(month)s, not over yet: %(revenue)s, %(orders)s orders", **parts)


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
