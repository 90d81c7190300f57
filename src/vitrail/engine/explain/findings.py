"""What was found, test by test: truths, values, records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from vitrail.engine.explain.words import LANGUAGES, figure
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import answer, holds, segment_rule, selected
from vitrail.engine.profile.figures import records
from vitrail.engine.profile.history import Event, Record, known
from vitrail.engine.profile.local_time import instant_at
from vitrail.language.describe import describe, describe_value
from vitrail.model.errors import Message
from vitrail.model.explanation import Evidence, Figure, Finding, Found
from vitrail.model.tree import (
    Aggregate,
    All,
    Anniversary,
    AnyOf,
    Boolean,
    Condition,
    Date,
    Duration,
    Instant,
    Integer,
    Member,
    Node,
    Not,
    Now,
    Number,
    Property,
    Selection,
    Step,
    Text,
    Tree,
    Value,
    Window,
)
from vitrail.model.walk import children, joined, walk

SHOWN = 5
"""How many records are shown for one test."""

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_UNSAID = Text | Integer | Number | Boolean | Date | Instant | Duration | Now | Selection | Step | Window


def finding(condition: Condition, scope: Scope, *, path: str = "") -> Finding:
    """A condition of the tree with all below it."""
    parts = tuple(finding(each, scope, path=below) for below, each in _parts(condition, scope, path=path))
    is_leaf = not parts
    return Finding(
        path,
        condition,
        holds(condition, scope),
        _label(condition, scope),
        found=tuple(_found(condition, scope, path=path)) if is_leaf else (),
        records=_evidence(condition, scope) if is_leaf else (),
        parts=parts,
    )


def _label(condition: Condition, scope: Scope) -> Message:
    catalogue = scope.context.catalogue
    said = {language: describe(condition, catalogue, language=language) for language in LANGUAGES}
    return Message(**said)


def _parts(condition: Condition, scope: Scope, *, path: str) -> Iterator[tuple[str, Condition]]:
    match condition:
        case All(conditions) | AnyOf(conditions):
            yield from ((joined(path, f"conditions[{n}]"), each) for n, each in enumerate(conditions))
        case Not(negated):
            yield joined(path, "condition"), negated
        case Member(segment):
            yield f"segments.{segment}", segment_rule(segment, scope.context)
        case _:
            return


# --- values -----------------------------------------------------------------------------------


def _found(leaf: Condition, scope: Scope, *, path: str) -> Iterator[Found]:
    catalogue = scope.context.catalogue
    for place, value in _values(leaf, path):
        said = {each: describe_value(value, catalogue, language=each) for each in LANGUAGES}
        collection = value.of.collection if isinstance(value, Aggregate) else None
        shown = figure(answer(value, scope), catalogue, like=value, collection=collection)
        yield Found(place, Message(**said), shown)


def _values(node: Tree, path: str) -> Iterator[tuple[str, Value]]:
    """The values of a test and those they are made of; not what is asked of records or of others."""
    for step, below in children(node):
        here = joined(path, step)
        if step == "among" or isinstance(below, _UNSAID):
            continue
        if not isinstance(below, Anniversary):
            yield here, below  # type: ignore[misc]
        if isinstance(below, Node):
            yield from _values(below, here)


# --- records ----------------------------------------------------------------------------------


def _evidence(leaf: Condition, scope: Scope) -> tuple[Evidence, ...]:
    """The latest records that were taken or, without any, the latest that were not."""
    read = {node.property for _, node in walk(leaf) if isinstance(node, Aggregate)}
    for counts in (True, False):
        found = [each for of in _selections(leaf) for each in _shown(of, scope, read=read, counts=counts)]
        if found:
            return _latest(found)
    return ()


def _latest(evidence: list[Evidence]) -> tuple[Evidence, ...]:
    once = {(each.collection, each.id): each for each in evidence}
    ordered = sorted(once.values(), key=lambda each: (each.at or _NEVER, each.id))
    return tuple(ordered[-SHOWN:])


def _selections(node: Tree) -> Iterator[Selection]:
    for step, below in children(node):
        match below:
            case Selection():
                yield below
            case Step():
                yield Selection(below.collection, below.where)
            case _ if step != "among":
                yield from _selections(below)
            case _:
                continue


def _shown(of: Selection, scope: Scope, *, read: set[str], counts: bool) -> Iterator[Evidence]:
    clock = scope.context.clock
    found = selected(of, scope) if counts else records(scope.history, of.collection, window=None, clock=clock)
    names = {node.name for _, node in walk(of) if isinstance(node, Property)} | read
    for record in found[-SHOWN:]:
        yield Evidence(
            of.collection,
            record.id,
            instant_at(record.at_us) if isinstance(record, Event) else None,
            _properties(record, of.collection, names=names, scope=scope),
            counts,
        )


def _properties(record: Record, collection: str, *, names: set[str], scope: Scope) -> dict[str, Figure]:
    """The properties that the test reads; all of them when it reads none."""
    return {
        name: figure(known(fact), scope.context.catalogue, like=Property(name), collection=collection)
        for name, fact in record.properties.items()
        if not names or name in names
    }
