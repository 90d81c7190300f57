"""What a condition is asked with, besides a profile: the instant, the catalogue, the population."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from itertools import accumulate, groupby
from zoneinfo import ZoneInfo

import msgspec

from vitrail.engine.profile.history import History, Record
from vitrail.engine.profile.local_time import Clock
from vitrail.engine.profile.quantities import Answer, Ratio, ordering
from vitrail.model.catalogue import Catalogue
from vitrail.model.tree import Condition, Rank, Ranking, Value


class Measure(msgspec.Struct, frozen=True):
    """What profiles are ranked by, and among whom; percentile, decile… of one measure share a table."""

    of: Value
    among: Condition | None = None


class RankTable(msgspec.Struct, frozen=True):
    """The known values of a reference population, ascending, each with how many are at most it."""

    values: tuple[Answer, ...]
    up_to: tuple[int, ...]

    def place(self, ranking: Ranking, value: Answer, *, zone: ZoneInfo) -> int | Ratio | None:
        """Where a value stands; unknown when the reference has no known value."""
        if not self.values:
            return None
        position = ordering(zone)
        end = bisect_right(self.values, position(value), key=position)
        lower, total = self.up_to[end - 1] if end else 0, self.up_to[-1]
        match ranking:
            case "percentile":
                return Ratio(100 * lower, total)
            case "quintile":
                return -(-5 * lower // total)
            case "decile":
                return -(-10 * lower // total)
            case "rank":
                return 1 + total - lower


def rank_table(counts: Iterable[tuple[Answer, int]], zone: ZoneInfo) -> RankTable:
    """A table from values with their numbers of profiles, in any order: also the frozen ones."""
    position = ordering(zone)
    ordered = sorted(counts, key=lambda each: position(each[0]))
    groups = [list(group) for _, group in groupby(ordered, key=lambda each: position(each[0]))]
    sizes = (sum(count for _, count in group) for group in groups)
    return RankTable(tuple(group[0][0] for group in groups), tuple(accumulate(sizes)))


class Context(msgspec.Struct, frozen=True):
    """The instant T in UTC microseconds, the catalogue (with its segments), the tables of ranks."""

    at_us: int
    catalogue: Catalogue
    ranks: Mapping[Measure, RankTable] = {}

    @property
    def zone(self) -> ZoneInfo:
        """The zone of the workspace."""
        return ZoneInfo(self.catalogue.timezone)

    @property
    def clock(self) -> Clock:
        """The instant and the zone together."""
        return Clock(self.at_us, self.zone)


class Scope(msgspec.Struct, frozen=True):
    """Of whom a condition is asked: a profile and, inside `where`, one of its records."""

    history: History
    context: Context
    record: Record | None = None


def measure(rank: Rank) -> Measure:
    """What a rank is about."""
    return Measure(rank.of, rank.among)
