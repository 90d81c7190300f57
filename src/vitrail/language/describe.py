"""Tree to sentence: what a condition says, in French or in English, as a person would write it."""

from __future__ import annotations

import msgspec

from vitrail.language.sentences import english, french, layout
from vitrail.language.sentences.english import addressed as english_addressed
from vitrail.language.sentences.english.literals import window as english_window
from vitrail.language.sentences.english.phrases import selected as english_selection
from vitrail.language.sentences.french import addressed as french_addressed
from vitrail.language.sentences.french.literals import window as french_window
from vitrail.language.sentences.french.phrases import many_of as french_selection
from vitrail.language.sentences.reading import arrange
from vitrail.language.sentences.scene import Scene
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Condition, Selection, Value, Window


def describe(condition: Condition, catalogue: Catalogue, *, language: str = "fr") -> str:
    """The sentence of a condition, without capital or full stop; a long one is a list, one line each.

    French for `fr`, British English for any other language. Names that the catalogue does not know
    are cited as they are.

    >>> from vitrail.language.parse import parse
    >>> describe(parse("count(`order`, last 90 days) >= 2"), Catalogue(), language="en")
    'the customer has at least 2 “order” in the last 90 days'
    """
    return layout.sentence(arrange(condition), _scene(catalogue, language))


def describe_to(condition: Condition, catalogue: Catalogue, *, language: str = "fr") -> str:
    """The same sentence, said to the customer.

    >>> from vitrail.language.parse import parse
    >>> describe_to(parse("count(`order`, last 90 days) >= 2"), Catalogue(), language="en")
    'you have at least 2 “order” in the last 90 days'
    """
    speak = french_addressed.speak_to if language == "fr" else english_addressed.speak_to
    scene = msgspec.structs.replace(_scene(catalogue, language), speak=speak)
    return layout.sentence(arrange(condition), scene)


def yours(phrase: str, language: str = "fr") -> str:
    """A noun phrase as the customer's: `le pays` is `votre pays`."""
    return french_addressed.yours(phrase) if language == "fr" else english_addressed.yours(phrase)


def describe_value(
    value: Value,
    catalogue: Catalogue,
    *,
    language: str = "fr",
    collection: str | None = None,
    like: Value | None = None,
) -> str:
    """The noun phrase of a value: `la dernière commande`, `the total amount of their orders`.

    `collection` is the one a property belongs to. A constant is written as the value `like` writes
    its own: `France` for `"FR"` like the trait `country`, `500 €` for 500 like an amount.
    """
    scene = msgspec.structs.replace(_scene(catalogue, language), collection=collection)
    if language == "fr":
        return french.name(value, scene, like=like)
    return english.name(value, scene, like=like)


def describe_window(window: Window, catalogue: Catalogue, *, language: str = "fr") -> str:
    """The phrase of a window: `au cours des 90 derniers jours`, `in the last 90 days`."""
    scene = _scene(catalogue, language)
    return french_window(window, scene) if language == "fr" else english_window(window, scene)


def describe_selection(selection: Selection, catalogue: Catalogue, *, language: str = "fr") -> str:
    """The noun phrase of some records: `commandes de catégorie vin au cours des 90 derniers jours`."""
    scene = _scene(catalogue, language)
    return french_selection(selection, scene) if language == "fr" else english_selection(selection, scene)


def _scene(catalogue: Catalogue, language: str) -> Scene:
    return french.scene(catalogue) if language == "fr" else english.scene(catalogue)
