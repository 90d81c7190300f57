"""Instants as senders write them: ISO 8601, or a count since 1970; and the sender's clock set right."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECONDS_END = 10**11
"""A count below this is in seconds (until the year 5138), above in milliseconds (since 1973)."""
_COUNT_END = 253_402_300_800_000


def read_instant(written: object) -> int | None:
    """Microseconds since 1970 in UTC, which is also the zone where none is written; None if unreadable."""
    match written:
        case bool():
            return None
        case str():
            return _read_text(written)
        case int() | float() if 0 <= written < _COUNT_END:
            return round(written * (1_000_000 if written < _SECONDS_END else 1_000))
        case _:
            return None


def event_time(happened_us: int | None, *, sent_us: int | None, received_us: int) -> int:
    """When something happened by our clock.

    What the sender's clock showed when it sent and what ours showed when we received differ by the
    error of its clock. Without the event's own time, it happened when it was received.
    """
    if happened_us is None:
        return received_us
    if sent_us is None:
        return happened_us
    return received_us - (sent_us - happened_us)


def _read_text(text: str) -> int | None:
    try:
        instant = datetime.fromisoformat(text)
        if instant.tzinfo is None:
            instant = instant.replace(tzinfo=UTC)
        return (instant - _EPOCH) // _MICROSECOND
    except (ValueError, OverflowError):
        return None
