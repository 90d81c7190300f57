"""The catalogue as pages show it: every trait, event and property, how full, fresh, and read by whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping

import msgspec

from vitrail.app.known import Known, KnownCollection, KnownField, what_is_known
from vitrail.app.web.data.lately import PATIENCE, lately
from vitrail.app.web.desk import Desk
from vitrail.consent.sensitive.places import is_sensitive
from vitrail.language.uses import uses
from vitrail.model.catalogue import Catalogue, Field, Label

DRIFT = dt.timedelta(days=30)
DRIFTED = "drift"


class FieldPage(msgspec.Struct, frozen=True):
    """One trait or property, or a whole collection, with the segments that read it."""

    of: str
    known: KnownField | None
    collection: KnownCollection | None
    segments: tuple[str, ...]


def known_soon(desk: Desk, *, patience: float = PATIENCE) -> Known | None:
    """The catalogue with its figures, of the last minutes; None while the first ones are being made."""
    return _lately(desk, "known", work_out=lambda: what_is_known(desk.ws), patience=patience)


def drifted(desk: Desk) -> Known | None:
    """The same, and how values moved in a month, once that is worked out."""
    since = dt.datetime.now(dt.UTC) - DRIFT
    found = _lately(
        desk, DRIFTED, work_out=lambda: what_is_known(desk.ws, since=since), patience=PATIENCE / 2
    )
    return found or known_soon(desk, patience=PATIENCE / 2)


def _lately(desk: Desk, name: str, *, work_out: Callable[[], Known], patience: float) -> Known | None:
    state = desk.ws.store.stamp()[0]
    found = lately(desk, name, work_out=work_out, state=state, patience=patience)
    return None if found is None else declared(found, desk.ws.catalogue.current())


def declared(known: Known, catalogue: Catalogue) -> Known:
    """Figures with what is declared now: its words show, and what it hides is hidden, at once."""
    collections = tuple(
        msgspec.structs.replace(
            each, label=now.label, properties=_declared(each.properties, now.properties, within=each.name)
        )
        for each in known.collections
        if (now := catalogue.collections.get(each.name)) is not None
    )
    return msgspec.structs.replace(
        known, traits=_declared(known.traits, catalogue.traits, within=""), collections=collections
    )


def _declared(
    fields: tuple[KnownField, ...], present: Mapping[str, Field], *, within: str
) -> tuple[KnownField, ...]:
    found = []
    for each in fields:
        now = present.get(each.name)
        if now is None:
            continue
        said = msgspec.structs.replace(each, label=now.label, unit=now.unit)
        if is_sensitive(now, within=within):
            said = msgspec.structs.replace(said, sensitive=True, values=(), range=None, drift=None)
        found.append(said)
    return tuple(found)


def field_page(desk: Desk, *, of: str, name: str) -> FieldPage | None:
    """One field or collection; None while nothing is known of it."""
    known = drifted(desk)
    if known is None:
        return None
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
