"""Drawing an explanation: the tree of truths with what was found, and what would change the answer."""

from __future__ import annotations

import datetime as dt

from rich.console import Group, RenderableType
from rich.text import Text
from rich.tree import Tree

from vitrail.app.cli.letters import shown, words
from vitrail.app.cli.session import Session
from vitrail.model.explanation import Explanation, Line, headline, outline


def drawn(found: Explanation, session: Session, *, zone: dt.tzinfo) -> RenderableType:
    """The whole explanation, as a person reads it."""
    tree = _tree(outline(found.finding, session.language, zone=zone))
    head = _line(headline(found, session.language), style="bold")
    return Group(head, Text(), tree, Text(), words(session.said(found.summary)))


def _tree(line: Line) -> Tree:
    tree = Tree(_line(line), guide_style="dim")
    _grow(tree, line)
    return tree


def _grow(tree: Tree, line: Line) -> None:
    for each in line.below:
        _grow(tree.add(_line(each)), each)


def _line(line: Line, style: str = "") -> Text:
    if line.truth is None:
        return words(line.text, style="dim")
    sign = ("✓", "green") if line.truth else ("✗", "red")
    return Text.assemble(sign, " ", (shown(line.text), style))
