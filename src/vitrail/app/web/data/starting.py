"""The ready-made segments that fit a workspace, as the page of first segments offers them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from vitrail.app.ready import Ready
from vitrail.consent.small_groups import Figure
from vitrail.model.catalogue import Catalogue
from vitrail.model.definitions import Segmentation
from vitrail.model.errors import Message


class Offered(msgspec.Struct, frozen=True):
    """One ready-made segmentation or segment: its name, what it says, its classes with their sizes."""

    key: str
    name: str
    description: str
    classes: tuple[tuple[str, str, Figure | None], ...]
    is_there: bool
    size: Figure | None = None


class Offer(msgspec.Struct, frozen=True):
    """All that fits, and why the rest does not."""

    segmentations: tuple[Offered, ...]
    segments: tuple[Offered, ...]
    left_out: tuple[Message, ...]

    @property
    def is_there(self) -> bool:
        """Whether all of it is defined already."""
        return all(each.is_there for each in (*self.segmentations, *self.segments))


def offered(fitted: Ready, catalogue: Catalogue, *, sizes: Mapping[str, Figure], language: str) -> Offer:
    """The ready-made definitions that fit, in the language of the person."""
    known = catalogue.segments
    segmentations = tuple(
        Offered(
            key=each.key,
            name=_said(each.name, language),
            description=_said(each.description, language),
            classes=tuple(_classes(each, sizes=sizes, language=language)),
            is_there=any(key.startswith(f"{each.key}.") for key in known),
        )
        for each in fitted.definitions.segmentations
    )
    segments = tuple(
        Offered(
            key=each.key,
            name=_said(each.name, language),
            description=_said(each.description, language),
            classes=(),
            is_there=each.key in known,
            size=sizes.get(each.key),
        )
        for each in fitted.definitions.segments
    )
    return Offer(segmentations, segments, tuple(each.reason for each in fitted.left_out))


def _classes(
    segmentation: Segmentation, *, sizes: Mapping[str, Figure], language: str
) -> Iterator[tuple[str, str, Figure | None]]:
    parts = [(each.key, each.name) for each in segmentation.classes]
    for part, name in [*parts, (segmentation.otherwise.key, segmentation.otherwise.name)]:
        key = f"{segmentation.key}.{part}"
        yield key, _said(name, language), sizes.get(key)


def _said(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or next(iter(words.values()), "")
