"""Many profiles at once: who meets a condition, and the tables their ranks are read in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from vitrail.engine.profile.context import Context, Measure, RankTable, Scope, measure, rank_table
from vitrail.engine.profile.evaluation import answer, holds
from vitrail.engine.profile.history import History, in_population
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Condition, Member, Rank, Tree
from vitrail.model.walk import children


def members(condition: Condition, histories: Iterable[History], *, context: Context) -> set[str]:
    """The keys of the profiles of the population at T that meet the condition.

    Ranks are read in the tables of the context; those it lacks are computed over the histories.
    """
    people = tuple(histories)
    ready = with_ranks((condition,), people, context=context)
    return {each.key for each in people if belongs(condition, each, context=ready)}


def belongs(condition: Condition, history: History, *, context: Context) -> bool:
    """The profile is in the population at T and meets the condition."""
    return in_population(history, context.at_us) and holds(condition, Scope(history, context))


def with_ranks(conditions: Iterable[Condition], histories: Iterable[History], *, context: Context) -> Context:
    """The same context, with the tables of ranks the conditions need."""
    return msgspec.structs.replace(context, ranks=rank_tables(conditions, histories, context=context))


def rank_tables(
    conditions: Iterable[Condition], histories: Iterable[History], *, context: Context
) -> Mapping[Measure, RankTable]:
    """For each rank, innermost first, the known values of its reference population.

    Tables that the context holds already (frozen ones) are kept as they are.
    """
    people = [each for each in histories if in_population(each, context.at_us)]
    tables = dict(context.ranks)
    for condition in conditions:
        for rank in ranks_in(condition, context.catalogue):
            if measure(rank) not in tables:
                ready = msgspec.structs.replace(context, ranks=tables)
                tables[measure(rank)] = _table(rank, people, context=ready)
    return tables


def _table(rank: Rank, people: Iterable[History], *, context: Context) -> RankTable:
    scopes = [Scope(each, context) for each in people]
    inside = (scope for scope in scopes if rank.among is None or holds(rank.among, scope))
    values = (answer(rank.of, scope) for scope in inside)
    return rank_table(((value, 1) for value in values if value is not None), context.zone)


def ranks_in(node: Tree, catalogue: Catalogue) -> Iterator[Rank]:
    """Every rank of a tree and of the segments it refers to, the inner ones before the outer ones."""
    for _, below in children(node):
        yield from ranks_in(below, catalogue)
    if isinstance(node, Member) and node.segment in catalogue.segments:
        yield from ranks_in(catalogue.segments[node.segment], catalogue)
    if isinstance(node, Rank):
        yield node
