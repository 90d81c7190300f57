"""The charts of the report, as SVG drawings whose every mark has a title."""

from __future__ import annotations

from vitrail.app.charts.marks import Cell as Square
from vitrail.app.charts.marks import Mark, Paper, heat
from vitrail.app.charts.plots import bars as draw_bars
from vitrail.app.charts.plots import columns, heat_map
from vitrail.app.report.figures import Cell, Division, Month
from vitrail.app.report.words import Speech


def bars(division: Division, speech: Speech) -> str:
    """The shares of the classes of a segmentation, as horizontal bars."""
    marks = [
        Mark(
            name=line.name,
            value=line.share,
            text=speech.share(line.share),
            title=speech.say(
                "bar_title", name=line.name, share=speech.share(line.share), size=speech.count(line.size)
            ),
        )
        for line in division.classes
    ]
    return draw_bars(marks, Paper(label=division.name, language=speech.language, width=400))


def months(all_months: tuple[Month, ...], speech: Speech, *, width: int) -> str:
    """Revenue by month, as columns; a month that is not whole is pale."""
    marks = [
        Mark(
            name=month.first.isoformat(),
            value=float(month.revenue) / 1000,
            under=speech.short_month(month.first),
            tone="1" if month.whole else "pale",
            title=speech.say(
                "month_title",
                month=speech.month(month.first),
                revenue=speech.money(month.revenue),
                orders=speech.count(month.orders),
            ),
        )
        for month in all_months
    ]
    paper = Paper(label=speech.say("months"), language=speech.language, width=width)
    return columns(marks, paper, axis=speech.say("months_axis"))


def rfm_map(cells: tuple[Cell, ...], speech: Speech) -> str:
    """How many customers there are in each cell of recency and frequency."""
    largest = max((cell.size for cell in cells), default=0)
    squares = [
        Square(
            row=str(cell.recency),
            column=str(cell.frequency),
            text=speech.count(cell.size),
            tone=heat(cell.size, largest),
            title=speech.say(
                "map_title",
                recency=str(cell.recency),
                frequency=str(cell.frequency),
                group=cell.group,
                size=speech.count(cell.size),
            ),
        )
        for cell in sorted(cells, key=lambda each: (-each.recency, each.frequency))
    ]
    paper = Paper(label=speech.say("rfm"), language=speech.language, width=340, height=240)
    return heat_map(squares, paper, across=speech.say("frequency"), down=speech.say("recency"))
