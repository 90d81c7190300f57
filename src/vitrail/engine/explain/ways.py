"""The fewest changes that turn an answer, found test by test and tried on a copy of the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice, product

from vitrail.engine.explain.anchors import collections_of
from vitrail.engine.explain.condensed import condensed
from vitrail.engine.explain.edges import edges
from vitrail.engine.explain.leaves import leaf_moves
from vitrail.engine.explain.moves import Moves, Wait, after, cost, flips, merged
from vitrail.engine.explain.timeline import LAST_US, MOST, at
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import holds, segment_rule
from vitrail.model.tree import All, AnyOf, Condition, Member, Not

KEPT = 4
TRIED = 200


def ways(condition: Condition, *, target: bool, scope: Scope, again: bool = True) -> tuple[Moves, ...]:
    """Ways to give the condition a truth, all of them tried, the cheapest first.

    `again`: where the moves for some of its tests undo others, more may follow them.
    """
    if holds(condition, scope) is target:
        return ((),)
    worked: list[Moves] = []
    missed: list[Moves] = []
    for moves in islice(_candidates(condition, target=target, scope=scope), TRIED):
        kept = worked if flips(moves, condition, target=target, scope=scope) else missed
        if moves not in kept:
            kept.append(moves)
    if not worked and again:
        worked.extend(_continued(missed[:KEPT], condition, target=target, scope=scope))
    worked = [pruned(moves, condition, target=target, scope=scope) for moves in worked]
    return tuple(sorted(worked, key=cost)[:KEPT])


def pruned(moves: Moves, condition: Condition, *, target: bool, scope: Scope) -> Moves:
    """The moves without those that are not needed."""
    for index in reversed(range(len(moves))):
        fewer = moves[:index] + moves[index + 1 :]
        if flips(fewer, condition, target=target, scope=scope):
            return pruned(fewer, condition, target=target, scope=scope)
    return moves


def _continued(missed: list[Moves], condition: Condition, *, target: bool, scope: Scope) -> Iterator[Moves]:
    for moves in missed:
        then = after(moves, scope)
        for more in ways(condition, target=target, scope=then, again=False)[:1]:
            if flips(moves + more, condition, target=target, scope=scope):
                yield moves + more


def _candidates(condition: Condition, *, target: bool, scope: Scope) -> Iterator[Moves]:
    match condition:
        case All(conditions) | AnyOf(conditions):
            together = isinstance(condition, All) is target
            below = [ways(each, target=target, scope=scope) for each in conditions]
            yield from _together(below) if together else (moves for each in below for moves in each)
        case Not(negated):
            yield from ways(negated, target=not target, scope=scope)
        case Member(segment):
            yield from ways(segment_rule(segment, scope.context), target=target, scope=scope)
        case _:
            yield from leaf_moves(condition, target=target, scope=scope)
            yield from waiting(condition, target=target, scope=scope)


def _together(below: Iterable[tuple[Moves, ...]]) -> Iterator[Moves]:
    """One way for each, at once: with records said once where they can be, or each for itself."""
    for chosen in product(*below):
        yield merged(chosen)
        yield tuple(move for moves in chosen for move in moves)


def waiting(condition: Condition, *, target: bool, scope: Scope) -> Iterator[Moves]:
    """The first instant at which time alone gives the condition its truth."""
    asked, ready = condensed(condition, scope)
    for at_us in edges(asked, ready, start_us=scope.context.at_us + 1, end_us=LAST_US)[:MOST]:
        if holds(asked, Scope(ready.history, at(ready.context, at_us))) is target:
            yield (Wait(at_us, collections_of(condition, scope)),)
            return
