"""One segmentation: its classes in order, their members, whom order takes from them, its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from vitrail.app.charts.marks import Mark
from vitrail.app.counting import Counts
from vitrail.app.definition_history import Maker, history_of
from vitrail.app.segmentations.classes import lost_to_order, users_of
from vitrail.app.segmentations.moving import class_keys, find_segmentation
from vitrail.app.web.charts import Drawn, Sheet, bars
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import all_figures
from vitrail.app.web.segments.listing import said
from vitrail.app.web.segments.one import Piece, compared
from vitrail.app.web.speech import Speech
from vitrail.app.written import whole_number
from vitrail.consent.small_groups import Figure
from vitrail.language.describe import describe
from vitrail.language.parse import parse
from vitrail.ledger import runs
from vitrail.model.definitions import Class, Remainder, Segmentation
from vitrail.model.errors import refuse
from vitrail.warehouse.refresh import defined

VERSIONS = 20


class Lost(msgspec.Struct, frozen=True):
    """How many meet the rule of a class and are in one above: in all, and by class."""

    all: Figure
    taken: tuple[tuple[str, Figure], ...]


class Part(msgspec.Struct, frozen=True):
    """One class as the page shows it; the remainder has no rule."""

    key: str
    name: str
    description: str
    sentence: str
    size: Figure
    share: float | None
    revenue: Decimal | None
    lost: Lost | None
    used_by: tuple[str, ...]


class Version(msgspec.Struct, frozen=True):
    """A version of the segmentation: what changed against the one before, class by class."""

    number: int
    at: dt.datetime
    note: str
    changes: tuple[tuple[str, tuple[Piece, ...]], ...]
    by: Maker
    is_current: bool


class One(msgspec.Struct, frozen=True):
    """What the page of a segmentation shows."""

    definition: Segmentation
    name: str
    description: str
    among: str
    parts: tuple[Part, ...]
    people: Figure
    coverage: float | None
    at: dt.datetime | None
    versions: tuple[Version, ...]


def one_segmentation(desk: Desk, key: str, *, speech: Speech, counts: Counts) -> One:
    """The segmentation of a key. Raises `UserError` when there is none."""
    if not counts.exact:
        return _work_out(desk, key, speech=speech, counts=counts)
    kept = ("segmentation", desk.state(), key, speech.language)
    return desk.keep(kept, lambda: _work_out(desk, key, speech=speech, counts=counts))


def _work_out(desk: Desk, key: str, *, speech: Speech, counts: Counts) -> One:
    compiled = defined(desk.ws.store)[1]
    found = find_segmentation(compiled.document, key)
    catalogue, language = desk.ws.catalogue.current(), speech.language
    parts = tuple(_parts(desk, found, speech=speech, counts=counts))
    shown = [part.size.value for part in parts]
    customers = counts.everybody().value
    known = all(value is not None for value in shown)
    total = sum(value or 0 for value in shown)
    covered = sum(value or 0 for value in shown[:-1])
    return One(
        definition=found,
        name=said(found.name, language),
        description=said(found.description, language),
        among=describe(parse(found.among), catalogue, language=language) if found.among else "",
        parts=parts,
        people=Figure(value=total) if known else Figure(),
        coverage=covered / customers if customers and known else None,
        at=all_figures(desk).at,
        versions=_versions(desk, key),
    )


def draw_parts(one: One, speech: Speech) -> Drawn:
    """The members of each class, as bars."""
    marks = [
        Mark(
            name=part.name,
            value=part.size.value or 0,
            text=part.size.text(speech.language, number=speech.count),
            title=f"{part.name}{speech.say(': ')}{part.size.text(speech.language, number=speech.count)}",
            address=f"/segments/{part.key}",
        )
        for part in one.parts
    ]
    return bars(marks, Sheet(label=one.name, language=speech.language, wide=(620, 0), narrow=(330, 0)))


def _parts(desk: Desk, found: Segmentation, *, speech: Speech, counts: Counts) -> Iterator[Part]:
    language, figures, sizes = speech.language, all_figures(desk), counts.segments()
    compiled = defined(desk.ws.store)[1]
    users, lost = users_of(compiled, found), _lost(desk, found, counts=counts)
    catalogue = desk.ws.catalogue.current()
    total = sum(each.value or 0 for key in class_keys(found) if (each := sizes.get(key))) or 1
    parts: tuple[Class | Remainder, ...] = (*found.classes, found.otherwise)
    for key, part in zip(class_keys(found), parts, strict=True):
        size = sizes.get(key, Figure())
        rule = "" if isinstance(part, Remainder) else describe(parse(part.rule), catalogue, language=language)
        yield Part(
            key=key,
            name=said(part.name, language),
            description=said(part.description, language),
            sentence=rule,
            size=size,
            share=None if size.value is None else size.value / total,
            revenue=figures.segments[key].revenue if counts.exact else None,
            lost=lost.get(key),
            used_by=users.get(key, ()),
        )


def _lost(desk: Desk, found: Segmentation, *, counts: Counts) -> dict[str, Lost]:
    raw = desk.keep(("lost", desk.state(), found.key), lambda: lost_to_order(desk.ws, found))
    told = {}
    for key, each in raw.items():
        if each.people:
            taken = sorted(each.taken.items(), key=lambda pair: -len(pair[1]))
            told[key] = Lost(
                counts.people(each.people), tuple((one, counts.people(who)) for one, who in taken)
            )
    return told


def _versions(desk: Desk, key: str) -> tuple[Version, ...]:
    """The versions of a segmentation, the newest first."""
    found = [
        Version(each.number, each.at, each.note, tuple(_changes(before, each.now)), each.by, is_current=False)
        for each in history_of(desk.ws.store, key)
        if isinstance(each.now, Segmentation)
        for before in (each.before if isinstance(each.before, Segmentation) else None,)
    ]
    return (*(msgspec.structs.replace(each, is_current=True) for each in found[:1]), *found[1:VERSIONS])


def _changes(before: Segmentation | None, now: Segmentation) -> Iterator[tuple[str, tuple[Piece, ...]]]:
    """Each class whose place or rule changed, with the two rules side by side; the rules that went away."""
    old = {} if before is None else {each.key: each.rule for each in before.classes}
    for each in now.classes:
        if before is None or old.get(each.key) != each.rule:
            yield each.key, compared(old.get(each.key, ""), each.rule)
    for key, rule in old.items():
        if key not in {each.key for each in now.classes}:
            yield key, (Piece("gone", rule),)


def version_at(desk: Desk, key: str, *, number: str) -> Segmentation:
    """A segmentation as it was at a version. Raises `UserError` for a version that has none."""
    with desk.ws.store.ledger.reading() as connection:
        found = runs.definitions_at(connection, whole_number(number) or 0)
    if found is None:
        raise refuse(
            "unknown_version",
            path="version",
            fr=f"Il n’y a pas de version {number[:20]}.",
            en=f"There is no version {number[:20]}.",
        )
    return find_segmentation(found.document, key)
