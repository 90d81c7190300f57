"""The catalogue as pages show it: every trait, event and property, how full, fresh, and read by whom."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.known import Known, KnownCollection, KnownField, what_is_known
from vitrail.app.web.data.lately import PATIENCE, lately
from vitrail.app.web.desk import Desk
from vitrail.language.uses import uses
from vitrail.model.catalogue import Catalogue, Label

DRIFT = dt.timedelta(days=30)


class FieldPage(msgspec.Struct, frozen=True):
    """One trait or property, or a whole collection, with the segments that read it."""

    of: str
    known: KnownField | None
    collection: KnownCollection | None
    segments: tuple[str, ...]


LONG = 120.0
"""So many seconds what cannot do without figures waits for them."""


def known_soon(desk: Desk, *, patience: float = PATIENCE) -> Known | None:
    """The catalogue with its figures, of the last minutes; None while the first ones are being made."""
    return lately(desk, "known", work_out=lambda: what_is_known(desk.ws), patience=patience)


def drifted(desk: Desk) -> Known:
    """The same, and how values moved in a month."""
    since = dt.datetime.now(dt.UTC) - DRIFT
    found = lately(desk, "drift", work_out=lambda: what_is_known(desk.ws, since=since), patience=LONG)
    return found or what_is_known(desk.ws, since=since)


def field_page(desk: Desk, *, of: str, name: str) -> FieldPage | None:
    """One field or collection; None where there is none."""
    known = drifted(desk)
    segments = used_by(desk.ws.catalogue.current(), of=of, name=name)
    collection = next((each for each in known.collections if each.name == of), None) if of else None
    if of and collection is None:
        return None
    if not name:
        return FieldPage(of, None, collection, segments) if of else None
    fields = collection.properties if collection else known.traits
    field = next((each for each in fields if each.name == name), None)
    return None if field is None else FieldPage(of, field, collection, segments)


def used_by(catalogue: Catalogue, *, of: str, name: str) -> tuple[str, ...]:
    """The segments whose rules read a trait, a property or a collection."""
    found = []
    for key, condition in catalogue.segments.items():
        read = uses(condition, catalogue)
        if of and name:
            reads = (of, name) in read.properties
        elif of:
            reads = of in read.collections
        else:
            reads = name in read.traits
        if reads:
            found.append(key)
    return tuple(found)


def all_uses(catalogue: Catalogue) -> dict[tuple[str, str], int]:
    """How many segments read each trait, property and collection."""
    found: dict[tuple[str, str], int] = {}
    for condition in catalogue.segments.values():
        read = uses(condition, catalogue)
        places = [*(("", each) for each in read.traits), *((each, "") for each in read.collections)]
        for place in [*places, *read.properties]:
            found[place] = found.get(place, 0) + 1
    return found


def called(name: str, label: Label | None, *, language: str) -> str:
    """What a field is called, with a capital."""
    word = "" if label is None else (label.fr if language == "fr" else label.en)
    return word[:1].upper() + word[1:] if word else name
