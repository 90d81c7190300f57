"""What was found, test by test: truths, values, records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from vitrail.engine.explain.words import LANGUAGES, figure
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import answer, holds, segment_rule, selected
from vitrail.engine.profile.figures import records
from vitrail.engine.profile.history import Event, Record, known
from vitrail.engine.profile.local_time import instant_at
from vitrail.engine.profile.quantities import Answer
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
    Moment,
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

Key = tuple[str, str]
"""A record: its collection and its id."""

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
    """The records that decide and the latest that were taken or, without any, the latest that were not."""
    read = {node.property for _, node in walk(leaf) if isinstance(node, Aggregate)}
    deciding = frozenset(_deciding(leaf, scope))
    for counts in (True, False):
        found = [
            _as_evidence(record, of, scope=scope, read=read, counts=counts)
            for of in _selections(leaf)
            for record in _worth_showing(of, scope, deciding=deciding, counts=counts)
        ]
        if found:
            return _told(found, deciding)
    return ()


def _deciding(leaf: Condition, scope: Scope) -> Iterator[Key]:
    """The records an extreme comes from: the dearest order of a `max`, the first one of a `first_time`."""
    for _, node in walk(leaf):
        match node:
            case Moment("first_time", of):
                found = selected(of, scope)[:1]
            case Aggregate("first", name, of):
                found = _with_value(name, answer(node, scope), of=of, scope=scope)[:1]
            case Aggregate("min" | "max" | "last", name, of):
                found = _with_value(name, answer(node, scope), of=of, scope=scope)[-1:]
            case _:
                continue
        yield from ((of.collection, record.id) for record in found)


def _with_value(name: str, value: Answer | None, *, of: Selection, scope: Scope) -> tuple[Record, ...]:
    if value is None:
        return ()
    return tuple(each for each in selected(of, scope) if known(each.properties.get(name)) == value)


def _told(evidence: list[Evidence], deciding: frozenset[Key]) -> tuple[Evidence, ...]:
    """At most five, in order of time: those that decide, then the latest."""
    once = {(each.collection, each.id): each for each in evidence}

    def time(key: Key) -> tuple[dt.datetime, str]:
        return once[key].at or _NEVER, once[key].id

    kept = sorted(once, key=lambda key: (key in deciding, time(key)))[-SHOWN:]
    return tuple(once[key] for key in sorted(kept, key=time))


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


def _worth_showing(
    of: Selection, scope: Scope, *, deciding: frozenset[Key], counts: bool
) -> Sequence[Record]:
    clock = scope.context.clock
    found = selected(of, scope) if counts else records(scope.history, of.collection, window=None, clock=clock)
    earlier = [each for each in found[:-SHOWN] if (of.collection, each.id) in deciding]
    return [*earlier, *found[-SHOWN:]]


def _as_evidence(record: Record, of: Selection, *, scope: Scope, read: set[str], counts: bool) -> Evidence:
    names = {node.name for _, node in walk(of) if isinstance(node, Property)} | read
    return Evidence(
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
