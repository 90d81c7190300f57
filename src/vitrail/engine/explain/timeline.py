"""Since when a profile is in or out, and when time alone will change it.

Ranks are read in the tables of the context at every instant: other people are taken to stay as they are.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.engine.explain.condensed import condensed
from vitrail.engine.explain.edges import edges
from vitrail.engine.profile.context import Context, Scope
from vitrail.engine.profile.history import History
from vitrail.engine.profile.local_time import instant_us
from vitrail.engine.profile.population import belongs
from vitrail.model.tree import Condition

MOST = 20_000
"""How many instants are tried before giving up."""

FIRST_US, LAST_US = (
    instant_us(dt.datetime(2, 1, 1, tzinfo=dt.UTC)),
    instant_us(dt.datetime(9998, 1, 1, tzinfo=dt.UTC)),
)


def next_change(condition: Condition, history: History, *, context: Context) -> int | None:
    """The first instant after T, in UTC microseconds, at which membership changes with no new data.

    Dated facts (windows, ages, future records) are followed without limit, the calendar for two years;
    None when nothing changes that far.
    """
    asked, scope = condensed(condition, Scope(history, context))
    now = is_in(asked, scope, at_us=context.at_us)
    for at_us in edges(asked, scope, start_us=context.at_us + 1, end_us=LAST_US)[:MOST]:
        if is_in(asked, scope, at_us=at_us) is not now:
            return at_us
    return None


def since(condition: Condition, history: History, *, context: Context) -> int | None:
    """The instant from which the profile has been continuously in (or out), in UTC microseconds.

    None means for as long as is known: the calendar is followed back two years, dated facts without limit.
    """
    asked, scope = condensed(condition, Scope(history, context))
    now = is_in(asked, scope, at_us=context.at_us)
    start = None
    for at_us in reversed(edges(asked, scope, start_us=FIRST_US, end_us=context.at_us)[-MOST:]):
        if is_in(asked, scope, at_us=at_us) is not now:
            return start
        start = at_us
    return None


def is_in(condition: Condition, scope: Scope, *, at_us: int) -> bool:
    """Membership at another instant."""
    return belongs(condition, scope.history, context=at(scope.context, at_us))


def at(context: Context, at_us: int) -> Context:
    """The same context at another instant."""
    return msgspec.structs.replace(context, at_us=at_us)
