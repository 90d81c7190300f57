"""French grammar: articles, elision, contraction, agreement, plural, typography."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import msgspec

from vitrail.language.sentences.words import printable
from vitrail.model.catalogue import Gender, Label

NARROW = "\u202f"
FIXED = "\u00a0"

_ASPIRATED = re.compile(
    "hache|haie|haine|hall|halle|halo|halte|hamac|hameau|hamster|hanche|handicap|hangar|harcelement|hard|"
    "hardware|harem|hareng|haricot|harnais|harpe|hasard|hate|hausse|haut|haute|hauteur|havre|heron|heros|herse|"
    "heurt|hibou|hierarchie|hip|hippie|hit|hobby|hockey|hold|homard|honte|hoquet|hors|hot|hotte|houle|housse|"
    "hub|hublot|huit|huitieme|hurlement|hutte",
)
_NOT_ELIDED = re.compile("onz|oui|ouist|yaourt|yog|yach|y[aeo]|uhlan|ululer")
_SMALL_WORDS = {"de", "d", "du", "des", "à", "au", "aux", "en", "par", "sur", "pour", "sans", "avec"}


class Noun(msgspec.Struct, frozen=True):
    """A noun: one, many, gender where it is known; `quoted` when it is a name between « »."""

    one: str
    many: str
    gender: Gender | None = None
    quoted: bool = False


class Phrase(msgspec.Struct, frozen=True):
    """A noun with its article: `le`, `la`, `l’`, `les` or none."""

    article: str
    body: str
    gender: Gender = "m"
    plural: bool = False

    @property
    def text(self) -> str:
        """The phrase as a subject."""
        return f"{self.article}{self.body}"


def quoted(text: str) -> str:
    """A word as it is written in the data: `« FR »`."""
    return f"«{NARROW}{printable(text)}{NARROW}»"


def typographic(text: str) -> str:
    """A label with the apostrophe of books."""
    return printable(text).replace("'", "’")


def requoted(sentence: str) -> str:
    """A sentence cited inside « », its own quotation marks changed for inner ones."""
    inner = sentence.replace(f"«{NARROW}", "“").replace(f"{NARROW}»", "”")
    return f"«{NARROW}{inner}{NARROW}»"


def noun(label: Label | None, name: str) -> Noun:
    """The noun of a label; the name itself between « » where there is none."""
    if label is None or not label.fr:
        return Noun(quoted(name), quoted(name), quoted=True)
    many = label.fr_plural or plural(label.fr)
    return Noun(typographic(label.fr), typographic(many), label.gender)


def plural(words: str) -> str:
    """The usual plural: each word up to the first small one (`pages vues`, `ajouts au panier`)."""
    parts = re.split("([ ’'-])", words)
    for index in range(0, len(parts), 2):
        if parts[index].casefold() in _SMALL_WORDS:
            break
        parts[index] = _plural_word(parts[index])
    return "".join(parts)


def _plural_word(word: str) -> str:
    if not word or word[-1] in "sxz" or word.isupper():
        return word
    if word.endswith(("eau", "eu")):
        return f"{word}x"
    return f"{word[:-2]}aux" if word.endswith("al") else f"{word}s"


def elides(words: str) -> bool:
    """Whether an article loses its vowel before these words: `l’âge`, `l’hôtel`, but `le hall`."""
    start = _unaccented(words[:16])
    if start[:1] == "h":
        return _ASPIRATED.fullmatch(re.split("[ ’-]", start)[0]) is None
    return start[:1] in tuple("aeiouyœæ") and _NOT_ELIDED.match(start) is None


def _unaccented(words: str) -> str:
    plain = unicodedata.normalize("NFD", words.casefold())
    return "".join(each for each in plain if not unicodedata.combining(each))


def definite(word: Noun) -> Phrase:
    """`le pays`, `la ville`, `l’âge`; the label between « » where its gender is unknown."""
    if word.quoted:
        return Phrase("", word.one)
    if word.gender is None:
        return Phrase("", quoted(word.one))
    return the(word.one, word.gender)


def the(body: str, gender: Gender) -> Phrase:
    """Words with their singular article."""
    if elides(body):
        return Phrase("l’", body, gender)
    return Phrase("le " if gender == "m" else "la ", body, gender)


def the_many(body: str, gender: Gender | None) -> Phrase:
    """Words with their plural article."""
    return Phrase("les ", body, gender or "m", plural=True)


def of(phrase: Phrase) -> str:
    """`du pays`, `de la ville`, `de l’âge`, `des visites`, `d’âge`."""
    match phrase.article:
        case "le ":
            return f"du {phrase.body}"
        case "les ":
            return f"des {phrase.body}"
        case "":
            return of_words(phrase.body)
        case article:
            return f"de {article}{phrase.body}"


def of_words(words: str) -> str:
    """`de catégorie`, `d’origine`."""
    return f"d’{words}" if elides(words) else f"de {words}"


def to(phrase: Phrase) -> str:
    """`au pays`, `à la ville`, `à l’âge`, `aux visites`."""
    match phrase.article:
        case "le ":
            return f"au {phrase.body}"
        case "les ":
            return f"aux {phrase.body}"
        case article:
            return f"à {article}{phrase.body}"


def agreed(adjective: str, phrase: Phrase) -> str:
    """`connu`, `connue`, `connus`, `connues`."""
    return f"{adjective}{'e' if phrase.gender == 'f' else ''}{'s' if phrase.plural else ''}"


def a_or_an(gender: Gender | None) -> str:
    """`un`, `une`."""
    return "une" if gender == "f" else "un"


def ordinal(word: str, gender: Gender | None) -> str:
    """`premier`, `première`, `dernier`, `dernière`."""
    return f"{word[:-2]}ère" if gender == "f" else word


def one_of(words: Sequence[str]) -> str:
    """`A`, `A ou B`, `A, B ou C`."""
    return _listed(words, " ou ")


def each_of(words: Sequence[str]) -> str:
    """`A`, `A et B`, `A, B et C`."""
    return _listed(words, " et ")


def neither(words: Sequence[str]) -> str:
    """`A ni B`, `A, ni B, ni C`: what follows the first `ni`."""
    return " ni ".join(words) if len(words) == 2 else ", ni ".join(words)


def _listed(words: Sequence[str], joint: str) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])}{joint}{words[-1]}"
