"""What a catalogue gains once it says which traits are a postcode, a country, a town."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from vitrail.collect.reference.geography import computed_fields
from vitrail.model.catalogue import Catalogue, Computed, Field
from vitrail.model.errors import Problem, UserError, problem


def with_computed(traits: Mapping[str, Field], *, communes: bool) -> tuple[Field, ...]:
    """The computed traits that follow from the parts of an address among the traits.

    One whose name is taken by a trait that is loaded is named after its input too: `postcode_region`.
    """
    inputs = {str(each.geography): each.name for each in traits.values() if each.geography is not None}
    if not {"postcode", "country"} & inputs.keys():
        return ()
    return tuple(_named(field, traits) for field in computed_fields(inputs, communes=communes))


def _named(field: Field, traits: Mapping[str, Field]) -> Field:
    same = (each for each in traits.values() if _what(each.computed) == _what(field.computed))
    if known := next(same, None):
        label = known.label or field.label
        return msgspec.structs.replace(field, name=known.name, label=label, column=known.column)
    first = field.computed.inputs[0] if field.computed else ""
    return msgspec.structs.replace(field, name=f"{first}_{field.name}") if field.name in traits else field


def _what(computed: Computed | None) -> str | None:
    return None if computed is None else computed.what


def geography_problems(before: Catalogue, after: Catalogue) -> Iterator[Problem]:
    """What is wrong in what a catalogue says of addresses."""
    known: dict[str, str] = {}
    for name, field in after.traits.items():
        if field.geography is None:
            continue
        if field.type != "text":
            yield _not_text(field)
        if field.geography in known:
            yield _twice(field, known[field.geography])
        known[field.geography] = name
    for name, field in before.traits.items():
        if field.computed is not None and after.traits[name].computed is None:
            yield _is_computed(field)
    if "city" in known and not {"postcode", "country"} & known.keys():
        yield _city_alone(known["city"])


def check_not_computed(fields: Mapping[str, Field], names: Iterable[str]) -> None:
    """Refuse to load columns under the names of computed traits."""
    wrong = [fields[name] for name in names if name in fields and fields[name].computed is not None]
    if wrong:
        raise UserError(tuple(_is_computed(field) for field in wrong))


def _not_text(field: Field) -> Problem:
    return problem(
        "geography_not_text",
        path=f"traits.{field.name}",
        fr=f"« {field.name} » est du type {field.type} : une partie d’adresse est un texte, sinon le zéro "
        "de 01000 se perd. Déclarez-la « type: text » avant le premier chargement, ou chargez-la sous un "
        "autre nom.",
        en=f"“{field.name}” is of the type {field.type}: a part of an address is a text, or the zero of "
        "01000 is lost. Declare it “type: text” before the first load, or load it under another name.",
    )


def _twice(field: Field, other: str) -> Problem:
    return problem(
        "geography_twice",
        path=f"traits.{field.name}",
        fr=f"« {other} » et « {field.name} » sont tous deux « geography: {field.geography} » : "
        "gardez l’adresse où la personne habite.",
        en=f"“{other}” and “{field.name}” are both “geography: {field.geography}”: keep the address "
        "where the person lives.",
        hint=(other,),
    )


def _city_alone(name: str) -> Problem:
    return problem(
        "geography_city_alone",
        path=f"traits.{name}",
        fr=f"« {name} » ne suffit pas à situer quelqu’un : déclarez aussi le code postal "
        "(geography: postcode).",
        en=f"“{name}” is not enough to place someone: declare the postcode too (geography: postcode).",
    )


def _is_computed(field: Field) -> Problem:
    inputs = ", ".join(field.computed.inputs) if field.computed else ""
    return problem(
        "trait_computed",
        path=field.name,
        fr=f"« {field.name} » est calculé à partir de {inputs} et ne se charge pas. Rien n’a été chargé : "
        "donnez un autre nom à cette colonne, ou laissez-la de côté.",
        en=f"“{field.name}” is computed from {inputs} and is not loaded. Nothing was loaded: give that "
        "column another name, or leave it out.",
    )
