"""The same question with its records sorted out beforehand, to be asked at many instants."""

from __future__ import annotations

from typing import cast

import msgspec

from vitrail.engine.explain.anchors import asks_the_clock
from vitrail.engine.profile.context import Scope
from vitrail.engine.profile.evaluation import meets
from vitrail.engine.profile.history import Event
from vitrail.model.catalogue import Collection
from vitrail.model.tree import Condition, Rank, Selection, Step, Tree
from vitrail.model.walk import rebuild


def condensed(condition: Condition, scope: Scope) -> tuple[Condition, Scope]:
    """The condition and the profile, with each `where` on events that does not depend on T answered.

    The events that meet it become a collection of their own, in the condition and in its segments.
    """
    sorted_out = _SortedOut(scope)
    catalogue = scope.context.catalogue
    segments = {key: sorted_out.condition(rule) for key, rule in catalogue.segments.items()}
    asked = sorted_out.condition(condition)
    catalogue = msgspec.structs.replace(
        catalogue, segments=segments, collections=catalogue.collections | sorted_out.collections
    )
    history = msgspec.structs.replace(scope.history, events=scope.history.events | sorted_out.events)
    context = msgspec.structs.replace(scope.context, catalogue=catalogue)
    return asked, Scope(history, context)


class _SortedOut:
    """The collections made on the way."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.events: dict[str, tuple[Event, ...]] = {}
        self.collections: dict[str, Collection] = {}
        self.names: dict[tuple[str, Condition], str] = {}

    def condition(self, condition: Condition) -> Condition:
        return cast(Condition, self.node(condition))

    def node(self, node: Tree) -> Tree:
        if isinstance(node, Rank):
            return node
        if isinstance(node, Selection | Step) and node.collection in self.scope.history.events:
            return self.selection(node)
        return rebuild(node, self.node)

    def selection(self, node: Selection | Step) -> Tree:
        if node.where is None or asks_the_clock(node.where):
            return node
        name = self.names.setdefault((node.collection, node.where), f"{node.collection} {len(self.names)}")
        if name not in self.events:
            self.events[name] = tuple(
                event
                for event in self.scope.history.events[node.collection]
                if meets(node.where, event, scope=self.scope)
            )
            self.keep(node.collection, name)
        return msgspec.structs.replace(node, collection=name, where=None)

    def keep(self, collection: str, name: str) -> None:
        known = self.scope.context.catalogue.collections.get(collection)
        if known is not None:
            self.collections[name] = known
