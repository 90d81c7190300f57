"""Tables as a person reads them: light, with numbers to the right."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec
from rich import box
from rich.table import Table
from rich.text import Text

from vitrail.app.cli.session import harmless


class Heading(msgspec.Struct, frozen=True):
    """The head of a column; `at_most` is the widest it may get, `shrinks` says that it may be cut."""

    words: str
    side: Literal["left", "right"] = "left"
    wraps: bool = False
    style: str = ""


def table(headings: Sequence[Heading], rows: Iterable[Sequence[str | Text]], *, title: str = "") -> Table:
    """A table of texts; what comes from data is made harmless to a terminal."""
    drawn = Table(
        box=box.SIMPLE_HEAD, title=title or None, title_justify="left", title_style="bold", pad_edge=False
    )
    for head in headings:
        drawn.add_column(
            head.words,
            justify=head.side,
            no_wrap=not head.wraps,
            overflow="fold" if head.wraps else "ellipsis",
            style=head.style,
        )
    for row in rows:
        drawn.add_row(*(each if isinstance(each, Text) else Text(harmless(each)) for each in row))
    return drawn
