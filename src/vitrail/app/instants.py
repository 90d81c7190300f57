"""Instants as people and programs give them, and as files keep them: microseconds in UTC."""

from __future__ import annotations

import datetime as dt

from vitrail.model.errors import refuse

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


def microseconds(instant: dt.datetime) -> int:
    """An aware instant in microseconds; one without a zone is refused."""
    if instant.utcoffset() is None:
        raise refuse(
            "naive_instant",
            fr="Cette date et heure n’a pas de fuseau : précisez-le (par exemple tzinfo=datetime.UTC).",
            en="This date and time has no zone: give it one (for example tzinfo=datetime.UTC).",
        )
    try:
        instant.astimezone(dt.UTC)
    except OverflowError:
        raise refuse(
            "instant_beyond",
            fr="Cet instant est hors du calendrier\u00a0: il va de l’an 1 à l’an 9999.",
            en="This instant is beyond the calendar, which goes from the year 1 to the year 9999.",
        ) from None
    return (instant - _EPOCH) // dt.timedelta(microseconds=1)


def instant(at_us: int) -> dt.datetime:
    """Microseconds as an aware instant in UTC."""
    return _EPOCH + dt.timedelta(microseconds=at_us)
