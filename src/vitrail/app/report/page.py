"""The page of the report: one self-contained HTML file, without script."""

from __future__ import annotations

from functools import cache, partial

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vitrail.app.report import charts
from vitrail.app.report.figures import Division, Figures
from vitrail.app.report.words import Speech

WIDE, NARROW = 1060, 290
RFM = "rfm"


def page(figures: Figures, *, language: str, other: str = "") -> str:
    """The report in one language; `other` is the address of the other language, if there is one."""
    speech = Speech(language, figures.currency)
    return (
        _templates()
        .get_template("page.html")
        .render(
            figures=figures,
            totals=figures.totals,
            language=language,
            other=other,
            style=Markup(_text("style.css")),
            when=speech.moment(figures.as_of, timezone=figures.timezone),
            buyers_share=figures.totals.buyers / max(figures.totals.profiles, 1),
            revenue_note=_revenue_note(figures, speech),
            months_lead=_months_lead(figures, speech),
            months_wide=_drawing(charts.months(figures.months, speech, width=WIDE)),
            months_narrow=_drawing(charts.months(figures.months, speech, width=NARROW)),
            rfm_map=_drawing(charts.rfm_map(figures.rfm, speech)),
            rfm_division=next((one for one in figures.divisions if one.key == RFM), None),
            charts=[(one, _bars(one, speech)) for one in figures.divisions if one.key != RFM],
            bars=partial(_bars, speech=speech),
            class_table=partial(_class_table, speech=speech),
            concerned=partial(_concerned, figures=figures, speech=speech),
            **_formats(speech),
        )
    )


def _formats(speech: Speech) -> dict[str, object]:
    """The functions a page writes words and numbers with."""
    return {
        "say": speech.say,
        "count": speech.count,
        "money": speech.money,
        "precise_money": speech.precise_money,
        "share": speech.share,
        "month_name": speech.month,
    }


def _revenue_note(figures: Figures, speech: Speech) -> str:
    before = figures.totals.revenue_before
    if not before:
        return speech.say("no_comparison")
    return speech.say("revenue_note", change=speech.change(float(figures.totals.revenue / before) - 1))


def _months_lead(figures: Figures, speech: Speech) -> str:
    whole = [month for month in figures.months if month.whole]
    if not whole:
        return ""
    best = max(whole, key=lambda month: month.revenue)
    lead = speech.say("months_lead", best=speech.month(best.first), revenue=speech.money(best.revenue))
    return lead if len(whole) == len(figures.months) else f"{lead} {speech.say('cut')}"


def _concerned(division: Division, *, figures: Figures, speech: Speech) -> str:
    size = speech.count(division.size)
    if not division.among:
        return speech.say("all_profiles", size=size)
    return speech.say("some_profiles", size=size, among=division.among)


def _class_table(division: Division, *, speech: Speech) -> Markup:
    table = _templates().get_template("table.html").render(division=division, **_formats(speech))
    return Markup(table)


def _bars(division: Division, speech: Speech) -> Markup:
    return _drawing(charts.bars(division, speech))


def _drawing(svg: str) -> Markup:
    return Markup(svg)


def _text(name: str) -> str:
    loader = _templates().loader
    assert loader is not None
    return loader.get_source(_templates(), name)[0]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("vitrail.app.report", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
