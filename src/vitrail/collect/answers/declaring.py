"""What forms bring to the catalogue: the event of their answers, and the traits their questions fill."""

from __future__ import annotations

from collections.abc import Iterable

from vitrail.collect.declare import Declaration
from vitrail.model.catalogue import Catalogue, Choice, Collection, Field, Label, Type
from vitrail.model.forms import Form, Option, Question, QuestionKind, Words

TYPES: dict[QuestionKind, Type] = {
    "nps": "integer",
    "rating": "integer",
    "choice": "text",
    "choices": "texts",
    "yes_no": "boolean",
    "text": "text",
    "date": "date",
    "number": "decimal",
}
FORM = "form"
"""The property that holds the key of the form."""


def declaration_of(forms: Iterable[Form], catalogue: Catalogue) -> Declaration:
    """The traits and events of forms, beside the words the catalogue has for them already."""
    traits: dict[str, Field] = {}
    collections: dict[str, Collection] = {}
    for form in forms:
        known = collections.get(form.event) or catalogue.collections.get(form.event)
        collections[form.event] = _collection(form, known)
        for question in form.questions:
            if question.trait:
                present = catalogue.traits.get(question.trait)
                traits[question.trait] = _field(question, question.trait, known=present)
    return Declaration(traits=tuple(traits.values()), collections=tuple(collections.values()))


def _collection(form: Form, known: Collection | None) -> Collection:
    properties = dict(known.properties) if known else {}
    properties.setdefault(FORM, Field(FORM, "text", "", label=Label(fr="formulaire", en="form")))
    for question in form.questions:
        properties[question.key] = _field(question, question.key, known=properties.get(question.key))
    label = known.label if known else None
    return Collection(form.event, "event", "", label=label, properties=properties)


def _field(question: Question, name: str, *, known: Field | None) -> Field:
    """The field of a question; words and choices that were declared before stay."""
    choices = known.choices if known and known.choices else tuple(map(_choice, question.options))
    label = known.label if known and known.label else None
    column = known.column if known else ""
    return Field(name=name, type=TYPES[question.kind], column=column, label=label, choices=choices)


def _choice(option: Option) -> Choice:
    return Choice(option.value, _label(option.label))


def _label(words: Words) -> Label:
    first = next(iter(words.values()), "")
    return Label(fr=words.get("fr") or first, en=words.get("en") or first)
