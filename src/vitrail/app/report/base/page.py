"""The page of the base report: one self-contained HTML file by language, without script."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import cache, partial
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from vitrail.app.report.base import charts
from vitrail.app.report.base.figures import Arrivals, BaseFigures
from vitrail.app.report.base.tables import Cell, Heading, Table, named, tables
from vitrail.app.report.base.words import say
from vitrail.app.report.words import Speech
from vitrail.engine.vitals import HISTORY_DAYS
from vitrail.language.sentences.figures import with_first

DRAWN = 8
"""Collections whose days are drawn: those with the most rows."""

LABELLED = 14
"""Days from one label to the next."""


def base_page(figures: BaseFigures, *, language: str, other: str = "") -> str:
    """The report in one language; `other` is the address of the other language, if there is one."""
    speech = Speech(language)
    made = tables(figures, language=language)
    every = {key: made.get(key) for key in _KEYS}
    return (
        _templates()
        .get_template("page.html")
        .render(
            figures=figures,
            language=language,
            other=other,
            style=Markup(_text("../style.css") + _text("more.css")),
            say=partial(say, language),
            when=speech.moment(figures.at, timezone=figures.timezone),
            totals=tuple(_totals(figures, speech)),
            contents=tuple(_contents(every, language)),
            problems=[(each.severity, each.message.in_language(language)) for each in figures.problems],
            tables=every,
            written=partial(written, speech=speech, timezone=figures.timezone),
            fill_chart=Markup(_fill_chart(figures, speech)) if figures.traits else "",
            day_charts=tuple(_day_charts(figures, speech)),
        )
    )


_KEYS = (
    "sources", "traits", "collections", "emails", "phones", "postcodes", "dates", "amounts", "consents",
    "register",
)  # fmt: skip


def written(cell: Cell, heading: Heading, *, speech: Speech, timezone: str) -> str:
    """A cell as the language writes it; an unknown one is a dash."""
    match heading.kind, cell:
        case _, None:
            return "–"
        case "share", int() | float():
            return speech.share(float(cell))
        case "age", int():
            return say(speech.language, "days_old", days=speech.count(cell))
        case _, dt.datetime():
            day = cell.astimezone(ZoneInfo(timezone)).date()
            return _day(day, "d MMM y", speech=speech)
        case _, float():
            return format_decimal(cell, format="#,##0.##", locale=speech.locale)
        case _, int():
            return speech.count(cell)
        case _:
            return str(cell)


def _totals(figures: BaseFigures, speech: Speech) -> Iterator[tuple[str, str, str]]:
    language = speech.language
    loads = sum(each.loads for each in figures.sources)
    yield say(language, "profiles"), speech.count(figures.profiles), ""
    yield say(language, "rows"), speech.count(sum(each.rows for each in figures.collections)), ""
    sources = len({each.source for each in figures.sources})
    note = say(language, "sources_note", loads=speech.count(loads))
    yield say(language, "sources"), speech.count(sources), note if loads > 1 else ""
    if figures.sources:
        last = max(each.last for each in figures.sources).astimezone(ZoneInfo(figures.timezone)).date()
        yield say(language, "latest"), _day(last, "d MMM y", speech=speech), ""


def _contents(every: dict[str, Table | None], language: str) -> Iterator[tuple[str, str]]:
    yield "health", say(language, "health")
    for key, place in (("sources", "origins"), ("traits", "fullness"), ("collections", "arrivals")):
        if every[key]:
            yield place, say(language, place)
    yield "contacts", say(language, "contacts")
    for key in ("dates", "amounts"):
        if every[key]:
            yield key, say(language, key)
    yield "consents", say(language, "consents")


def _fill_chart(figures: BaseFigures, speech: Speech) -> str:
    language = speech.language
    bars = []
    for each in sorted(figures.traits, key=lambda each: -each.share):
        name, share = named(each.name, each.label, language=language), speech.share(each.share)
        title = say(language, "bar_title", name=name, share=share, known=speech.count(each.known))
        bars.append(charts.Bar(name, each.share, share, title))
    return charts.shares(bars, label=say(language, "filled"))


def _day_charts(figures: BaseFigures, speech: Speech) -> Iterator[tuple[str, Markup]]:
    busy = sorted(figures.arrivals, key=lambda each: -sum(day.rows for day in each.days))[:DRAWN]
    for each in busy:
        if each.days:
            name = named(each.name, each.label, language=speech.language, many=True)
            yield name, Markup(charts.days(list(_columns(each, speech)), speech, label=name))


def _day(day: dt.date, form: str, *, speech: Speech) -> str:
    return with_first(format_date(day, form, locale=speech.locale), language=speech.language)


def _columns(each: Arrivals, speech: Speech) -> Iterator[charts.Column]:
    """Every day of the ten weeks before the last one, empty ones too."""
    rows = {day.day: day.rows for day in each.days}
    for number in range(HISTORY_DAYS):
        day = max(rows) - (HISTORY_DAYS - 1 - number) * dt.timedelta(days=1)
        shown = _day(day, "d MMM", speech=speech)
        title = say(
            speech.language, "day_title", day=_day(day, "d MMMM y", speech=speech),
            rows=speech.count(rows.get(day, 0)),
        )  # fmt: skip
        label = shown if number % LABELLED == 0 else ""
        yield charts.Column(day.isoformat(), rows.get(day, 0), label, title)


def _text(name: str) -> str:
    environment = _shared() if name.startswith("../") else _templates()
    assert environment.loader is not None
    return environment.loader.get_source(environment, name.removeprefix("../"))[0]


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("vitrail.app.report.base", ""), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip


@cache
def _shared() -> Environment:
    return Environment(loader=PackageLoader("vitrail.app.report", ""), autoescape=True)
