"""The scores of one customer: the value that holds, since when, from which system."""

from __future__ import annotations

import datetime as dt

import msgspec

from vitrail.app.instants import instant
from vitrail.app.people.sight import Sight
from vitrail.engine.canon import canon_of
from vitrail.engine.provenance import scored
from vitrail.engine.source import ALWAYS

BEFORE = 3


class Score(msgspec.Struct, frozen=True):
    """A score as of an instant; `at` is None for one that was loaded without a date."""

    name: str
    value: float
    at: dt.datetime | None
    source: str | None
    load: int | None
    before: tuple[float, ...] = ()


def scores_of(seen: Sight) -> tuple[Score, ...]:
    """Every score that is known of a customer before the instant."""
    parts = canon_of(seen.source).parts(seen.profile)
    found = []
    for name, files in seen.source.scores.items():
        said = scored(parts, files, database=seen.ws.database)
        known = [each for each in said if each.at_us < seen.at_us and isinstance(each.value, float)]
        if known:
            last = known[-1]
            before = tuple(float(str(each.value)) for each in reversed(known[:-1]))[:BEFORE]
            at = None if last.at_us == ALWAYS else instant(last.at_us)
            found.append(Score(name, float(str(last.value)), at, last.source, last.load, before))
    return tuple(found)
