"""What a workspace says of how it treats people: what is intrusive, what is sensitive, why they are met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.respect_settings import respect_of
from vitrail.app.segment_view import SegmentView
from vitrail.consent.lint.judging import judge
from vitrail.consent.lint.rules import Remark
from vitrail.consent.why import WhySeen, why_seen
from vitrail.engine.duckdb import DuckDB
from vitrail.model.definitions import Class, DefinitionFile, Remainder
from vitrail.model.errors import UserError
from vitrail.warehouse import memberships
from vitrail.warehouse.definitions import unknown_segment
from vitrail.warehouse.refresh import catalogue_in_force, defined
from vitrail.warehouse.store import Store


class Linted(msgspec.Struct, frozen=True):
    """What the lint says of one segment or class, worst first."""

    key: str
    remarks: tuple[Remark, ...]


class Respecting:
    """The part of a workspace that looks at segments with the eyes of those who are in them."""

    store: Store
    database: DuckDB

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

        As of the last refresh. Raises `UserError` for a profile or a segment nobody knows.
        """
        known = catalogue_in_force(self.store)
        if segment not in known.segments:
            raise UserError((unknown_segment(segment, known.segments),))
        found = SegmentView(self.store, segment, database=self.database).explain(str(profile))
        return why_seen(found, None, catalogue=known, language=language)


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
