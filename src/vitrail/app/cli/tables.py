"""Tables as a person reads them: light, with numbers to the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from vitrail.app.cli.letters import shown


class Heading(msgspec.Struct, frozen=True):
    """The head of a column, and how its texts stand: `wraps` on several lines, or are cut."""

    words: str
    side: Literal["left", "right"] = "left"
    wraps: bool = False
    style: str = ""
    at_least: int | None = None


def table(headings: Sequence[Heading], rows: Iterable[Sequence[str | Text]], *, title: str = "") -> Group:
    """A table of texts under its title, with an empty line after it.

    What comes from data is made harmless to a terminal.
    """
    drawn = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for head in headings:
        drawn.add_column(
            head.words,
            justify=head.side,
            no_wrap=not head.wraps,
            overflow="fold" if head.wraps else "ellipsis",
            style=head.style,
            min_width=head.at_least,
        )
    for row in rows:
        drawn.add_row(*(each if isinstance(each, Text) else Text(shown(each)) for each in row))
    return Group(*([Text(title, style="bold")] if title else []), drawn, Text())
