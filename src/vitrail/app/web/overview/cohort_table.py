"""The table of cohorts as the start page draws it: shares of those who order again, or revenue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal

import msgspec

from vitrail.app.charts.marks import heat
from vitrail.app.overview.cohorts import Cohort, Later
from vitrail.app.web.speech import Speech

FEW = "…"
"""What stands where too few people are behind a number."""


class Square(msgspec.Struct, frozen=True):
    """One cell: its colour, what is written in it, what is told of it."""

    tone: str
    text: str
    title: str
    address: str = ""


class Row(msgspec.Struct, frozen=True):
    """One cohort: its month, how many people, its cells (the last ones are None: not yet)."""

    name: str
    text: str
    cells: tuple[Square | None, ...]


Squares = Callable[[Cohort, int], Square]


class Table(msgspec.Struct, frozen=True):
    """Cohorts by row, months since the first order by column."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def share_table(cohorts: Sequence[Cohort], speech: Speech) -> Table:
    """Who ordered again, as shares of the cohort; the month of the first order is left out: all ordered."""
    shares = [_share(cohort, each) for cohort in cohorts for each in cohort.months[1:]]
    largest = max((each for each in shares if each is not None), default=0.0)

    def square(cohort: Cohort, number: int) -> Square:
        each = cohort.months[number]
        share = _share(cohort, each)
        if share is None:
            return _few(speech)
        title = speech.say(
            "%(buyers)s of %(people)s",
            buyers=speech.count(each.buyers or 0),
            people=speech.count(cohort.people or 0),
        )
        return _square(speech.share(share), title, whole=each.whole, tone=heat(share, largest), speech=speech)

    return _table(cohorts, speech, square=square, start=1)


def revenue_table(cohorts: Sequence[Cohort], speech: Speech) -> Table:
    """What each cohort brought in each month."""
    amounts = [each.revenue or Decimal(0) for cohort in cohorts for each in cohort.months]
    largest = float(max(amounts, default=Decimal(0)))

    def square(cohort: Cohort, number: int) -> Square:
        each = cohort.months[number]
        if each.revenue is None or each.buyers is None:
            return _few(speech)
        title = speech.say(
            "%(amount)s from %(buyers)s customers in month %(number)s",
            amount=speech.money(each.revenue),
            buyers=speech.count(each.buyers),
            number=number,
        )
        tone = heat(float(each.revenue), largest)
        return _square(speech.money(each.revenue), title, whole=each.whole, tone=tone, speech=speech)

    return _table(cohorts, speech, square=square, start=0)


def _table(cohorts: Sequence[Cohort], speech: Speech, *, square: Squares, start: int) -> Table:
    longest = max((len(cohort.months) for cohort in cohorts), default=0)
    rows = []
    for cohort in cohorts:
        cells = [square(cohort, number) for number in range(start, len(cohort.months))]
        people = FEW if cohort.people is None else speech.count(cohort.people)
        empty = (None,) * (longest - len(cohort.months))
        rows.append(Row(speech.month(cohort.first), people, (*cells, *empty)))
    return Table(tuple(speech.count(number) for number in range(start, longest)), tuple(rows))


def _share(cohort: Cohort, each: Later) -> float | None:
    if not cohort.people or each.buyers is None:
        return None
    return each.buyers / cohort.people


def _square(text: str, title: str, *, whole: bool, tone: str, speech: Speech) -> Square:
    """A month that is not over has no colour: it can still grow."""
    if whole:
        return Square(tone, text, title)
    return Square("open", text, f"{title} {speech.say('(not over yet)')}")


def _few(speech: Speech) -> Square:
    return Square("few", FEW, speech.say("too few people to be told"))
