"""Going through a tree: every node with its path. Nothing here recurses, however deep the tree."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import msgspec

from vitrail.model.tree import Node, Tree


class Size(msgspec.Struct, frozen=True):
    """How large a tree is, counted no further than asked."""

    nodes: int
    depth: int


def joined(path: str, step: str) -> str:
    """The path one step further down."""
    return f"{path}.{step}" if path else step


def children(node: Tree) -> Iterator[tuple[str, Tree]]:
    """The nodes directly below, each with its step: `left`, `conditions[1]`."""
    for field in node.__struct_fields__:
        below = getattr(node, field)
        if isinstance(below, Node):
            yield field, below  # type: ignore[misc]
        elif isinstance(below, tuple):
            for index, item in enumerate(below):
                if isinstance(item, Node):
                    yield f"{field}[{index}]", item  # type: ignore[misc]


def walk(node: Tree, path: str = "") -> Iterator[tuple[str, Tree]]:
    """The node and all nodes below it, each with its path from the top (`left.of.where`)."""
    waiting = [(path, node)]
    while waiting:
        here, current = waiting.pop()
        yield here, current
        below = [(joined(here, step), child) for step, child in children(current)]
        waiting.extend(reversed(below))


def rebuild(node: Tree, change: Callable[[Tree], Tree]) -> Tree:
    """The same node with `change` applied to each node directly below."""
    replaced: dict[str, object] = {}
    for field in node.__struct_fields__:
        below = getattr(node, field)
        if isinstance(below, Node):
            replaced[field] = change(below)  # type: ignore[arg-type]
        elif isinstance(below, tuple) and below and isinstance(below[0], Node):
            replaced[field] = tuple(change(item) for item in below)
    return msgspec.structs.replace(node, **replaced) if replaced else node


def measure(node: Tree, *, most: int) -> Size:
    """How many nodes a tree has and how deep they lie; the count stops after `most` nodes.

    Depth is counted among the nodes seen, so it is exact when no more than `most` were.
    """
    seen = deepest = 0
    for level in islice(_levels(node), most):
        seen += 1
        deepest = max(deepest, level)
    return Size(seen, deepest)


def depth(node: Tree) -> int:
    """How many nodes lie on the longest way down, the top included."""
    return max(_levels(node))


def _levels(node: Tree) -> Iterator[int]:
    waiting = [(1, node)]
    while waiting:
        level, current = waiting.pop()
        yield level
        waiting.extend((level + 1, child) for _, child in children(current))
