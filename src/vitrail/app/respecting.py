"""What a workspace says of how it treats people: what is intrusive, what is sensitive, why they are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.respect_settings import respect_of
from vitrail.app.retention import Retention
from vitrail.app.segment_view import SegmentView
from vitrail.consent.lint.judging import judge
from vitrail.consent.lint.rules import Remark
from vitrail.consent.purposes import register_of
from vitrail.consent.why import Grounds, WhySeen, why_seen
from vitrail.engine.duckdb import DuckDB
from vitrail.model.definitions import Class, DefinitionFile, Remainder
from vitrail.model.errors import Message, UserError
from vitrail.model.purposes import PurposeFile
from vitrail.warehouse import memberships
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.refresh import defined
from vitrail.warehouse.store import Store


class Linted(msgspec.Struct, frozen=True):
    """What the lint says of one segment or class, worst first."""

    key: str
    remarks: tuple[Remark, ...]


class Respecting:
    """The part of a workspace that looks at segments with the eyes of those who are in them."""

    store: Store
    database: DuckDB

    @property
    def retention(self) -> Retention:
        """How long people and what they did are kept: `.define(…)`, `.plan()`, `.run(plan)`."""
        return Retention(self.store, self.database)

    def lint(self, *keys: str) -> tuple[Linted, ...]:
        """What customers would find intrusive in some segments, or in all; those without remarks too.

        Raises `UserError` for a key that nothing is defined under.
        """
        compiled = defined(self.store)[1]
        known, catalogue = compiled.conditions, compiled.catalogue(self.store.catalogue)
        wanted = [each for key in keys for each in _under(key, known)] if keys else list(known)
        sizes = memberships.current_members(self.store)
        words = dict(_words(compiled.document))
        smallest = respect_of(self.store).smallest_group
        return tuple(
            Linted(
                key,
                judge(
                    known[key],
                    catalogue,
                    words=words.get(key, {}),
                    size=len(sizes[key]) if key in sizes else None,
                    smallest=smallest,
                ),
            )
            for key in wanted
        )

    def why_seen(self, profile: str | int, segment: str, *, language: str = "fr") -> WhySeen:
        """Why somebody is met by a segment, said to them: the true rule, what of theirs met it, their rights.

        As of the last refresh, on the grounds of the first purpose the segment names. Raises `UserError`
        for a profile or a segment nobody knows.
        """
        compiled = defined(self.store)[1]
        known = compiled.catalogue(self.store.catalogue)
        if segment not in known.segments:
            raise UserError((unknown_segment(segment, known.segments),))
        found = SegmentView(self.store, segment, database=self.database).explain(str(profile))
        grounds = _grounds(compiled.document, segment, register=register_of(self.store).document)
        return why_seen(found, grounds, catalogue=known, language=language)


def _under(key: str, known: Mapping[str, object]) -> list[str]:
    """The segment of a key, or the classes of a segmentation."""
    found = [each for each in known if each == key or each.startswith(f"{key}.")]
    if not found:
        raise UserError((unknown_segment(key, known),))
    return found


def _words(document: DefinitionFile) -> Iterator[tuple[str, dict[str, str]]]:
    """What each key is called, and how it is described."""
    for segment in document.segments:
        yield segment.key, _texts(segment.name, segment.description)
    for grouped in document.segmentations:
        parts: list[Class | Remainder] = [*grouped.classes, grouped.otherwise]
        for each in parts:
            yield f"{grouped.key}.{each.key}", _texts(grouped.name, each.name, each.description)


def _texts(*words: Mapping[str, str]) -> dict[str, str]:
    return {
        f"{place}.{language}": text for place, each in enumerate(words) for language, text in each.items()
    }


def _grounds(document: DefinitionFile, key: str, *, register: PurposeFile) -> Grounds | None:
    """On which grounds a segment acts: those of the first purpose it names."""
    base = key.partition(".")[0]
    named = [each.purposes for each in document.segments if each.key == key]
    named += [each.purposes for each in document.segmentations if each.key == base]
    purpose = next((found for keys in named for each in keys if (found := register.find(each))), None)
    if purpose is None:
        return None
    return Grounds(
        purpose=_message(purpose.name),
        basis=purpose.basis,
        marketing=purpose.marketing,
        law=_message(purpose.law),
        contact=register.controller.contact if register.controller else "",
    )


def _message(words: Mapping[str, str]) -> Message:
    first = next(iter(words.values()), "")
    return Message(fr=words.get("fr", first), en=words.get("en", first))
