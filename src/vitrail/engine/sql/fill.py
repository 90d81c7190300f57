"""How much of what is declared is there: known values per column, and the bounds of the instants."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp

from vitrail.engine.sql.sources import Column, select
from vitrail.engine.sql.write import E, column, compared, filtered, named, whole

ROWS, FIRST, LAST = "~rows", "~first", "~last"


def fill_query(source: E, columns: Sequence[Column], *, dated: bool, since: int) -> exp.Query:
    """One row: the number of rows, the known values of each column and, where rows have a time of their
    own, its bounds; `since` leaves out the instants of what holds since always."""
    items = [named(exp.Count(this=exp.Star()), ROWS)]
    items += [named(exp.Count(this=column(each.name)), each.name) for each in columns]
    if dated:
        real = [compared(column("at_us"), whole(since), operator=">")]
        items.append(named(filtered(exp.Min(this=column("at_us")), real), FIRST))
        items.append(named(filtered(exp.Max(this=column("at_us")), real), LAST))
    return select(items, source)
