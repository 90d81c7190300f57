"""What is allowed and probably not meant."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from vitrail.language.messages import nearest, shortened
from vitrail.model.catalogue import Catalogue, Field
from vitrail.model.errors import Problem, problem
from vitrail.model.tree import (
    Aggregate,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Count,
    Has,
    Integer,
    Known,
    Not,
    Number,
    OneOf,
    Property,
    Rank,
    Selection,
    Step,
    Text,
    Trait,
    Tree,
)
from vitrail.model.walk import children


def warnings(condition: Condition, catalogue: Catalogue, *, purpose: str | None) -> list[Problem]:
    """The doubtful places of a condition that is otherwise right."""
    found = _below("", condition, names=_Names(catalogue.traits, catalogue, purpose))
    return [msgspec.structs.replace(each, severity="warning") for each in found]


class _Names(msgspec.Struct, frozen=True):
    fields: dict[str, Field]
    catalogue: Catalogue
    purpose: str | None

    def inside(self, collection: str) -> _Names:
        known = self.catalogue.collections.get(collection)
        return msgspec.structs.replace(self, fields=known.properties if known else {})


def _below(path: str, node: Tree, *, names: _Names) -> Iterator[Problem]:
    yield from _here(path, node, names=names)
    inner = names.inside(node.collection) if isinstance(node, Selection | Step) else names
    for step, below in children(node):
        yield from _below(f"{path}.{step}" if path else step, below, names=inner)


def _here(path: str, node: Tree, *, names: _Names) -> Iterator[Problem]:
    match node:
        case AnyOf(conditions):
            if any(_is_negation(each) for each in conditions):
                yield _or_with_negation(path)
        case Compare(Trait(name) | Property(name), "=" | "!=" as operator, Text() as wanted):
            yield from _undeclared(path, names.fields.get(name), wanted=[wanted], negated=operator == "!=")
        case OneOf(Trait(name) | Property(name), choices, negated):
            yield from _undeclared(path, names.fields.get(name), wanted=list(choices), negated=negated)
        case Has(Trait(name) | Property(name)):
            yield from _unheard_of(path, names.fields.get(name), has=node)
        case Compare(Text() as wanted, "=" | "!=" as operator, Trait(name) | Property(name)):
            yield from _undeclared(path, names.fields.get(name), wanted=[wanted], negated=operator == "!=")
        case Compare(Count() | Aggregate("distinct"), operator, Integer(value)):
            yield from _impossible_count(path, operator, value=value)
        case Compare(Rank("percentile"), _, Number(share)) if 0 < share < 1:
            yield _percentile(path, share)
        case Aggregate(_, name, selection):
            yield from _sensitive(
                path, names.inside(selection.collection).fields.get(name), purpose=names.purpose
            )
        case Trait(name) | Property(name):
            yield from _sensitive(path, names.fields.get(name), purpose=names.purpose)
        case _:
            return


def _is_negation(condition: Condition) -> bool:
    match condition:
        case Not() | Compare(_, "!=", _):
            return True
        case Known():
            return False
        case _:
            return bool(getattr(condition, "negated", False))


def _or_with_negation(path: str) -> Problem:
    return problem(
        "or_with_negation",
        path=path,
        fr="Un « ou » contient une négation : presque tout le monde y répond. Vouliez-vous « et » ?",
        en='An "or" holds a negation: nearly everybody meets it. Did you mean "and"?',
    )


def _undeclared(
    path: str, field: Field | None, *, wanted: list[Constant], negated: bool
) -> Iterator[Problem]:
    if field is None or not field.choices:
        return
    declared, texts, missing = _compared(field, wanted)
    if missing and len(missing) == len(texts):
        yield _constant(path, always=negated, hint=nearest(missing[0], declared))
    elif texts and set(texts) >= set(declared):
        yield _constant(path, always=not negated, hint=())
    elif missing:
        yield _stray(path, missing[0], declared=declared)


def _unheard_of(path: str, field: Field | None, *, has: Has) -> Iterator[Problem]:
    """As for other comparisons, but a set may hold none of the declared values, or all of them."""
    if field is None or not field.choices:
        return
    declared, texts, missing = _compared(field, list(has.choices))
    if missing and (has.quantifier == "all" or len(missing) == len(texts)):
        yield _constant(path, always=has.negated, hint=nearest(missing[0], declared))
    elif missing:
        yield _stray(path, missing[0], declared=declared)


def _compared(field: Field, wanted: list[Constant]) -> tuple[list[str], list[str], list[str]]:
    """The declared values, the texts compared with them, and those that are not declared."""
    declared = [choice.value for choice in field.choices]
    texts = [each.value for each in wanted if isinstance(each, Text)]
    return declared, texts, [text for text in texts if text not in declared]


def _stray(path: str, text: str, *, declared: list[str]) -> Problem:
    shown = shortened(text)
    return problem(
        "undeclared_choice",
        path=path,
        fr=f"« {shown} » n’est pas une des valeurs déclarées.",
        en=f'"{shown}" is not one of the declared choices.',
        hint=nearest(text, declared),
    )


def _constant(path: str, *, always: bool, hint: tuple[str, ...]) -> Problem:
    if always:
        return problem(
            "always_true",
            path=path,
            fr="D’après les valeurs déclarées, cette condition est vraie dès que la valeur est connue.",
            en="Given the declared choices, this is true whenever the value is known.",
            hint=hint,
        )
    return problem(
        "always_false",
        path=path,
        fr="D’après les valeurs déclarées, cette condition n’est jamais vraie.",
        en="Given the declared choices, this is never true.",
        hint=hint,
    )


def _impossible_count(path: str, operator: str, *, value: int) -> Iterator[Problem]:
    if (operator == ">=" and value <= 0) or (operator in (">", "!=") and value < 0):
        yield problem(
            "always_true",
            path=path,
            fr="Un nombre n’est jamais négatif : cette condition est toujours vraie.",
            en="A count is never negative: this is always true.",
        )
    elif (operator == "<" and value <= 0) or (operator in ("<=", "=") and value < 0):
        yield problem(
            "always_false",
            path=path,
            fr="Un nombre n’est jamais négatif : cette condition n’est jamais vraie.",
            en="A count is never negative: this is never true.",
        )


def _percentile(path: str, share: Decimal) -> Problem:
    good = f"{share * 100:f}".rstrip("0").rstrip(".")
    return problem(
        "percentile_scale",
        path=path,
        fr=f"Un percentile va de 0 à 100 : écrivez {good}, sans « % ».",
        en=f'A percentile goes from 0 to 100: write {good}, without "%".',
    )


def _sensitive(path: str, field: Field | None, *, purpose: str | None) -> Iterator[Problem]:
    if field is None or not field.sensitive or purpose in field.purposes:
        return
    yield problem(
        "sensitive",
        path=path,
        fr=f"« {field.name} » est une donnée sensible, utilisée sans finalité qui l’autorise.",
        en=f'"{field.name}" is sensitive, and is used without a purpose that allows it.',
        hint=field.purposes,
    )
