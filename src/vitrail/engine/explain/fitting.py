"""A record that would meet a `where`: its properties, made up from the condition."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from vitrail.engine.explain.facts import COMPLEMENT, MIRROR, examples, nearest, type_of
from vitrail.engine.explain.moves import Add
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import answer, meets
from vitrail.engine.profile.history import Event, Fact, Properties
from vitrail.engine.profile.quantities import Answer
from vitrail.model.catalogue import Field
from vitrail.model.tree import (
    All,
    AnyOf,
    Compare,
    Condition,
    Has,
    Known,
    Like,
    Not,
    OneOf,
    Operator,
    Property,
    Range,
    Selection,
    Step,
    Value,
)

Fields = Callable[[str], Field | None]


def new_record(of: Selection | Step, scope: Scope, **also: Fact) -> Add | None:
    """A record dated T that the selection would take, with these properties too; None if unclear."""
    collection = scope.context.catalogue.collections.get(of.collection)
    declared = collection.properties if collection else {}
    for properties in _fitting(of.where, scope, fields=declared.get):
        record = Event(scope.context.at_us, "new", {**properties, **also})
        if meets(of.where, record, scope=scope):
            return Add(of.collection, {**properties, **also})
    return None


def _fitting(where: Condition | None, scope: Scope, *, fields: Fields) -> Iterator[Properties]:
    """Properties that may meet a condition; not all it yields do."""
    match where:
        case All(conditions):
            together: Properties = {}
            for each in conditions:
                together |= next(_fitting(each, scope, fields=fields), {})
            yield together
        case AnyOf(conditions):
            for each in conditions:
                yield from _fitting(each, scope, fields=fields)
        case Not(Compare(left, operator, right)):
            yield from _compared(Compare(left, COMPLEMENT[operator], right), scope, fields=fields)
        case Compare():
            yield from _compared(where, scope, fields=fields)
        case None | Not():
            yield {}
        case _:
            yield from _tested(where, scope, fields=fields)


def _compared(test: Compare, scope: Scope, *, fields: Fields) -> Iterator[Properties]:
    sides: tuple[tuple[Value, Operator, Value], ...] = (
        (test.left, test.operator, test.right),
        (test.right, MIRROR[test.operator], test.left),
    )
    for value, operator, other in sides:
        if isinstance(value, Property) and not isinstance(other, Property) and value.name != "at":
            bound = answer(other, scope)
            for fact in _values(fields(value.name), operator, bound=bound, scope=scope):
                yield {value.name: fact}


def _values(field: Field | None, operator: Operator, *, bound: Answer | None, scope: Scope) -> Iterator[Fact]:
    if bound is None:
        return
    of_type = type_of(field, like=bound)
    fact = nearest(operator, bound, of_type=of_type, zone=scope.context.zone)
    if fact is not None:
        yield fact
    if operator == "!=":
        yield from (each for each in examples(field, of_type) if each != bound)


def _tested(test: Condition, scope: Scope, *, fields: Fields) -> Iterator[Properties]:
    match test:
        case OneOf(Property(name), choices, False):
            for fact in _facts(choices, scope):
                yield {name: fact}
        case Range(Property(name), low, high, False):
            for fact in _facts((low, high), scope):
                yield {name: fact}
        case Like(Property(name), operator, pattern, False) if operator != "matches":
            yield {name: pattern}
        case Has(Property(name), _, choices, False):
            yield {name: frozenset(str(fact) for fact in _facts(choices, scope))}
        case Known(Property(name), False):
            for fact in examples(fields(name), type_of(fields(name), like=None)):
                yield {name: fact}
        case _:
            yield {}


def _facts(values: tuple[Value, ...], scope: Scope) -> Iterator[Fact]:
    for value in values:
        fact = answer(value, scope)
        if isinstance(fact, Fact):
            yield fact
