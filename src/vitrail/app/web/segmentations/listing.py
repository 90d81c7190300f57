"""The list of segmentations, and of the ready-made ones that wait to be used."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.counting import Counts
from vitrail.app.ready.here import names_library, ready_here
from vitrail.app.segmentations.moving import class_keys
from vitrail.app.web.desk import Desk
from vitrail.app.web.segments.figures import all_figures
from vitrail.app.web.segments.listing import said
from vitrail.consent.small_groups import Figure
from vitrail.model.definitions import Class, DefinitionFile, Remainder, Segmentation
from vitrail.warehouse.refresh import defined

SCORE = "score"
"""The tag of segmentations that only serve others."""


class Line(msgspec.Struct, frozen=True):
    """One segmentation: how many classes, how many customers have one, and the largest class.

    `coverage` is the share of customers outside the remainder; None where it may not be told.
    """

    key: str
    name: str
    description: str
    classes: int
    coverage: float | None
    largest: str
    largest_size: Figure
    serves: bool


class Waiting(msgspec.Struct, frozen=True):
    """A ready-made definition that is not used here: why it does not fit, or nothing."""

    key: str
    name: str
    description: str
    classes: int
    reason: str = ""


class Listing(msgspec.Struct, frozen=True):
    """What the page shows."""

    lines: tuple[Line, ...]
    ready: tuple[Waiting, ...]
    left_out: tuple[Waiting, ...]
    at: dt.datetime | None


def listing(desk: Desk, *, language: str, counts: Counts) -> Listing:
    """Every segmentation, then those that are ready to be used."""
    document, figures, sizes = defined(desk.ws.store)[1].document, all_figures(desk), counts.segments()
    customers = counts.everybody().value
    lines = tuple(
        _line(each, sizes, customers=customers, language=language) for each in document.segmentations
    )
    key = ("ready", desk.state())
    found = desk.keep(key, lambda: ready_here(desk.ws.store, desk.ws.catalogue.current()))
    known, fitting = keys_of(document), keys_of(found.definitions)
    reasons = {each.key: each.reason.in_language(language) for each in found.left_out}
    waiting = tuple(
        Waiting(
            each.key,
            said(each.name, language),
            said(each.description, language),
            len(each.classes) + 1 if isinstance(each, Segmentation) else 0,
            reasons.get(each.key, ""),
        )
        for each in names_library().values()
        if each.key not in known
    )
    ready = tuple(each for each in waiting if each.key in fitting)
    return Listing(lines, ready, tuple(each for each in waiting if each.key in reasons), figures.at)


def keys_of(document: DefinitionFile) -> set[str]:
    """The keys of all segments and segmentations."""
    return {each.key for each in document.segments} | {each.key for each in document.segmentations}


def _line(each: Segmentation, sizes: dict[str, Figure], *, customers: int | None, language: str) -> Line:
    keys = class_keys(each)
    parts: tuple[Class | Remainder, ...] = (*each.classes, each.otherwise)
    known = [(sizes.get(key, Figure()), part) for key, part in zip(keys, parts, strict=True)]
    largest, part = max(known, key=lambda pair: pair[0].value or 0)
    covered = [figure.value for figure, _ in known[:-1]]
    share = None
    if customers and all(value is not None for value in covered):
        share = sum(value or 0 for value in covered) / customers
    return Line(
        key=each.key,
        name=said(each.name, language),
        description=said(each.description, language),
        classes=len(parts),
        coverage=share,
        largest=said(part.name, language),
        largest_size=largest,
        serves=SCORE in each.tags,
    )
