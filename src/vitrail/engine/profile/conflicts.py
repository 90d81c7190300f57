"""What holds of a trait where sources disagree, in plain loops."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Protocol, TypeVar, assert_never

from vitrail.model.catalogue import DECISIVE, RECTIFIED, Policy


class Word(Protocol):
    """What was said of a trait, at an instant, by a source, about one of the profiles of a customer."""

    @property
    def at_us(self) -> int: ...
    @property
    def sequence(self) -> int: ...
    @property
    def part(self) -> int: ...
    @property
    def source(self) -> str | None: ...
    @property
    def value(self) -> Hashable: ...


W = TypeVar("W", bound=Word)


def place(word: Word) -> tuple[int, int, int]:
    """The order of words: by instant, by arrival, by profile."""
    return word.at_us, word.sequence, word.part


def held(words: Iterable[W], policy: Policy | None) -> W | None:
    """The word that counts, among words that all say something; None when there is none."""
    said = sorted(words, key=place)
    if not said:
        return None
    if policy is None:
        return said[-1]
    match policy.by:
        case "latest":
            return said[-1]
        case "priority":
            ranks = {source: rank for rank, source in enumerate(policy.ranked)}
            return max(said, key=lambda word: (-ranks.get(word.source or "", len(ranks)), place(word)))
        case "most_frequent":
            return _most_frequent(said)
        case _:
            assert_never(policy.by)


def _most_frequent(said: list[W]) -> W:
    """Each source has one voice on each profile: its last word. Among equals, what was said last."""
    voices = {(word.source, word.part): word for word in said}
    count: dict[Hashable, int] = {}
    for word in voices.values():
        weight = DECISIVE if word.source == RECTIFIED else 1
        count[word.value] = count.get(word.value, 0) + weight
    return max(voices.values(), key=lambda word: (count[word.value], place(word)))
