"""Things that may happen to a profile, and a history in which they did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, assert_never

import msgspec

from vitrail.engine.explain.timeline import at
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import holds
from vitrail.engine.profile.history import (
    Consent,
    Event,
    Fact,
    History,
    Observation,
    Properties,
    Version,
)
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Condition

_LAST = 2**62


class Add(msgspec.Struct, frozen=True):
    """So many new records, with these properties."""

    collection: str
    properties: Properties = {}
    count: int = 1


class Put(msgspec.Struct, frozen=True):
    """A trait takes a value: this very one, any known one, or any other than the present one; a set
    of texts gains or loses some."""

    trait: str
    value: Fact
    texts: frozenset[str] = frozenset()
    meaning: Literal["set", "known", "other", "gain", "lose"] = "set"


class Forget(msgspec.Struct, frozen=True):
    """A trait becomes unknown."""

    trait: str


class Rate(msgspec.Struct, frozen=True):
    """A score takes a value."""

    score: str
    value: float


class Say(msgspec.Struct, frozen=True):
    """A consent is given or withdrawn."""

    purpose: str
    channel: str | None
    granted: bool


class Wait(msgspec.Struct, frozen=True):
    """Time passes until an instant, without any new record of these collections."""

    until_us: int
    without: tuple[str, ...] = ()


Move = Add | Put | Forget | Rate | Say | Wait
Moves = tuple[Move, ...]


def cost(moves: Moves) -> tuple[int, int, int]:
    """Fewest changes first, then without waiting, then the shortest wait."""
    counts = sum(move.count if isinstance(move, Add) else 1 for move in moves)
    waits = [move.until_us for move in moves if isinstance(move, Wait)]
    return counts, len(waits), max(waits, default=0)


def merged(ways: Sequence[Moves]) -> Moves:
    """All the moves at once: each said once, records of one collection taken together if they can be."""
    result: list[Move] = []
    for move in (each for way in ways for each in way):
        together = next((n for n, each in enumerate(result) if _joined(each, move) is not None), None)
        if together is None:
            result.append(move)
        else:
            result[together] = _joined(result[together], move) or move
    return tuple(result)


def _joined(one: Move, other: Move) -> Move | None:
    if isinstance(one, Add) and isinstance(other, Add) and one.collection == other.collection:
        common = one.properties.keys() & other.properties.keys()
        if all(one.properties[name] == other.properties[name] for name in common):
            return Add(one.collection, one.properties | other.properties, max(one.count, other.count))
    if isinstance(one, Wait) and isinstance(other, Wait):
        without = dict.fromkeys((*one.without, *other.without))
        return Wait(max(one.until_us, other.until_us), tuple(without))
    return one if one == other else None


def flips(moves: Moves, condition: Condition, *, target: bool, scope: Scope) -> bool:
    """The condition takes the target truth once the moves have happened."""
    return holds(condition, after(moves, scope)) is target


def after(moves: Moves, scope: Scope) -> Scope:
    """The profile just after the moves, which happen from T on, one a microsecond."""
    history, at_us = scope.history, scope.context.at_us
    for move in moves:
        if isinstance(move, Wait):
            at_us = max(at_us, move.until_us)
        else:
            history = _moved(history, move, at_us=at_us, catalogue=scope.context.catalogue)
            at_us += _moments(move)
    return Scope(history, at(scope.context, at_us))


def _moments(move: Move) -> int:
    return move.count if isinstance(move, Add) else 1


def _moved(
    history: History, move: Add | Put | Forget | Rate | Say, *, at_us: int, catalogue: Catalogue
) -> History:
    match move:
        case Add():
            return _added(history, move, at_us=at_us, catalogue=catalogue)
        case Put(trait, value):
            declared = catalogue.traits.get(trait)
            told = () if declared and declared.policy else history.traits.get(trait, ())
            traits = history.traits | {trait: (*told, Observation(at_us, _LAST, value))}
            return msgspec.structs.replace(history, traits=traits)
        case Forget(trait):
            return msgspec.structs.replace(history, traits=history.traits | {trait: ()})
        case Rate(score, value):
            told = history.scores.get(score, ())
            scores = history.scores | {score: (*told, Observation(at_us, _LAST, value))}
            return msgspec.structs.replace(history, scores=scores)
        case Say(purpose, channel, granted):
            speakers = {each.who for each in history.consents} or {0}
            said = (Consent(purpose, channel, granted, at_us, who) for who in sorted(speakers))
            return msgspec.structs.replace(history, consents=(*history.consents, *said))
        case _:
            assert_never(move)


def _added(history: History, move: Add, *, at_us: int, catalogue: Catalogue) -> History:
    times = range(at_us, at_us + move.count)
    declared = catalogue.collections.get(move.collection)
    if move.collection in history.records or (declared is not None and declared.kind == "record"):
        states = (Version(us, _LAST, f"new {us}", move.properties) for us in times)
        records = history.records | {move.collection: (*history.records.get(move.collection, ()), *states)}
        return msgspec.structs.replace(history, records=records)
    happening = (Event(us, f"new {us}", move.properties) for us in times)
    events = history.events | {move.collection: (*history.events.get(move.collection, ()), *happening)}
    return msgspec.structs.replace(history, events=events)
