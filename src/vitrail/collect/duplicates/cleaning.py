"""Values as they are compared: names, streets and towns without what people write in many ways."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import assert_never

import msgspec

from vitrail.collect.identity.forms import Reject, normalise
from vitrail.model.catalogue import Compared

LONGEST = 60


class Words(msgspec.Struct, frozen=True):
    """What people write in many ways, as the file lists it; `between` stand between two surnames."""

    civilities: frozenset[str]
    particles: frozenset[str]
    between: frozenset[str]
    saints: dict[str, str]
    ways: dict[str, str]


@cache
def known_words() -> Words:
    """The file of words."""
    return msgspec.yaml.decode(files(__package__).joinpath("words.yaml").read_bytes(), type=Words)


_NUMBER = re.compile(r"^\s*(\d+)\s*(bis|ter|quater|[a-d])?(?![a-z\d])[\s,]*", re.IGNORECASE)


def clean(kind: Compared, text: str) -> str:
    """The text of a part as it is compared; empty when it says nothing.

    >>> clean("surname", "Mme de La Fontaine née St-Exupéry"), clean("given_name", "Jean-François")
    ('fontaine saint exupery', 'jean francois')
    >>> clean("street", "12 bis, bd. du Gal Leclerc"), clean("birth_date", "1980-05-07")
    ('boulevard du general leclerc', '19800507')
    """
    match kind:
        case "given_name":
            return _joined(word for word in words(text) if word not in known_words().civilities)
        case "surname":
            return _surname(text)
        case "full_name":
            return _full_name(text)
        case "birth_date":
            return _date(text)
        case "email" | "phone":
            found = normalise(kind, text)
            return "" if isinstance(found, Reject) else found
        case "street":
            return _street(text)
        case "number" | "postcode" | "code":
            return "".join(words(text))
        case "city":
            return _city(text)
        case "text":
            return _joined(words(text))
        case _:
            assert_never(kind)


def number_of(street: str) -> str:
    """The number at the head of a street: `12bis` of `12 bis, rue Haute`."""
    found = _NUMBER.match(street)
    return (found[1].lstrip("0") + (found[2] or "").lower()) if found else ""


def words(text: str) -> list[str]:
    """The words of a text, small and without accents."""
    folded = text.casefold().replace("œ", "oe").replace("æ", "ae").replace("ø", "o")
    plain = unicodedata.normalize("NFKD", folded)
    letters = "".join(each for each in plain if not unicodedata.combining(each))
    return re.findall(r"[^\W_]+", letters)


def _surname(text: str) -> str:
    known = known_words()
    kept = _without(words(text), known.civilities | known.between)
    found = [known.saints.get(word, word) for word in kept]
    return _joined([word for word in found if word not in known.particles] or found)


def _full_name(text: str) -> str:
    known = known_words()
    return _joined(sorted(_without(words(text), known.civilities | known.particles | known.between)))


def _street(text: str) -> str:
    known = known_words()
    return _joined(
        known.ways.get(word, known.saints.get(word, word)) for word in words(_NUMBER.sub("", text))
    )


def _city(text: str) -> str:
    saints = known_words().saints
    return _joined(saints.get(word, word) for word in words(text) if not word.isdigit() and word != "cedex")


def _without(found: list[str], spare: frozenset[str]) -> list[str]:
    return [word for word in found if word not in spare] or found


def _date(text: str) -> str:
    """Eight digits, year first: those of a date, or those that were written, even if there is no such day."""
    try:
        return f"{dt.date.fromisoformat(text[:10]):%Y%m%d}"
    except ValueError:
        digits = re.sub(r"\D", "", text)
        return digits if len(digits) == 8 else ""


def _joined(found: Iterable[str]) -> str:
    return " ".join(found)[:LONGEST].strip()
