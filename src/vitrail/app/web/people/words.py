"""Values of customers as people write them: amounts with cents, choices by their words, days in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal

import msgspec
from babel.numbers import format_currency

from vitrail.app.people.searching import folded
from vitrail.app.web.speech import Speech
from vitrail.model.catalogue import Catalogue, Field, Label

MONEY = frozenset({"€", "EUR", "euro", "euros", "$", "USD", "£", "GBP"})
LONGEST = 300


class Words(msgspec.Struct, frozen=True):
    """The words of a workspace in one language: what its fields are called, and how values read."""

    speech: Speech
    catalogue: Catalogue

    def value(self, value: object, field: Field | None = None) -> str:
        """A value as a person reads it."""
        say = self.speech.say
        match value:
            case None:
                return "–"
            case bool():
                return say("yes") if value else say("no")
            case dt.datetime():
                return self.speech.moment(value)
            case dt.date():
                return self.speech.day(value)
            case int() | float() | Decimal():
                return self._number(value, field)
            case frozenset() | tuple() | list():
                return self.speech.listed([self._choice(each, field) for each in sorted(map(str, value))])
            case _:
                text = self._choice(str(value), field)
                return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"

    def price(self, amount: Decimal) -> str:
        """An amount with its cents."""
        return format_currency(amount, self.speech.currency, locale=self.speech.locale)

    def label(self, label: Label | None, otherwise: str) -> str:
        """What people call something, with a capital letter."""
        said = otherwise.replace("_", " ") if label is None else self._in(label)
        return said[:1].upper() + said[1:]

    def field(self, field: Field) -> str:
        """What people call a field."""
        return self.label(field.label, field.name)

    def collection(self, name: str) -> str:
        """What people call one event or record of a collection."""
        known = self.catalogue.collections.get(name)
        return self.label(None if known is None else known.label, name)

    def property(self, collection: str, name: str) -> str:
        """What people call a property of a collection."""
        known = self.catalogue.collections.get(collection)
        field = None if known is None else known.properties.get(name)
        return self.label(None if field is None else field.label, name)

    def purpose(self, key: str) -> str:
        """What people call a purpose."""
        known = self.catalogue.purposes.get(key)
        return self.label(None if known is None else known.label, key)

    def channel(self, key: str) -> str:
        """What people call a channel; no channel is all of them."""
        known = self.catalogue.channels.get(key)
        return self.label(None if known is None else known.label, key) if key else ""

    def score(self, key: str) -> str:
        """What people call a score."""
        known = self.catalogue.scores.get(key)
        return self.label(None if known is None else known.label, key)

    def _number(self, value: int | float | Decimal, field: Field | None) -> str:
        if is_money(field):
            return self.price(value if isinstance(value, Decimal) else Decimal(str(value)))
        written = self.speech.decimal(round(Decimal(str(value)), 4).normalize())
        return f"{written}\u00a0{field.unit}" if field is not None and field.unit else written

    def _choice(self, text: str, field: Field | None) -> str:
        for choice in () if field is None else field.choices:
            if choice.value == text and choice.label is not None:
                return self._in(choice.label)
        return text

    def _in(self, label: Label) -> str:
        return (label.fr if self.speech.language == "fr" else label.en) or label.fr or label.en


def is_money(field: Field | None) -> bool:
    """Whether the values of a field are amounts."""
    return field is not None and field.unit in MONEY


def marked(text: str, words: Iterable[str]) -> tuple[tuple[str, bool], ...]:
    """A text in pieces, those that hold a folded word marked: accents and capitals do not count."""
    plain, places = [], []
    for place, letter in enumerate(text):
        for each in folded(letter):
            plain.append(each)
            places.append(place)
    whole, inside = "".join(plain), [False] * len(text)
    for word in filter(None, words):
        start = whole.find(word)
        while start >= 0:
            for place in places[start : start + len(word)]:
                inside[place] = True
            start = whole.find(word, start + 1)
    pieces: list[tuple[str, bool]] = []
    for letter, is_marked in zip(text, inside, strict=True):
        if pieces and pieces[-1][1] == is_marked:
            pieces[-1] = (pieces[-1][0] + letter, is_marked)
        else:
            pieces.append((letter, is_marked))
    return tuple(pieces)
