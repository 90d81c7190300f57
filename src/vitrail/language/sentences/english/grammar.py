"""English grammar: articles, plural, quotation marks, lists."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from vitrail.language.sentences.words import printable
from vitrail.model.catalogue import Label

_SMALL_WORDS = {"of", "to", "in", "on", "at", "for", "with", "by", "from"}
_CONSONANT_SOUNDS = re.compile("(uni[tcvf]|us[ea]|eu|one|once|ubiq)")
_VOWEL_SOUNDS = re.compile("(hour|hon(est|our)|heir|sms|nps|rfm)")


class Noun(msgspec.Struct, frozen=True):
    """A noun: one and many; `quoted` when it is a name between quotation marks."""

    one: str
    many: str
    quoted: bool = False


class Phrase(msgspec.Struct, frozen=True):
    """A noun, with `the` where it takes it."""

    body: str
    article: str = "the "
    plural: bool = False

    @property
    def text(self) -> str:
        """The phrase as a subject."""
        return f"{self.article}{self.body}"


def quoted(text: str) -> str:
    """A word as it is written in the data: `“FR”`."""
    return f"“{printable(text)}”"


def requoted(sentence: str) -> str:
    """A sentence cited inside quotation marks, its own changed for single ones."""
    return f"“{sentence.replace('“', '‘').replace('”', '’')}”"


def typographic(text: str) -> str:
    """A label with the apostrophe of books."""
    return printable(text).replace("'", "’")


def noun(label: Label | None, name: str) -> Noun:
    """The noun of a label; the name itself between quotation marks where there is none."""
    if label is None or not label.en:
        return Noun(quoted(name), quoted(name), quoted=True)
    return Noun(typographic(label.en), typographic(label.en_plural or plural(label.en)))


def plural(words: str) -> str:
    """The usual plural, of the last word before a small one (`visits to the shop`, `page views`)."""
    parts = words.split(" ")
    small = [index for index, part in enumerate(parts) if part in _SMALL_WORDS and index]
    last = (small[0] if small else len(parts)) - 1
    return " ".join([*parts[:last], _plural_word(parts[last]), *parts[last + 1 :]])


def _plural_word(word: str) -> str:
    if re.search("[^aeiou]y$", word):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "z", "ch", "sh")) else f"{word}s"


def definite(word: Noun) -> Phrase:
    """`the country`; a quoted name has no article."""
    return Phrase(word.one, "" if word.quoted else "the ")


def a_or_an(words: str) -> str:
    """`an order`, `a visit`, `an hour`, `a unit`."""
    start = words.casefold().lstrip("“")
    vowel = start[:1] in "aeiou" and not _CONSONANT_SOUNDS.match(start)
    return "an" if vowel or _VOWEL_SOUNDS.match(start) else "a"


def one_of(words: Sequence[str]) -> str:
    """`A`, `A or B`, `A, B or C`."""
    return _listed(words, " or ")


def each_of(words: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`."""
    return _listed(words, " and ")


def neither(words: Sequence[str]) -> str:
    """`neither A nor B`, `none of A, B and C`."""
    return f"neither {words[0]} nor {words[1]}" if len(words) == 2 else f"none of {each_of(words)}"


def _listed(words: Sequence[str], joint: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}{joint}{words[-1]}"
