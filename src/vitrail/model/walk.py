"""Going through a tree: every node with its path."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import msgspec

from vitrail.model.tree import Node, Tree


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
    yield path, node
    for step, below in children(node):
        yield from walk(below, f"{path}.{step}" if path else step)


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


def depth(node: Tree) -> int:
    """How many nodes lie on the longest way down, the top included."""
    return 1 + max((depth(below) for _, below in children(node)), default=0)
