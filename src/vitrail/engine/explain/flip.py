"""The smallest change that turns an answer, and until when it would."""

from __future__ import annotations

from vitrail.engine.explain import words
from vitrail.engine.explain.edges import edges
from vitrail.engine.explain.moves import Moves, Wait, cost, flips
from vitrail.engine.explain.timeline import LAST_US, at
from vitrail.engine.explain.ways import waiting, ways
from vitrail.engine.profile.context import Context, Scope
from vitrail.engine.profile.evaluation import holds
from vitrail.engine.profile.history import History, in_population
from vitrail.engine.profile.local_time import instant_at
from vitrail.model.explanation import Flip
from vitrail.model.tree import Condition

FORESEEN = 400
"""How many instants are tried for a deadline."""


def smallest_change(condition: Condition, history: History, *, context: Context) -> Flip | None:
    """The fewest changes that turn the answer, each tried; None when no simple one is known."""
    if not in_population(history, context.at_us):
        return None
    scope = Scope(history, context)
    target = not holds(condition, scope)
    found = [*ways(condition, target=target, scope=scope), *waiting(condition, target=target, scope=scope)]
    if not found:
        return None
    best = min(found, key=cost)
    before = deadline(best, condition, target=target, scope=scope)
    said = words.changes(best, context)
    label = words.sentence(said, before_us=before, zone=context.zone)
    return Flip(said, label, None if before is None else instant_at(before))


def deadline(moves: Moves, condition: Condition, *, target: bool, scope: Scope) -> int | None:
    """The first instant from which the same moves would no longer be enough; None for ever enough."""
    if any(isinstance(move, Wait) for move in moves):
        return None
    later = edges(condition, scope, start_us=scope.context.at_us + 1, end_us=LAST_US)[:FORESEEN]
    for at_us in later:
        then = Scope(scope.history, at(scope.context, at_us))
        if holds(condition, then) is target:
            return None
        if not flips(moves, condition, target=target, scope=then):
            return at_us
    return None
