"""What can be added to a group: every subject of the catalogue, by family."""

from __future__ import annotations

from collections.abc import Iterator

from vitrail.app.web.builder.form import Group, Part, Row
from vitrail.app.web.builder.subjects import detail_codes
from vitrail.app.web.builder.words import subject_word
from vitrail.app.web.speech import Speech
from vitrail.model.catalogue import Catalogue

Offer = tuple[str, tuple[tuple[str, str], ...]]
"""The name of a family, and its subjects: code and words."""


def offers(catalogue: Catalogue, speech: Speech) -> tuple[Offer, ...]:
    """Every subject, in families that are not empty."""
    families = (
        (speech.say("Profile"), _traits(catalogue)),
        (speech.say("What they did"), _records(catalogue, "event")),
        (speech.say("What they have"), _records(catalogue, "record")),
        (speech.say("Segments, consents, scores"), list(_decided(catalogue))),
        (speech.say("Other"), list(_others(catalogue))),
    )
    return tuple(
        (name, tuple((about, subject_word(about, catalogue, speech=speech)) for about in codes))
        for name, codes in families
        if codes
    )


def fresh(about: str, catalogue: Catalogue) -> Part | None:
    """A new row about a subject, to be filled in; None for what nobody offers."""
    if about == "group":
        return Group("any")
    what, _, name = about.partition(":")
    if what == "of" and name in catalogue.collections:
        return Row(about, {"figure": ("did",)})
    known = any(about == code for code in (*_traits(catalogue), *_decided(catalogue), *_others(catalogue)))
    return Row(about) if known else None


def with_detail(row: Row, catalogue: Catalogue) -> Row:
    """The row with one more detail of its records, to be filled in."""
    collection = catalogue.collections.get(row.about.partition(":")[2])
    codes = detail_codes(collection) if collection else ()
    return Row(row.about, row.fields, (*row.details, {"f": (codes[0],)})) if codes else row


def _traits(catalogue: Catalogue) -> list[str]:
    found: list[str] = []
    for name, field in catalogue.traits.items():
        found.append(f"trait:{name}")
        if field.type == "date":
            found += [f"age:{name}", f"anniversary:{name}"]
    return found


def _records(catalogue: Catalogue, kind: str) -> list[str]:
    return [f"of:{each.name}" for each in catalogue.collections.values() if each.kind == kind]


def _decided(catalogue: Catalogue) -> Iterator[str]:
    if catalogue.segments:
        yield "segment"
    if catalogue.purposes:
        yield "consent"
    yield from (f"score:{name}" for name in catalogue.scores)


def _others(catalogue: Catalogue) -> Iterator[str]:
    places = {"latitude", "longitude"} & catalogue.traits.keys()
    if len(places) == 2:
        yield "place:latitude/longitude"
    yield from ("sample", "text", "group")
