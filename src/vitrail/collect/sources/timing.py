"""When a source is due: by its schedule after a good pull, by and by later after bad ones."""

from __future__ import annotations

import datetime as dt
import random
from zoneinfo import ZoneInfo

from vitrail.collect.sources.schedule import next_time, parse_schedule

FIRST_WAIT = 60.0
LONGEST_WAIT = 6 * 3_600.0

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


def after_success(schedule: str, started_us: int, *, zone: ZoneInfo) -> int | None:
    """The next instant of the schedule; None without one."""
    if not schedule:
        return None
    after = _EPOCH + started_us * _MICROSECOND
    return (next_time(parse_schedule(schedule), after=after, zone=zone) - _EPOCH) // _MICROSECOND


def after_failure(schedule: str, now_us: int, *, failures: int) -> int | None:
    """Later and later, up to six hours, a little at random so that sources do not all come at once."""
    if not schedule:
        return None
    wait = min(FIRST_WAIT * 2 ** min(failures - 1, 20), LONGEST_WAIT)
    return now_us + int(wait * random.uniform(0.8, 1.2) * 1_000_000)
