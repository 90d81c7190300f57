"""Spotting subjects in words: a lexicon of what people call things, with what only looks like it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import lru_cache

import msgspec

APART = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
WORDS = re.compile(r"[a-z0-9]+")
CUT = " | "
"""What stands for words that were set aside: nothing is read across it."""


class Entries(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one subject is called: words and phrases without accents, `*` for any ending.

    `words` count anywhere, `names` in the names of traits, events and segments, `values` in what they
    hold. What stands in `unless` is set aside before looking. A word in `near` does not count where the
    text, or the names around it, hold one of its companions.
    """

    words: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    near: Mapping[str, tuple[str, ...]] = {}


class Spotted(msgspec.Struct, frozen=True):
    """A subject that a text is about, and the words that tell."""

    subject: str
    words: str


class Lexicon(msgspec.Struct, frozen=True):
    """Subjects with their words, ready to look for."""

    subjects: tuple[_Subject, ...]

    def spot(self, text: str, *, within: str = "", is_name: bool) -> tuple[Spotted, ...]:
        """The subjects of a name, or of a value; `within` is what stands around it: other names."""
        told, around = spoken(text), spoken(within)
        found = (each.spot(told, around=around, is_name=is_name) for each in self.subjects)
        return tuple(each for each in found if each is not None)


class _Subject(msgspec.Struct, frozen=True):
    key: str
    in_names: re.Pattern[str]
    in_values: re.Pattern[str]
    unless: re.Pattern[str]
    near: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]

    def spot(self, told: str, *, around: str, is_name: bool) -> Spotted | None:
        pattern = self.in_names if is_name else self.in_values
        for each in pattern.finditer(self.unless.sub(CUT, told)):
            words = each.group().strip()
            if not self._is_excused(f" {words} ", f"{told}{around}"):
                return Spotted(self.key, words)
        return None

    def _is_excused(self, words: str, whole: str) -> bool:
        return any(word.search(words) and others.search(whole) for word, others in self.near)


def lexicon(entries: Mapping[str, Entries]) -> Lexicon:
    """A lexicon from what its subjects are called."""
    return Lexicon(tuple(_subject(key, each) for key, each in entries.items()))


@lru_cache(maxsize=4096)
def spoken(text: str) -> str:
    """A text as words: small letters without accents, one space between and around them."""
    plain = unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("Œ", "Oe"))
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return f" {' '.join(WORDS.findall(APART.sub(' ', letters).lower()))} "


def _subject(key: str, entries: Entries) -> _Subject:
    return _Subject(
        key=key,
        in_names=_any(entries.words + entries.names),
        in_values=_any(entries.words + entries.values),
        unless=_any(entries.unless),
        near=tuple((_any((word,)), _any(companions)) for word, companions in sorted(entries.near.items())),
    )


def _any(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Any of some phrases, as whole words; the space after is left for the next one."""
    if not phrases:
        return re.compile(r"(?!)")
    return re.compile(f" (?:{'|'.join(_patterns(phrases))})(?= )")


def _patterns(phrases: tuple[str, ...]) -> Iterator[str]:
    for phrase in sorted(phrases, key=len, reverse=True):
        yield re.escape(phrase).replace(r"\*", "[a-z0-9]*").replace(r"\ ", " ")
