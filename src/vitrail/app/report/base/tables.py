"""The tables of the base report: one shape for the page, the spreadsheet and the plain files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from vitrail.app.report.base.figures import BaseFigures, CollectionLine, SourceLine, TraitLine
from vitrail.app.report.base.words import say
from vitrail.model.catalogue import Label

Kind = Literal["text", "count", "share", "day", "age", "number"]
Cell = str | int | float | dt.datetime | None

UNKNOWN = ""
"""How a source that nobody noted is written in the figures."""


class Heading(msgspec.Struct, frozen=True):
    """The head of a column, and what its cells are."""

    words: str
    kind: Kind = "count"


class Table(msgspec.Struct, frozen=True):
    """One table of the report in one language; the first column names its rows."""

    key: str
    title: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(figures: BaseFigures, *, language: str) -> dict[str, Table]:
    """Every table that has rows, by key."""
    made = (
        _sources,
        _traits,
        _collections,
        _emails,
        _phones,
        _postcodes,
        _dates,
        _amounts,
        _consents,
        _register,
    )
    found = (make(figures, language) for make in made)
    return {table.key: table for table in found if table.rows}


def named(name: str, label: Label | None, *, language: str, many: bool = False) -> str:
    """The words of a field or, in the plural, of a collection, with a capital; its name without any."""
    if label is None:
        return name
    one, more = (label.fr, label.fr_plural) if language == "fr" else (label.en, label.en_plural)
    words = more or one if many else one
    return words[:1].upper() + words[1:]


def placed(name: str, label: Label | None, *, of: Label | None, language: str) -> str:
    """The words of a field after those of its collection, if it has one."""
    told = named(name.rpartition(".")[2], label, language=language)
    if "." not in name:
        return told
    return f"{named(name.partition('.')[0], of, language=language, many=True)} · {told}"


def kind_of(line: SourceLine, labels: Mapping[str, Label | None], *, language: str) -> str:
    """What a source brought: customers, or events or records with their name."""
    words = {"profiles": "of_profiles", "event": "of_events", "record": "of_records", "score": "of_scores"}
    words["consent"] = "of_consents"
    told = say(language, words[line.kind]) if line.kind in words else line.kind
    name = named(line.name, labels.get(line.name), language=language, many=True)
    return f"{name} ({told})" if line.name else told


def _table(
    key: str, *, language: str, headings: Sequence[tuple[str, Kind]], rows: Iterable[tuple[Cell, ...]]
) -> Table:
    heads = tuple(Heading(say(language, word), kind) for word, kind in headings)
    return Table(key, say(language, TITLES[key]), heads, tuple(rows))


TITLES = {
    "sources": "origins", "traits": "fullness", "collections": "arrivals", "emails": "emails",
    "phones": "phones", "postcodes": "postcodes", "dates": "dates", "amounts": "amounts",
    "consents": "consents", "register": "register",
}  # fmt: skip


def _sources(figures: BaseFigures, language: str) -> Table:
    labels = {each.name: each.label for each in figures.collections}
    return _table(
        "sources",
        language=language,
        headings=(
            ("source", "text"), ("what", "text"), ("loads", "count"), ("accepted", "count"),
            ("rejected", "count"), ("first_load", "day"), ("last_load", "day"),
        ),
        rows=(
            (each.source, kind_of(each, labels, language=language), each.loads, each.accepted, each.rejected,
             each.first, each.last)
            for each in figures.sources
        ),
    )  # fmt: skip


def _traits(figures: BaseFigures, language: str) -> Table:
    sources = sorted({source for each in figures.traits for source in each.told})
    table = _table(
        "traits",
        language=language,
        headings=(
            ("trait", "text"), ("filled", "share"), ("known", "count"), ("distinct", "count"),
            ("age_latest", "age"), ("age_median", "age"),
        ),
        rows=(_trait(each, figures.at, sources=sources, language=language) for each in figures.traits),
    )  # fmt: skip
    heads = (Heading(source or say(language, "unknown_source")) for source in sources)
    return msgspec.structs.replace(table, headings=(*table.headings, *heads))


def _trait(each: TraitLine, at: dt.datetime, *, sources: Sequence[str], language: str) -> tuple[Cell, ...]:
    ages = tuple(None if moment is None else (at - moment).days for moment in (each.latest, each.median))
    told = tuple(each.told.get(source, 0) for source in sources)
    return (
        named(each.name, each.label, language=language),
        each.share,
        each.known,
        each.distinct,
        *ages,
        *told,
    )


def _collections(figures: BaseFigures, language: str) -> Table:
    return _table(
        "collections",
        language=language,
        headings=(
            ("collection", "text"), ("number", "count"), ("first", "day"), ("last", "day"),
            ("before_2000", "count"), ("future", "count"),
        ),
        rows=(_collection(each, language) for each in figures.collections),
    )  # fmt: skip


def _collection(each: CollectionLine, language: str) -> tuple[Cell, ...]:
    odd = (each.before_2000, each.future) if each.kind == "event" else (None, None)
    name = named(each.name, each.label, language=language, many=True)
    return (name, each.rows, each.first, each.last, *odd)


def _emails(figures: BaseFigures, language: str) -> Table:
    words = ("known", "valid", "role", "disposable", "malformed", "made_up", "shared", "sharing")
    lines = [(each.name, each.label, each.figures) for each in figures.emails]
    return _figures("emails", lines, language=language, words=words)


def _phones(figures: BaseFigures, language: str) -> Table:
    words = (
        "known", "valid", "metropolitan", "overseas", "foreign", "malformed", "made_up", "shared", "sharing",
    )  # fmt: skip
    lines = [(each.name, each.label, each.figures) for each in figures.phones]
    return _figures("phones", lines, language=language, words=words)


def _figures(
    key: str,
    lines: Iterable[tuple[str, Label | None, msgspec.Struct]],
    *,
    language: str,
    words: Sequence[str],
) -> Table:
    """A table whose columns are figures of one sort, by their names."""
    return _table(
        key,
        language=language,
        headings=(("trait", "text"), *((word, "count") for word in words)),
        rows=(
            (named(name, label, language=language), *(getattr(figures, word) for word in words))
            for name, label, figures in lines
        ),
    )


def _postcodes(figures: BaseFigures, language: str) -> Table:
    def reference(edition: str) -> str:
        return edition or say(language, "departments_only")

    return _table(
        "postcodes",
        language=language,
        headings=(
            ("trait", "text"), ("known", "count"), ("postcode_valid", "count"),
            ("postcode_malformed", "count"), ("postcode_unknown", "count"), ("abroad", "count"),
            ("reference", "text"),
        ),
        rows=(
            (named(each.name, each.label, language=language), each.figures.known, each.figures.valid,
             each.figures.malformed, each.figures.unknown, each.figures.abroad,
             reference(each.figures.reference))
            for each in figures.postcodes
        ),
    )  # fmt: skip


def _dates(figures: BaseFigures, language: str) -> Table:
    return _table(
        "dates",
        language=language,
        headings=(("field", "text"), ("known", "count"), ("future", "count"), ("before_1900", "count")),
        rows=(
            (
                placed(each.place, each.label, of=each.of, language=language),
                each.known,
                each.future,
                each.before_1900,
            )
            for each in figures.dates
        ),
    )


def _amounts(figures: BaseFigures, language: str) -> Table:
    return _table(
        "amounts",
        language=language,
        headings=(
            ("field", "text"), ("known", "count"), ("negative", "count"), ("zero", "count"),
            ("beyond", "count"), ("fence", "number"), ("high", "number"),
        ),
        rows=(
            (placed(each.place, each.label, of=each.of, language=language), each.known, each.negative,
             each.zero, each.beyond, each.fence, each.high)
            for each in figures.amounts
        ),
    )  # fmt: skip


def _consents(figures: BaseFigures, language: str) -> Table:
    return _table(
        "consents",
        language=language,
        headings=(("trait", "text"), ("yes", "count"), ("no", "count"), ("unknown", "count")),
        rows=(
            (named(each.name, each.label, language=language), each.yes, each.no, each.unknown)
            for each in figures.consents
        ),
    )


def _register(figures: BaseFigures, language: str) -> Table:
    return _table(
        "register",
        language=language,
        headings=(
            ("purpose", "text"), ("channel", "text"), ("granted", "count"), ("refused", "count"),
            ("withdrawn", "count"),
        ),
        rows=(
            (each.purpose, each.channel or say(language, "all_channels"), each.granted, each.refused,
             each.withdrawn)
            for each in figures.register
        ),
    )  # fmt: skip
