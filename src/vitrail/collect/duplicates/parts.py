"""What is compared: the parts of a profile, how alike two values may be, and what is believed at first."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import msgspec

from vitrail.model.catalogue import Label

UNKNOWN, DIFFERENT = 0, 1
"""The first levels of every comparison: one value is not known; both are, and they are nothing alike."""

ALIKE, NEAR = 2, 5
"""Two levels of given names that tell little of who is meant (`Paul` and `Paula`, `Yvan` and `Yvon`)."""


class Level(msgspec.Struct, frozen=True, array_like=True):
    """One degree of likeness: its words, and how often it is met for one person, at first guess."""

    fr: str
    en: str
    believed: float


class Scale(msgspec.Struct, frozen=True):
    """The words of one comparison, and its degrees from different to the same."""

    words: tuple[str, str]
    levels: tuple[Level, ...]

    @property
    def label(self) -> Label:
        """What is compared."""
        return Label(*self.words)

    @property
    def same(self) -> int:
        """The number of the highest level."""
        return len(self.levels)


def scale(part: str) -> Scale:
    """The degrees of a comparison; that of `code:loyalty_card` is the one of codes."""
    return _scales()[part.partition(":")[0]]


@cache
def _scales() -> dict[str, Scale]:
    content = files(__package__).joinpath("scales.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=dict[str, Scale])
